//! Bolts: sections `[bolts.NAME]` become tasks, by kind; sinks that write in an order are one.

use std::sync::Arc;

use tachograph_connect::sink::{FileSink, StdoutSink};
use tachograph_event::EventType;
use tachograph_topology::{Bolt, BoltSpec, InputSpec};

use super::Assembler;
use super::formats::row_format;
use crate::bolts::Unwritten;
use crate::config::{BoltConfig, BoltKind};

/// The tasks of a bolt.
pub(super) type Tasks = Vec<Box<dyn Bolt>>;

impl Assembler<'_> {
    pub(super) fn bolt(&mut self, bolt: &BoltConfig, number: usize) -> Option<BoltSpec> {
        if let BoltKind::Epl { module } = &bolt.kind {
            // Before its inputs: the faults of a module are its own.
            self.compile(bolt, module, number);
        }
        let mut inputs = self.inputs(bolt)?;
        let tasks = match &bolt.kind {
            BoltKind::Unknown => None,
            BoltKind::Epl { module } => self.rules(bolt, module, &mut inputs),
            BoltKind::Live { writes } => self.live(bolt, writes, &inputs),
            BoltKind::Archive(archive) => self.archive(bolt, archive, &inputs),
            BoltKind::HBase(table) => self.hbase(bolt, table, &inputs),
            BoltKind::File { path, separator } => self.file(bolt, path, *separator),
            BoltKind::Kafka(kafka) => self.kafka(bolt, kafka, &inputs),
            BoltKind::Stdout { separator } => self.stdout(bolt, *separator),
        };
        Some(BoltSpec {
            name: bolt.name.clone(),
            tasks: tasks?,
            inputs,
        })
    }

    /// The type of all inputs; a fault where they differ, for `taker` takes rows of one type.
    pub(super) fn one_type(
        &mut self,
        bolt: &BoltConfig,
        inputs: &[InputSpec],
        taker: &str,
    ) -> Option<Arc<EventType>> {
        if let Some(InputSpec { event_type, .. }) = inputs.first()
            && inputs.iter().all(|i| i.event_type == *event_type)
        {
            return Some(Arc::clone(event_type));
        }
        let message = format!("{taker} takes rows of one type; give each type its own bolt");
        self.fault(message, bolt.span);
        None
    }

    /// What writes in an order must be one task.
    pub(super) fn one_task(&mut self, bolt: &BoltConfig) -> Option<()> {
        if bolt.tasks > 1 {
            let message = format!(
                "[bolts.{}] writes in order: it must have tasks = 1",
                bolt.name
            );
            self.fault(message, bolt.span);
            return None;
        }
        Some(())
    }

    /// Where a task keeps what it cannot write, all counted together.
    pub(super) fn unwritten(&mut self, bolt: &BoltConfig, task: usize) -> Unwritten {
        let faults = self.writers.entry(bolt.name.clone()).or_default();
        let name = match task {
            0 => bolt.name.clone(),
            task => format!("{}-{task}", bolt.name),
        };
        Unwritten::new(&name, self.data, Arc::clone(faults))
    }

    fn file(&mut self, bolt: &BoltConfig, path: &str, separator: Option<char>) -> Option<Tasks> {
        self.one_task(bolt)?;
        if !self.writes {
            return Some(Vec::new());
        }
        match FileSink::open(&self.data.join(path), row_format(separator)) {
            Ok(sink) => Some(vec![Box::new(sink)]),
            Err(fault) => {
                self.fault(fault, bolt.span);
                None
            }
        }
    }

    fn stdout(&mut self, bolt: &BoltConfig, separator: Option<char>) -> Option<Tasks> {
        self.one_task(bolt)?;
        Some(vec![Box::new(StdoutSink::new(row_format(separator)))])
    }
}

/// A bolt's tasks, each made by `task`.
pub(super) fn tasks<B: Bolt + 'static>(bolt: &BoltConfig, task: impl Fn() -> B) -> Tasks {
    let boxed = |_| -> Box<dyn Bolt> { Box::new(task()) };
    (0..bolt.tasks).map(boxed).collect()
}
