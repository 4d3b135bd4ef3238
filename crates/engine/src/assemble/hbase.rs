//! `hbase` bolts: a table of a real HBase, its key and its columns.

use std::sync::Arc;

use tachograph_archive::{ColumnConfig, stored};
use tachograph_connect::hbase::{HBaseConfig, HBaseSink};
use tachograph_event::EventType;
use tachograph_topology::{Bolt, InputSpec};

use super::Assembler;
use super::bolts::Tasks;
use crate::bolts::HBaseBolt;
use crate::config::{BoltConfig, HBaseTable};

/// A table of HBase as one bolt writes it, for those who read it.
#[derive(Debug, Clone)]
pub struct WrittenTable {
    /// Where the table is.
    pub place: HBaseConfig,
    /// The columns that are written, with the types that their texts stand for.
    pub columns: Vec<ColumnConfig>,
}

impl WrittenTable {
    fn new(place: &HBaseConfig, named: &[(String, usize)], event_type: &EventType) -> WrittenTable {
        let column = |(qualifier, slot): &(String, usize)| ColumnConfig {
            family: place.family.clone(),
            qualifier: qualifier.clone(),
            ty: stored(&event_type.properties[*slot].ty),
        };
        WrittenTable {
            place: place.clone(),
            columns: named.iter().map(column).collect(),
        }
    }

    /// Is it the same table of the same cluster?
    pub fn is_same_place(&self, other: &WrittenTable) -> bool {
        let place = |t: &WrittenTable| {
            let p = &t.place;
            (p.servers.clone(), p.zookeeper.clone(), p.table.clone())
        };
        place(self) == place(other)
    }

    /// Adds the columns of another bolt's rows. A column that holds values of several types is text.
    pub fn join(&mut self, other: &WrittenTable) {
        for column in &other.columns {
            let mut own = self.columns.iter_mut();
            match own.find(|c| c.name() == column.name()) {
                None => self.columns.push(column.clone()),
                Some(own) if own.ty != column.ty => own.ty = tachograph_event::Type::Str,
                Some(_) => {}
            }
        }
    }
}

impl Assembler<'_> {
    pub(super) fn hbase(
        &mut self,
        bolt: &BoltConfig,
        table: &HBaseTable,
        inputs: &[InputSpec],
    ) -> Option<Tasks> {
        let event_type = self.one_type(bolt, inputs, "a table")?;
        let key = self.expression(&table.key.0, table.key.1, &event_type);
        let named = self.qualifiers(bolt, &table.columns, &event_type)?;
        let written = WrittenTable::new(&table.place, &named, &event_type);
        self.written.push(written);
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
