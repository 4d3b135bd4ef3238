//! Groups by number: their keys, and the cells of every aggregate.

use tachograph_event::{Column, ColumnBuilder};
use tachograph_plan::Statement;

use super::cells::Cells;
use super::interner::Interner;

/// Keys with the cells of every aggregate.
#[derive(Debug)]
pub struct GroupTable {
    /// Keys by number.
    pub interner: Interner,
    /// Cells by aggregate.
    pub cells: Vec<Cells>,
}

impl GroupTable {
    /// No group yet; without keys, the one that there always is.
    pub fn new(statement: &Statement) -> GroupTable {
        let types: Vec<_> = statement.group_by.iter().map(|k| k.ty.clone()).collect();
        let mut cells: Vec<Cells> = statement.aggregates.iter().map(Cells::new).collect();
        if types.is_empty() {
            cells.iter_mut().for_each(|c| c.grow(1));
        }
        GroupTable {
            interner: Interner::new(&types),
            cells,
        }
    }

    /// The number of each row's group; without keys there is one group.
    pub fn number(&mut self, keys: &[Column], rows: usize) -> Vec<u32> {
        let mut groups = Vec::with_capacity(rows);
        if keys.is_empty() {
            groups.resize(rows, 0);
            self.cells.iter_mut().for_each(|c| c.grow(1));
        } else {
            self.interner.intern(keys, rows, &mut groups);
            self.grow();
        }
        groups
    }

    /// Numbers of groups lie below it.
    pub fn slots(&self) -> usize {
        self.interner.slots().max(1)
    }

    /// Makes room for the cells of every number that was given out.
    pub fn grow(&mut self) {
        let slots = self.interner.slots();
        self.cells.iter_mut().for_each(|c| c.grow(slots));
    }

    /// Adds each row's arguments to its group.
    pub fn enter(&mut self, arguments: &[Option<Column>], groups: &[u32]) {
        for (cells, argument) in self.cells.iter_mut().zip(arguments) {
            cells.enter(argument.as_ref(), groups);
        }
    }

    /// As `enter`; gives what each row's group shows after it, a column an aggregate.
    pub fn enter_and_show(&mut self, arguments: &[Option<Column>], groups: &[u32]) -> Vec<Column> {
        let cells = self.cells.iter_mut().zip(arguments);
        let shown = cells.map(|(c, argument)| c.enter_and_show(argument.as_ref(), groups));
        shown.collect()
    }

    /// What the named groups show, a column an aggregate.
    pub fn show(&self, groups: &[u32]) -> Vec<Column> {
        self.cells.iter().map(|c| c.show(groups)).collect()
    }

    /// Empties groups.
    pub fn clear(&mut self, groups: &[u32]) {
        self.cells.iter_mut().for_each(|c| c.clear(groups));
    }

    /// Key columns of the named groups.
    pub fn keys(&self, statement: &Statement, groups: &[u32]) -> Vec<Column> {
        let keys = statement.group_by.iter();
        let mut builders: Vec<ColumnBuilder> = keys.map(|k| ColumnBuilder::new(&k.ty)).collect();
        if builders.is_empty() {
            return Vec::new();
        }
        if let Some(text) = self.interner.texts(groups) {
            return vec![text];
        }
        for group in groups {
            let values = self.interner.values(*group);
            for (i, builder) in builders.iter_mut().enumerate() {
                builder.push(values.get(i).cloned().unwrap_or_default());
            }
        }
        builders.into_iter().map(ColumnBuilder::finish).collect()
    }
}
