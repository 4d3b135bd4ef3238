//! Changes of one row, kept as the bytes in which they travel: the row key, then the cells as a
//! cell block. A change is one allocation however many cells it has.

mod append;
mod attributes;
mod delete;
mod increment;
mod put;

pub use append::Append;
pub use attributes::Durability;
pub use delete::Delete;
pub use increment::Increment;
pub use put::Put;

use bytes::Bytes;

use crate::cell::keyvalue::{Column, FAMILY_MAX, row_fault};
use crate::cell::{LATEST, block};
use crate::error::{Error, ErrorKind, Result};
use crate::wire;
use crate::wire::mutation::MutationType;
use attributes::Attributes;

/// Room for a row of a few short cells, so that most changes are never moved.
const CAPACITY: usize = 512;

/// The fault of a timestamp that no cell can have.
const EARLY: &str = "a timestamp is before 1970";

/// A change of one row: a [`Put`], [`Delete`], [`Increment`] or [`Append`].
#[derive(Clone, Debug)]
pub struct Mutation {
    kind: MutationType,
    /// The row key, and behind it the cell block.
    bytes: Vec<u8>,
    row_len: u32,
    cells: u32,
    /// The timestamp of cells that are given none.
    timestamp: i64,
    fault: Option<&'static str>,
    attributes: Option<Box<Attributes>>,
}

impl Mutation {
    fn new(kind: MutationType, row: &[u8], capacity: usize) -> Mutation {
        let mut bytes = Vec::with_capacity(row.len() + capacity);
        bytes.extend_from_slice(row);
        Mutation {
            kind,
            bytes,
            row_len: row.len() as u32,
            cells: 0,
            timestamp: LATEST,
            fault: row_fault(row),
            attributes: None,
        }
    }

    fn push(&mut self, column: Column<'_>) {
        self.fault = self.fault.or_else(|| column_fault(&column));
        if self.fault.is_none() {
            block::push(&column, self.row_len as usize, &mut self.bytes);
            self.cells += 1;
        }
    }

    fn attributes(&mut self) -> &mut Attributes {
        self.attributes.get_or_insert_default()
    }

    /// The row's key.
    pub fn row(&self) -> &[u8] {
        &self.bytes[..self.row_len as usize]
    }

    /// How many cells it has.
    pub fn cell_count(&self) -> usize {
        self.cells as usize
    }

    /// Bytes that it takes in memory.
    pub fn size(&self) -> usize {
        self.bytes.capacity() + size_of::<Mutation>()
    }

    /// The cells as they travel.
    pub(crate) fn block(&self) -> &[u8] {
        &self.bytes[self.row_len as usize..]
    }

    /// Looks whether it could be sent at all.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`]: a key or a name of wrong length, a timestamp before 1970, a
    /// range of timestamps that ends before it begins, no cell.
    pub fn check(&self) -> Result<()> {
        let empty = self.cells == 0 && self.kind != MutationType::Delete;
        let early = (self.timestamp < 0).then_some(EARLY);
        let fault = self.fault.or(early);
        match fault.or(empty.then_some("a change without a cell")) {
            Some(fault) => Err(Error::new(ErrorKind::InvalidArgument, fault)),
            None => self.attributes.as_ref().map_or(Ok(()), |held| held.check()),
        }
    }

    /// Whether doing it twice differs from doing it once.
    pub(crate) fn needs_nonce(&self) -> bool {
        matches!(self.kind, MutationType::Increment | MutationType::Append)
    }

    /// The message that goes before the cells. The row is left out where the cells name it.
    pub(crate) fn message(&self, nonce: Option<u64>) -> wire::mutation::Mutation {
        let row = (self.cells == 0).then(|| Bytes::copy_from_slice(self.row()));
        let mut message = wire::mutation::Mutation {
            row,
            mutate_type: Some(self.kind as i32),
            timestamp: (self.timestamp != LATEST).then_some(self.timestamp as u64),
            associated_cell_count: Some(self.cells as i32),
            nonce,
            ..wire::mutation::Mutation::default()
        };
        if let Some(attributes) = &self.attributes {
            attributes.write(&mut message);
        }
        message
    }
}

fn column_fault(column: &Column<'_>) -> Option<&'static str> {
    // The lengths within a key are signed 32-bit numbers, and so is that of the whole cell.
    let long = column.qualifier.len() + column.value.len() > i32::MAX as usize - (64 << 10);
    match column.family.len() {
        0 => Some("the name of a column family is empty"),
        length if length > FAMILY_MAX => Some("the name of a column family is over 127 bytes"),
        _ if column.timestamp < 0 => Some(EARLY),
        _ if long => Some("a cell is over 2 GiB"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::block::BlockReader;
    use proptest::prelude::*;

    fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(any::<u8>(), 0..most)
    }

    proptest! {
        #[test]
        fn cells_are_read_as_they_were_put(
            row in proptest::collection::vec(any::<u8>(), 1..40),
            cells in proptest::collection::vec((bytes(20), 0..i64::MAX, bytes(300)), 1..20),
        ) {
            let add = |put: Put, (qualifier, timestamp, value): &(Vec<u8>, i64, Vec<u8>)| {
                put.column_at("fam", qualifier, *timestamp, value)
            };
            let put: Mutation = cells.iter().fold(Put::new(&row), add).into();
            let block = Bytes::copy_from_slice(put.block());
            let read = BlockReader::new(block).take(cells.len()).unwrap();
            for (cell, (qualifier, timestamp, value)) in read.iter().zip(&cells) {
                prop_assert_eq!((cell.row(), cell.family()), (&row[..], &b"fam"[..]));
                prop_assert_eq!((cell.qualifier(), cell.value()), (&qualifier[..], &value[..]));
                prop_assert_eq!(cell.timestamp(), *timestamp);
            }
        }
    }

    #[test]
    fn a_put_is_its_row_and_its_cells() {
        let put: Mutation = Put::new("r").column_at("f", "q", 1, "v").into();
        assert_eq!(put.row(), b"r");
        assert_eq!((put.cell_count(), put.block().len()), (1, 28));
        assert!(put.message(None).row.is_none());
    }

    #[test]
    fn what_cannot_be_sent_is_said() {
        let fault = |m: Mutation| m.check().unwrap_err().kind();
        assert_eq!(
            fault(Put::new("").column("f", "q", "v").into()),
            ErrorKind::InvalidArgument
        );
        assert_eq!(fault(Put::new("r").into()), ErrorKind::InvalidArgument);
        assert_eq!(
            fault(Put::new("r").column("", "q", "v").into()),
            ErrorKind::InvalidArgument
        );
        let long = "f".repeat(128);
        assert_eq!(
            fault(Put::new("r").column(long, "q", "v").into()),
            ErrorKind::InvalidArgument
        );
        assert_eq!(
            fault(Delete::row("r").timestamp(-1).into()),
            ErrorKind::InvalidArgument
        );
        let back = Increment::new("r").column("f", "n", 1).time_range(2, 1);
        assert_eq!(fault(back.into()), ErrorKind::InvalidArgument);
        assert!(Mutation::from(Delete::row("r")).check().is_ok());
    }
}
