//! `hbase` bolts: a table of a real HBase, its key and its columns.

use std::sync::Arc;

use tachograph_archive::{ColumnConfig, stored};
use tachograph_connect::hbase::{HBaseConfig, HBaseHandle, RowLayout};
use tachograph_event::EventType;
use tachograph_topology::InputSpec;

use super::Assembler;
use super::bolts::Tasks;
use crate::bolts::{HBaseRows, RowExpression, WritingBolt};
use crate::config::{BoltConfig, FromConfig, GroupingConfig, HBaseTable};

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
        self.one_task_a_key(bolt, &key, &event_type)?;
        if !self.writes {
            return Some(Vec::new());
        }
        let layout = RowLayout {
            family: table.place.family.clone(),
            columns: named,
        };
        let types: Vec<Arc<EventType>> = inputs.iter().map(|_| Arc::clone(&event_type)).collect();
        let handle = match HBaseHandle::open(&table.place, bolt.tasks) {
            Ok(handle) => handle,
            Err(fault) => {
                self.fault(fault.to_string(), bolt.span);
                return None;
            }
        };
        let mut tasks: Tasks = Vec::new();
        for number in 0..bolt.tasks {
            let rows = HBaseRows::new(handle.clone(), key.clone(), layout.clone());
            let unwritten = self.unwritten(bolt, number);
            tasks.push(Box::new(WritingBolt::new(rows, types.clone(), unwritten)));
        }
        Some(tasks)
    }

    /// Records of one key and one time must come to one task, which knows their order.
    fn one_task_a_key(
        &mut self,
        bolt: &BoltConfig,
        key: &RowExpression,
        event_type: &EventType,
    ) -> Option<()> {
        let of_key: Vec<&String> = key
            .slots()
            .into_iter()
            .map(|slot| &event_type.properties[slot].name)
            .collect();
        let is_grouped = |from: &FromConfig| match &from.grouping {
            GroupingConfig::Fields(fields) => fields.iter().all(|field| of_key.contains(&field)),
            GroupingConfig::Global => true,
            GroupingConfig::Shuffle | GroupingConfig::All => false,
        };
        if bolt.tasks == 1 || key.is_unique() || bolt.from.iter().all(is_grouped) {
            return Some(());
        }
        let message = format!(
            "[bolts.{}] has several tasks, and of two records with one key and time the last one is \
             to be seen: group by `fields` that the key is made of, or end the key with `|| record_id()`",
            bolt.name
        );
        self.fault(message, bolt.span);
        None
    }
}
