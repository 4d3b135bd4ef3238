//! A column of what cells show, gathered value by value.

use tachograph_event::{Bitmap, Column, ColumnData};

use super::Cells;
use super::cell::{Shown, Shows};

/// A column of what cells show.
#[derive(Debug)]
pub struct CellColumn {
    data: CellData,
    nulls: Bitmap,
    any_null: bool,
}

#[derive(Debug)]
enum CellData {
    Int(Vec<i32>),
    Long(Vec<i64>),
    Double(Vec<f64>),
}

impl CellColumn {
    /// An empty column for an aggregate.
    pub fn new(cells: &Cells) -> CellColumn {
        let data = match cells.shows {
            Shows::Int => CellData::Int(Vec::new()),
            Shows::Count | Shows::Long => CellData::Long(Vec::new()),
            Shows::Double | Shows::Average => CellData::Double(Vec::new()),
        };
        CellColumn {
            data,
            nulls: Bitmap::default(),
            any_null: false,
        }
    }

    /// Adds what a cell shows.
    #[inline]
    pub fn push(&mut self, shown: Shown) {
        let null = matches!(shown, Shown::Null);
        match (&mut self.data, shown) {
            // A sum of ints wraps as ints do.
            (CellData::Int(v), Shown::Whole(x)) => v.push(x as i32),
            (CellData::Long(v), Shown::Whole(x)) => v.push(x),
            (CellData::Double(v), Shown::Double(x)) => v.push(x),
            (CellData::Int(v), _) => v.push(0),
            (CellData::Long(v), _) => v.push(0),
            (CellData::Double(v), _) => v.push(0.0),
        }
        if null && !self.any_null {
            self.any_null = true;
            self.nulls = Bitmap::filled(self.len() - 1, false);
        }
        if self.any_null {
            self.nulls.push(null);
        }
    }

    fn len(&self) -> usize {
        match &self.data {
            CellData::Int(v) => v.len(),
            CellData::Long(v) => v.len(),
            CellData::Double(v) => v.len(),
        }
    }

    /// The finished column.
    pub fn finish(self) -> Column {
        let data = match self.data {
            CellData::Int(v) => ColumnData::Int(v.into()),
            CellData::Long(v) => ColumnData::Long(v.into()),
            CellData::Double(v) => ColumnData::Double(v.into()),
        };
        Column::new(data, self.any_null.then_some(self.nulls))
    }
}
