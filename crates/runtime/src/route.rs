//! Which units an event concerns: those that read its stream, those that they feed, those with a
//! clock to be told; and the families, which find their members by value.
//!
//! State: none but scratch space. A unit that is not called has nothing to do: neither has it
//! rows to take nor an instant to be called at.

use std::collections::BTreeSet;

use tachograph_event::Batch;
use tachograph_plan::{Plan, TypeId};

use crate::column::family::{Family, families};
use crate::output::Output;
use crate::unit::UnitState;

/// The ways of a plan's events.
#[derive(Debug)]
pub struct Routes {
    /// By event type: the units to call, in order.
    by_type: Vec<Vec<usize>>,
    /// The units to call when the clock moves.
    timed: Vec<usize>,
    /// By event type: statements that are found by value.
    families: Vec<Vec<Family>>,
}

impl Routes {
    /// Finds the ways; `members` names the statements of each unit.
    pub fn new(plan: &Plan, units: &[UnitState], members: &[Vec<usize>]) -> Routes {
        let fed: BTreeSet<TypeId> = inserts(plan, 0..plan.statements.len()).collect();
        let mut unit_of = vec![0; plan.statements.len()];
        for (unit, statements) in members.iter().enumerate() {
            statements.iter().for_each(|s| unit_of[*s] = unit);
        }
        let mut found: Vec<Vec<Family>> = plan.types.iter().map(|_| Vec::new()).collect();
        let mut indexed = vec![false; units.len()];
        let alone = |statement: usize| {
            let from_outside = !fed.contains(&plan.statements[statement].input.type_id);
            from_outside && matches!(units[unit_of[statement]], UnitState::Column(_))
        };
        for (stream, family) in families(plan, alone) {
            let members = family.statements().iter();
            members.for_each(|s| indexed[unit_of[*s]] = true);
            found[stream].push(family);
        }
        let way = |stream: Option<TypeId>| {
            let mut live: BTreeSet<TypeId> = stream.into_iter().collect();
            let mut called = Vec::new();
            for (number, unit) in units.iter().enumerate().filter(|(n, _)| !indexed[*n]) {
                let mut reads = members[number]
                    .iter()
                    .map(|s| plan.statements[*s].input.type_id);
                if unit.is_timed() || reads.any(|stream| live.contains(&stream)) {
                    live.extend(inserts(plan, members[number].iter().copied()));
                    called.push(number);
                }
            }
            called
        };
        Routes {
            by_type: (0..plan.types.len())
                .map(|t| way(Some(TypeId(t))))
                .collect(),
            timed: way(None),
            families: found,
        }
    }

    /// The units to call for events of a type.
    pub fn of(&self, stream: TypeId) -> &[usize] {
        &self.by_type[stream.0]
    }

    /// The units to call when the clock moves.
    pub fn timed(&self) -> &[usize] {
        &self.timed
    }

    /// Hands a batch to the statements that are found by value.
    pub fn find(&mut self, stream: TypeId, batch: &Batch, out: &mut Output) {
        for family in &mut self.families[stream.0] {
            family.process(batch, out);
        }
    }
}

fn inserts(plan: &Plan, statements: impl Iterator<Item = usize>) -> impl Iterator<Item = TypeId> {
    statements.filter_map(|s| plan.statements[s].insert_into.as_ref().map(|i| i.target))
}
