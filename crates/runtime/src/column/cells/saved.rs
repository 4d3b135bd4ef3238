//! The saved form of cells: sum and count by group number.

use tachograph_event::{CodecError, Decoder, Encoder};

use super::cell::{FloatCell, IntegerCell};
use super::{Cells, Data};
use crate::column::paged::PagedSnapshot;

/// Cells as they stood when the snapshot was taken.
#[derive(Debug)]
pub enum CellsSnapshot {
    /// Integer sums.
    Integer(PagedSnapshot<IntegerCell>),
    /// Double sums.
    Float(PagedSnapshot<FloatCell>),
}

impl Cells {
    /// Shares the cells with a snapshot.
    pub fn snapshot(&mut self) -> CellsSnapshot {
        match &mut self.data {
            Data::Integer(cells) => CellsSnapshot::Integer(cells.snapshot()),
            Data::Float(cells) => CellsSnapshot::Float(cells.snapshot()),
        }
    }

    /// Reads saved cells.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not cells.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let slots = from.size()?;
        self.grow(slots);
        for i in 0..slots {
            match &mut self.data {
                Data::Integer(cells) => {
                    let (sum, count) = (from.i64()?, from.i64()?);
                    *cells.get_mut(i) = IntegerCell { sum, count };
                }
                Data::Float(cells) => {
                    let (sum, count) = (from.f64()?, from.i64()?);
                    *cells.get_mut(i) = FloatCell { sum, count };
                }
            }
        }
        Ok(())
    }
}

impl CellsSnapshot {
    /// Writes the cells by group number.
    pub fn save(&self, to: &mut Encoder) {
        match self {
            CellsSnapshot::Integer(cells) => {
                let all: Vec<&IntegerCell> = cells.iter().collect();
                to.list(all.into_iter(), |to, cell| {
                    to.i64(cell.sum);
                    to.i64(cell.count);
                });
            }
            CellsSnapshot::Float(cells) => {
                let all: Vec<&FloatCell> = cells.iter().collect();
                to.list(all.into_iter(), |to, cell| {
                    to.f64(cell.sum);
                    to.i64(cell.count);
                });
            }
        }
    }
}
