//! A table's schema: its families and settings. Plain data.

use std::collections::BTreeMap;

use super::family::{Family, pairs, settings};
use crate::error::Result;
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

    /// Adds a family, instead of the one that has its name.
    pub fn family(self, family: Family) -> TableDescriptor {
        let mut table = self.without_family(family.name());
        table.families.push(family);
        table
    }

    /// Leaves out a family; the table loses what it has in it.
    pub fn without_family(mut self, name: &str) -> TableDescriptor {
        self.families.retain(|family| family.name() != name);
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

    /// Looks for what masters take although no table can serve with it.
    pub(super) fn check(&self) -> Result<()> {
        self.families.iter().try_for_each(Family::check)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_takes_the_place_of_its_name() {
        let table = TableDescriptor::new("t").family(Family::new("f"));
        let changed = table
            .family(Family::new("g"))
            .family(Family::new("f").versions(2));
        let names: Vec<_> = changed.families().iter().map(Family::name).collect();
        assert_eq!(names, ["g", "f"]);
        assert_eq!(changed.families()[1].settings()["VERSIONS"], "2");
        assert_eq!(changed.without_family("g").families().len(), 1);
    }
}
