//! `archive` bolts: a table of the archive, its key and its columns.

use std::sync::Arc;

use tachograph_archive::{ColumnConfig, Compactor, Table, TableConfig};
use tachograph_event::EventType;
use tachograph_topology::InputSpec;

use super::Assembler;
use super::bolts::{Tasks, tasks};
use crate::bolts::ArchiveBolt;
use crate::config::{ArchiveConfig, BoltConfig};

impl Assembler<'_> {
    pub(super) fn archive(
        &mut self,
        bolt: &BoltConfig,
        archive: &ArchiveConfig,
        inputs: &[InputSpec],
    ) -> Option<Tasks> {
        let event_type = self.one_type(bolt, inputs, "a table")?;
        let key = self.expression(&archive.key.0, archive.key.1, &event_type);
        let (columns, slots) = self.columns(bolt, archive, &event_type)?;
        let key = key?;
        if !self.writes {
            return Some(Vec::new());
        }
        let table = self.table(bolt, archive, columns)?;
        let compactor = self.compactor(bolt)?;
        compactor.tell(&table);
        let slots: Arc<[usize]> = Arc::from(slots);
        Some(tasks(bolt, || {
            let (slots, compactor) = (Arc::clone(&slots), Arc::clone(&compactor));
            ArchiveBolt::new(table.clone(), key.clone(), slots, compactor)
        }))
    }

    /// The thread that compacts all tables; it ends with the last task that writes one.
    fn compactor(&mut self, bolt: &BoltConfig) -> Option<Arc<Compactor>> {
        if self.compactor.is_none() {
            match Compactor::start() {
                Ok(started) => self.compactor = Some(Arc::new(started)),
                Err(error) => self.fault(error.to_string(), bolt.span),
            }
        }
        self.compactor.clone()
    }

    /// The columns of a table, and the property that each takes: those of the file, or all.
    fn columns(
        &mut self,
        bolt: &BoltConfig,
        archive: &ArchiveConfig,
        event_type: &EventType,
    ) -> Option<(Vec<ColumnConfig>, Vec<usize>)> {
        let (mut columns, mut slots) = (Vec::new(), Vec::new());
        for (qualifier, slot) in self.qualifiers(bolt, &archive.columns, event_type)? {
            slots.push(slot);
            columns.push(ColumnConfig {
                family: archive.family.clone(),
                qualifier,
                ty: event_type.properties[slot].ty.clone(),
            });
        }
        Some((columns, slots))
    }

    /// The qualifier and the slot of each column: those named, or every property.
    pub(super) fn qualifiers(
        &mut self,
        bolt: &BoltConfig,
        named: &Option<Vec<(String, String)>>,
        event_type: &EventType,
    ) -> Option<Vec<(String, usize)>> {
        let all = || {
            let names = super::names::property_names(event_type).into_iter();
            names.map(|n| (n.clone(), n)).collect()
        };
        let named: Vec<(String, String)> = named.clone().unwrap_or_else(all);
        let slot = |(qualifier, property): (String, String)| {
            Some((qualifier, self.slot(event_type, &property, bolt.span)?))
        };
        named.into_iter().map(slot).collect()
    }

    fn table(
        &mut self,
        bolt: &BoltConfig,
        archive: &ArchiveConfig,
        columns: Vec<ColumnConfig>,
    ) -> Option<Table> {
        let config = TableConfig {
            name: archive.table.clone(),
            columns,
            bucket_ms: archive.bucket,
            ttl_ms: archive.ttl,
            versions: archive.versions,
            memtable_bytes: archive.memtable,
        };
        match Table::open(&self.data.join("tables").join(&archive.table), config) {
            Ok(table) => {
                self.tables.insert(archive.table.clone(), table.clone());
                Some(table)
            }
            Err(error) => {
                self.fault(error.to_string(), bolt.span);
                None
            }
        }
    }
}
