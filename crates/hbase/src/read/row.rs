//! A row as it was read. State: its cells, in HBase's order.

use bytes::Bytes;

use crate::cell::Cell;

/// The cells of one row: by family, by qualifier, the newest version first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    cells: Vec<Cell>,
}

impl Row {
    /// A row of these cells; none if there are none.
    pub(crate) fn of(cells: Vec<Cell>) -> Option<Row> {
        (!cells.is_empty()).then_some(Row { cells })
    }

    /// The row's key.
    pub fn key(&self) -> &[u8] {
        self.cells.first().map_or(b"", Cell::row)
    }

    /// All cells.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The newest cell of a column.
    pub fn cell(&self, family: impl AsRef<[u8]>, qualifier: impl AsRef<[u8]>) -> Option<&Cell> {
        let (family, qualifier) = (family.as_ref(), qualifier.as_ref());
        let wanted = |c: &&Cell| c.qualifier() == qualifier && c.family() == family;
        self.cells.iter().find(wanted)
    }

    /// The newest value of a column.
    pub fn value(&self, family: impl AsRef<[u8]>, qualifier: impl AsRef<[u8]>) -> Option<&[u8]> {
        self.cell(family, qualifier).map(Cell::value)
    }

    /// The row's key, sharing the bytes of the answer that it came in.
    pub(crate) fn key_bytes(&self) -> Bytes {
        self.cells.first().map_or_else(Bytes::new, Cell::row_bytes)
    }

    /// The cells that are behind a place; none if there are none.
    pub(crate) fn behind(self, is_behind: impl Fn(&Cell) -> bool) -> Option<Row> {
        Row::of(self.cells.into_iter().filter(is_behind).collect())
    }

    /// Adds the cells of the rest of the same row.
    pub(crate) fn append(&mut self, mut rest: Row) {
        self.cells.append(&mut rest.cells);
    }
}
