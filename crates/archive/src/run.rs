//! A run: rows that were written together, and their order by key.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use tachograph_event::{Batch, Column, ColumnData, Millis, Origin, StringColumn, Value};

use crate::row::Row;

/// Rows with their keys. The order is found when it is first asked for.
#[derive(Debug)]
pub(crate) struct Run {
    keys: StringColumn,
    batch: Arc<Batch>,
    /// The batch's slot of each column of the table.
    slots: Arc<[usize]>,
    order: OnceLock<Vec<u32>>,
}

/// The newer version sorts first.
pub(crate) type Version = (Millis, Origin);

impl Run {
    pub fn new(keys: StringColumn, batch: Arc<Batch>, slots: Arc<[usize]>) -> Run {
        Run {
            keys,
            batch,
            slots,
            order: OnceLock::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Bytes that the run keeps in memory: of its keys, and of all columns of its batch. A text that
    /// columns and runs share counts once, where it is not among those `known` yet.
    pub fn bytes(&self, known: &mut BTreeSet<usize>) -> usize {
        let of_rows = self.len() * (size_of::<Millis>() + size_of::<Origin>());
        let columns = self.batch.columns().iter();
        let columns: usize = columns.map(|column| column_bytes(column, known)).sum();
        of_rows + text_bytes(&self.keys, known) + columns
    }

    pub fn key(&self, row: u32) -> &str {
        self.keys.get(row as usize)
    }

    pub fn key_bytes(&self, row: u32) -> &[u8] {
        self.keys.bytes(row as usize)
    }

    pub fn version(&self, row: u32) -> Version {
        let row = row as usize;
        (self.batch.times()[row], self.batch.origins()[row])
    }

    pub fn keys(&self) -> &StringColumn {
        &self.keys
    }

    pub fn times(&self) -> &[Millis] {
        self.batch.times()
    }

    pub fn origins(&self) -> &[Origin] {
        self.batch.origins()
    }

    /// The column of the table's place `i`.
    pub fn column(&self, i: usize) -> &Column {
        self.batch.column(self.slots[i])
    }

    /// Rows by key, newest version first.
    pub fn order(&self) -> &[u32] {
        self.order.get_or_init(|| {
            let mut order: Vec<u32> = (0..self.len() as u32).collect();
            order.sort_unstable_by(|a, b| self.compare(*a, self, *b));
            order
        })
    }

    /// Orders a row against a row of any run: by key, then newest first.
    pub fn compare(&self, row: u32, other: &Run, other_row: u32) -> Ordering {
        let keys = self.key_bytes(row).cmp(other.key_bytes(other_row));
        keys.then_with(|| other.version(other_row).cmp(&self.version(row)))
    }

    /// Place in the order of the first row whose key is not below `key`.
    pub fn lower_bound(&self, key: &[u8]) -> usize {
        self.order()
            .partition_point(|row| self.key_bytes(*row) < key)
    }

    pub fn row(&self, row: u32) -> Row {
        let value = |slot: &usize| -> Value { self.batch.value(*slot, row as usize) };
        let (time, origin) = self.version(row);
        Row {
            key: self.key(row).to_string(),
            time,
            origin,
            values: self.slots.iter().map(value).collect(),
        }
    }
}

fn column_bytes(column: &Column, known: &mut BTreeSet<usize>) -> usize {
    let rows = column.len();
    let nulls = column.nulls().map_or(0, |nulls| nulls.len() / 8);
    nulls
        + match column.data() {
            ColumnData::Bool(_) => rows,
            ColumnData::Int(_) | ColumnData::Float(_) => rows * 4,
            ColumnData::Long(_) | ColumnData::Double(_) => rows * 8,
            ColumnData::Str(texts) => text_bytes(texts, known),
            ColumnData::Any(values) => {
                let apart = |value: &Value| value.as_str().map_or(0, str::len);
                rows * size_of::<Value>() + values.iter().map(apart).sum::<usize>()
            }
            ColumnData::Absent(_) => 0,
        }
}

/// A column of a few rows keeps the whole text that it was cut from.
fn text_bytes(texts: &StringColumn, known: &mut BTreeSet<usize>) -> usize {
    let text = texts.text();
    let is_new = known.insert(Arc::as_ptr(text) as usize);
    let text = if is_new { text.capacity() } else { 0 };
    std::mem::size_of_val(texts.spans()) + text
}
