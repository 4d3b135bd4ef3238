//! The rows of `output first` of groups.

use std::sync::Arc;

use tachograph_event::{Millis, Origin, Value};

use super::Shaper;
use super::view::View;
use crate::aggregation::{GroupId, Groups, Touched};
use crate::event::{Delta, EventRef};
use crate::fault::Fault;
use crate::row::Rows;
use crate::window::WindowSet;

impl Shaper {
    /// `output first` of groups: takes the delta in; rows of the groups for which `passes` holds.
    /// Without `having` every event is offered, and the old row is how the group stood before it.
    /// With it, the events of groups for which it holds after the delta are offered, and the old
    /// row is the group's after the delta.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn passing_groups(
        &mut self,
        delta: &Delta,
        windows: &WindowSet,
        now: Millis,
        origin: Origin,
        passes: &mut dyn FnMut(&Arc<[Value]>, bool) -> bool,
    ) -> Result<Rows, Fault> {
        let view = View::of(windows, now);
        let touched = self.groups.groups_of(delta, now)?;
        let mut passed: Vec<GroupId> = Vec::new();
        if self.statement.having.is_none() {
            return self.passing_in_turn(delta, &touched, view, origin, passes);
        }
        let mut offer = |groups: &Groups, id: GroupId, arrives: bool| {
            if passes(&groups.key(id), arrives) && !passed.contains(&id) {
                passed.push(id);
            }
        };
        self.groups.apply(delta, &touched, now)?;
        let arrived = touched.new.iter().map(|id| (id, true));
        for (id, arrives) in arrived.chain(touched.old.iter().map(|id| (id, false))) {
            if !self.state_rows(&[*id], true, view, origin)?.is_empty() {
                offer(&self.groups, *id, arrives);
            }
        }
        let rows = Rows {
            new: self.state_rows(&passed, true, view, origin)?,
            old: self.state_rows(&passed, false, view, origin)?,
        };
        self.groups.forget_empty(&touched);
        Ok(rows)
    }

    /// Events are taken in one by one; the old row of a group that passes is how it stood then.
    fn passing_in_turn(
        &mut self,
        delta: &Delta,
        touched: &Touched,
        view: View<'_>,
        origin: Origin,
        passes: &mut dyn FnMut(&Arc<[Value]>, bool) -> bool,
    ) -> Result<Rows, Fault> {
        self.groups.before_first(touched);
        let mut passed: Vec<GroupId> = Vec::new();
        let mut old = Vec::new();
        for (id, arrives, one) in in_turn(delta, touched) {
            if passes(&self.groups.key(id), arrives) && !passed.contains(&id) {
                passed.push(id);
                old.extend(self.state_rows(&[id], false, view, origin)?);
            }
            let (new, left) = if arrives {
                (vec![id], vec![])
            } else {
                (vec![], vec![id])
            };
            self.groups
                .apply(&one, &Touched { new, old: left }, view.now)?;
        }
        let new = self.state_rows(&passed, true, view, origin)?;
        self.groups.forget_empty(touched);
        Ok(Rows { new, old })
    }
}

/// The events of a delta, each with its group and whether it arrives, as a delta of its own.
fn in_turn(delta: &Delta, touched: &Touched) -> Vec<(GroupId, bool, Delta)> {
    let one = |event: &EventRef, arrives: bool| {
        let (event, mut one) = (event.clone(), Delta::default());
        if arrives { &mut one.new } else { &mut one.old }.push(event);
        one
    };
    let new = delta
        .new
        .iter()
        .zip(&touched.new)
        .map(|(e, id)| (*id, true, one(e, true)));
    let old = delta
        .old
        .iter()
        .zip(&touched.old)
        .map(|(e, id)| (*id, false, one(e, false)));
    new.chain(old).collect()
}
