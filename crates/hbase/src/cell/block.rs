//! Cell blocks: the cells of a request or a response, each with its length before it. State of the
//! reader: what is left of the block.

use bytes::{Buf, BufMut, Bytes};

use super::keyvalue::{self, Column};
use super::{Cell, CellKind};
use crate::error::{Error, ErrorKind, Result};
use crate::wire::result::RowResult;

/// Appends a cell to a block that stands behind its row's key: the key is the first `row_len` bytes
/// of `out` and is copied from there.
pub fn push(column: &Column<'_>, row_len: usize, out: &mut Vec<u8>) {
    let length = column.len(row_len);
    out.reserve(4 + length);
    out.put_u32(length as u32);
    column.encode(row_len, |out| out.extend_from_within(..row_len), out);
}

/// Reads a block from its beginning.
#[derive(Debug)]
pub struct BlockReader(Bytes);

impl BlockReader {
    pub fn new(block: Bytes) -> BlockReader {
        BlockReader(block)
    }

    /// The next `count` cells.
    pub fn take(&mut self, count: usize) -> Result<Vec<Cell>> {
        // A count is not believed further than there can be cells.
        let mut cells = Vec::with_capacity(count.min(self.0.len() / 20));
        for _ in 0..count {
            cells.push(self.next()?);
        }
        Ok(cells)
    }

    /// The cells of a result: those inside its message, then its share of the block.
    pub fn result(&mut self, result: &RowResult) -> Result<Vec<Cell>> {
        let count = result.associated_cell_count.unwrap_or(0).max(0) as usize;
        let mut cells: Vec<Cell> = result.cell.iter().map(inline).collect::<Result<_>>()?;
        cells.append(&mut self.take(count)?);
        Ok(cells)
    }

    fn next(&mut self) -> Result<Cell> {
        let short = || Error::new(ErrorKind::Protocol, "a cell block ends too early");
        let length = self.0.try_get_u32().map_err(|_| short())? as usize;
        match length <= self.0.len() {
            true => keyvalue::decode(self.0.split_to(length)),
            false => Err(short()),
        }
    }
}

/// A cell inside a message, brought into the form of the others.
fn inline(cell: &crate::wire::result::Cell) -> Result<Cell> {
    let part = |bytes: &Option<Bytes>| bytes.clone().unwrap_or_default();
    let (row, family) = (part(&cell.row), part(&cell.family));
    let (qualifier, value) = (part(&cell.qualifier), part(&cell.value));
    let code = u8::try_from(cell.cell_type.unwrap_or(4)).unwrap_or(0);
    let column = Column {
        family: &family,
        qualifier: &qualifier,
        timestamp: cell.timestamp.unwrap_or(0) as i64,
        kind: CellKind::from_code(code),
        value: &value,
    };
    let mut bytes = Vec::with_capacity(column.len(row.len()));
    column.encode(row.len(), |out| out.put_slice(&row), &mut bytes);
    keyvalue::decode(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(row: &[u8]) -> Vec<u8> {
        let mut bytes = row.to_vec();
        let column = Column {
            family: b"f",
            qualifier: b"",
            timestamp: 1,
            kind: CellKind::Put,
            value: b"v",
        };
        push(&column, row.len(), &mut bytes);
        bytes.split_off(row.len())
    }

    #[test]
    fn cells_have_their_length_before_them() {
        let bytes = block(b"r");
        assert_eq!(
            &bytes[..12],
            b"\x00\x00\x00\x17\x00\x00\x00\x0e\x00\x00\x00\x01"
        );
        assert_eq!(bytes.len(), 4 + 0x17);
    }

    #[test]
    fn results_share_a_block_in_order() {
        let both = [block(b"a"), block(b"b")].concat();
        let mut reader = BlockReader::new(both.into());
        assert_eq!(reader.take(1).unwrap()[0].row(), b"a");
        assert_eq!(reader.take(1).unwrap()[0].row(), b"b");
        assert_eq!(reader.take(1).unwrap_err().kind(), ErrorKind::Protocol);
    }
}
