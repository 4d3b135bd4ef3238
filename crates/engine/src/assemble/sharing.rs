//! Partitions that several processes share: what of a topology can move with a partition.
//!
//! Each partition has tasks of its own there, which move with it. So a rule may only know what has one
//! key of the topic, and what is written must be reached from every process.

use std::collections::BTreeMap;
use std::sync::Arc;

use tachograph_compile::sharing;
use tachograph_connect::kafka::Begun;
use tachograph_syntax::{Diagnostic, Span};

use super::Assembler;
use crate::config::{BoltConfig, BoltKind, KafkaSpout, LiveConfig, SpoutConfig, SpoutKind};

/// One partition in the hands of this process.
#[derive(Clone)]
pub struct Ownership {
    /// The group that shares the topic.
    pub group: String,
    /// The partition.
    pub partition: u32,
    /// Number of this owner; rises from owner to owner.
    pub owner: u64,
    /// Remembers where its reading began.
    pub begun: Arc<dyn Begun>,
}

/// By which properties the rows of each stream are shared out over partitions, if they are by any.
type Shared = BTreeMap<String, Option<Vec<String>>>;

/// The spout whose partitions a group shares.
pub fn shared_spout(spouts: &[SpoutConfig]) -> Option<(&SpoutConfig, &KafkaSpout, &str)> {
    spouts.iter().find_map(|spout| match &spout.kind {
        SpoutKind::Kafka(kafka) => Some((spout, kafka, kafka.group.as_deref()?)),
        _ => None,
    })
}

impl Assembler<'_> {
    /// Finds what cannot move with a partition.
    pub(super) fn check_sharing(&mut self) {
        let config = self.config;
        let Some((spout, kafka, _)) = shared_spout(&config.spouts) else {
            return;
        };
        for other in config.spouts.iter().filter(|s| s.name != spout.name) {
            let message = format!(
                "[spouts.{}] has a `group`: processes share its partitions, and a partition moves with the rules \
                 that it feeds, so no other spout may stand beside it",
                spout.name
            );
            self.fault(message, other.span);
        }
        let known = self.event_type(&spout.event_type, spout.span);
        for property in known.iter().flat_map(|_| &kafka.partitioned_by) {
            let event_type = known.as_ref().map(Arc::clone);
            event_type.and_then(|ty| self.slot(&ty, property, spout.span));
        }
        let mut shared = Shared::new();
        shared.insert(spout.name.clone(), Some(kafka.partitioned_by.clone()));
        for bolt in &config.bolts {
            self.check_place(bolt);
            if let BoltKind::Epl { .. } = bolt.kind {
                self.check_rules(bolt, &mut shared);
            }
        }
    }

    /// Can what the bolt writes be reached by every process?
    fn check_place(&mut self, bolt: &BoltConfig) {
        let (kind, instead) = match &bolt.kind {
            BoltKind::Archive(_) => ("archive", "use `kind = \"hbase\"`"),
            BoltKind::File { .. } => ("file", "use `kind = \"kafka\"`"),
            BoltKind::Stdout { .. } => ("stdout", "use `kind = \"kafka\"`"),
            BoltKind::Live { .. } if !matches!(self.config.live, Some(LiveConfig::Redis(_))) => {
                ("live", "name real servers in [live] with `redis`")
            }
            _ => return,
        };
        let message = format!(
            "[bolts.{}] is of the kind `{kind}`, which lies in one process, and the partitions of a `group` move \
             from process to process",
            bolt.name
        );
        let fault = Diagnostic::semantic(message, bolt.span);
        self.diagnostics.push(fault.with_help(instead));
    }

    /// Does every rule know only what has one key of the topic?
    fn check_rules(&mut self, bolt: &BoltConfig, shared: &mut Shared) {
        let Some(plan) = self.plans.get(&bolt.name).map(Arc::clone) else {
            return;
        };
        let mut streams: BTreeMap<String, Option<Vec<String>>> = BTreeMap::new();
        for from in &bolt.from {
            // Of what has a fault of its own nothing is known; that fault is told already.
            let Some(stream) = self.streams.get(&from.source) else {
                return;
            };
            let by = shared.get(&from.source).cloned().flatten();
            let known = streams.entry(stream.event_type.name.clone());
            known
                .and_modify(|known| *known = known.take().filter(|k| Some(k) == by.as_ref()))
                .or_insert(by);
        }
        let streams: Vec<(&str, Option<&[String]>)> = streams
            .iter()
            .map(|(name, by)| (name.as_str(), by.as_deref()))
            .collect();
        let found = sharing(&plan, &streams);
        for (statement, by) in plan.statements.iter().zip(found.shared) {
            shared.insert(format!("{}.{}", bolt.name, statement.name), by);
        }
        for (statement, reason) in found.refusals {
            self.refuse(&statement, &reason, bolt.span);
        }
    }

    fn refuse(&mut self, statement: &str, reason: &str, span: Span) {
        let message = format!(
            "statement `{statement}` cannot be shared out over the partitions of a `group`: {reason}"
        );
        let help = "name in `partitioned_by` of the spout what the topic's records are keyed by, and write the rule \
                    so that each such key stands alone; or leave `group` out: one process then reads all partitions";
        self.diagnostics
            .push(Diagnostic::semantic(message, span).with_help(help));
    }
}
