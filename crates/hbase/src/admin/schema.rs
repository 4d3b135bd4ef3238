//! A table's schema: its families and settings. Plain data.

use std::collections::BTreeMap;

use super::family::{Family, pairs, settings};
use crate::name::TableName;
use crate::wire;

/// What a table is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDescriptor {
    name: TableName,
    families: Vec<Family>,
    settings: BTreeMap<String, String>,
}

impl TableDescriptor {
    /// A table without families; it needs one at least.
    pub fn new(name: impl Into<TableName>) -> TableDescriptor {
        TableDescriptor {
            name: name.into(),
            families: Vec::new(),
            settings: BTreeMap::new(),
        }
    }

    /// Adds a family.
    pub fn family(mut self, family: Family) -> TableDescriptor {
        self.families.push(family);
        self
    }

    /// Any setting by its name in HBase, such as `MAX_FILESIZE`.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> TableDescriptor {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// The table's name.
    pub fn name(&self) -> &TableName {
        &self.name
    }

    /// The families.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// The settings that differ from the defaults; from a server, all.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    pub(super) fn wire(&self) -> wire::table::TableSchema {
        wire::table::TableSchema {
            table_name: Some(self.name.wire()),
            attributes: pairs(&self.settings),
            column_families: self.families.iter().map(Family::wire).collect(),
            configuration: Vec::new(),
        }
    }

    pub(super) fn from_wire(sent: wire::table::TableSchema) -> TableDescriptor {
        TableDescriptor {
            name: sent.table_name.unwrap_or_default().into(),
            families: sent
                .column_families
                .into_iter()
                .map(Family::from_wire)
                .collect(),
            settings: settings(&sent.attributes),
        }
    }
}
