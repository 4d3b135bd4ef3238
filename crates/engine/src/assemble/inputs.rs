//! Inputs of a bolt: the streams that it reads, and how their rows are shared out over its tasks.

use tachograph_event::EventType;
use tachograph_topology::{Grouping, InputSpec};

use super::Assembler;
use crate::config::{BoltConfig, FromConfig, GroupingConfig};

impl Assembler<'_> {
    /// Every input; a fault for each that is not known.
    pub(super) fn inputs(&mut self, bolt: &BoltConfig) -> Option<Vec<InputSpec>> {
        let inputs: Vec<Option<InputSpec>> = bolt.from.iter().map(|f| self.input(f)).collect();
        inputs.into_iter().collect()
    }

    fn input(&mut self, from: &FromConfig) -> Option<InputSpec> {
        let stream = self.stream(&from.source, from.span)?;
        let grouping = self.grouping(from, &stream.event_type)?;
        Some(InputSpec {
            from: stream.from,
            grouping,
            event_type: stream.event_type,
            needed: None,
        })
    }

    fn grouping(&mut self, from: &FromConfig, event_type: &EventType) -> Option<Grouping> {
        let GroupingConfig::Fields(fields) = &from.grouping else {
            return Some(match from.grouping {
                GroupingConfig::All => Grouping::All,
                GroupingConfig::Global => Grouping::Global,
                _ => Grouping::Shuffle,
            });
        };
        let slots = fields.iter().map(|f| self.slot(event_type, f, from.span));
        Some(Grouping::Fields(slots.collect::<Option<Vec<usize>>>()?))
    }
}
