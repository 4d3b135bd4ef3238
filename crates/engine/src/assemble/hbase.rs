//! `hbase` bolts: a table of a real HBase, its key and its columns.

use std::sync::Arc;

use tachograph_connect::hbase::HBaseSink;
use tachograph_topology::{Bolt, InputSpec};

use super::Assembler;
use super::bolts::{Tasks, single_type};
use crate::bolts::HBaseBolt;
use crate::config::{BoltConfig, HBaseTable};

impl Assembler<'_> {
    pub(super) fn hbase(
        &mut self,
        bolt: &BoltConfig,
        table: &HBaseTable,
        inputs: &[InputSpec],
    ) -> Option<Tasks> {
        let Some(event_type) = single_type(inputs) else {
            let message = "a table takes rows of one type; give each type its own bolt";
            self.fault(message, bolt.span);
            return None;
        };
        let key = self.expression(&table.key.0, table.key.1, &event_type);
        let named = self.qualifiers(bolt, &table.columns, &event_type)?;
        let key = key?;
        if !self.writes {
            return Some(Vec::new());
        }
        let (qualifiers, slots): (Vec<String>, Vec<usize>) = named.into_iter().unzip();
        let slots: Arc<[usize]> = Arc::from(slots);
        let mut tasks: Tasks = Vec::new();
        for _ in 0..bolt.tasks {
            match HBaseSink::open(table.place.clone(), qualifiers.clone()) {
                Ok(sink) => {
                    let task = HBaseBolt::new(sink, key.clone(), Arc::clone(&slots));
                    tasks.push(Box::new(task) as Box<dyn Bolt>);
                }
                Err(fault) => {
                    self.fault(fault.to_string(), bolt.span);
                    return None;
                }
            }
        }
        Some(tasks)
    }
}
