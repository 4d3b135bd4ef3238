//! Many events of one type, by column; each row with its time and its origin.
//!
//! A batch is immutable and shared (`Arc<Batch>`). Its size never shows in an answer: the meaning
//! is that of its rows, one at a time.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::Millis;
use crate::column::{Column, ColumnBuilder, ColumnData};
use crate::event_type::EventType;
use crate::shared::Shared;
use crate::value::Value;

/// Where a row came from: the log's partition and the position in it. It is the identity from
/// which every effect derives its own. Rows that the clock brought have [`Origin::CLOCK`]; of one
/// instant they come first, as timers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Origin {
    /// Number of the log's partition within the running system.
    pub partition: u32,
    /// Position in the partition: a byte offset of a file, an entry number of a journal.
    pub position: u64,
}

impl Origin {
    /// No record: the clock brought the row, when it reached the row's time.
    pub const CLOCK: Origin = Origin {
        partition: u32::MAX,
        position: 0,
    };

    /// The record's name: partition and position as hexadecimal digits of fixed width, so that
    /// the names of a partition's records sort as their positions do.
    pub fn record_id(&self) -> String {
        let partition = self.partition.min(0xFFFF);
        format!("{partition:04x}-{:016x}", self.position)
    }
}

impl Ord for Origin {
    fn cmp(&self, other: &Origin) -> Ordering {
        // The clock's comes first: its partition wraps to 0.
        let order = |o: &Origin| (o.partition.wrapping_add(1), o.position);
        order(self).cmp(&order(other))
    }
}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Origin) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Events of one type, as columns.
#[derive(Debug, Clone)]
pub struct Batch {
    event_type: Arc<EventType>,
    times: Shared<Millis>,
    origins: Shared<Origin>,
    columns: Vec<Column>,
}

impl Batch {
    /// Builds a batch. Panics where columns are missing or differ in length.
    pub fn new(
        event_type: Arc<EventType>,
        times: impl Into<Shared<Millis>>,
        origins: impl Into<Shared<Origin>>,
        columns: Vec<Column>,
    ) -> Batch {
        let (times, origins) = (times.into(), origins.into());
        assert_eq!(columns.len(), event_type.properties.len());
        assert_eq!(times.len(), origins.len());
        assert!(columns.iter().all(|c| c.len() == times.len()));
        Batch {
            event_type,
            times,
            origins,
            columns,
        }
    }

    /// Makes it one row, whose columns the caller must set to one row each.
    pub fn set_one(&mut self, time: Millis, origin: Origin) -> &mut [Column] {
        self.times.set_one(time);
        self.origins.set_one(origin);
        &mut self.columns
    }

    /// The type of every row.
    pub fn event_type(&self) -> &Arc<EventType> {
        &self.event_type
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// True where there are no rows.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Event time of each row.
    pub fn times(&self) -> &[Millis] {
        &self.times
    }

    /// Origin of each row.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// As `times`, to be shared.
    pub fn shared_times(&self) -> &Shared<Millis> {
        &self.times
    }

    /// As `origins`, to be shared.
    pub fn shared_origins(&self) -> &Shared<Origin> {
        &self.origins
    }

    /// The columns in slot order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of a slot.
    pub fn column(&self, slot: usize) -> &Column {
        &self.columns[slot]
    }

    /// One value.
    pub fn value(&self, slot: usize, row: usize) -> Value {
        self.columns[slot].value(row)
    }

    /// One row as values in slot order.
    pub fn row(&self, row: usize) -> Vec<Value> {
        self.columns.iter().map(|c| c.value(row)).collect()
    }

    /// The rows named by `rows`, in that order.
    pub fn take(&self, rows: &[u32]) -> Batch {
        self.take_columns(rows, |_| true)
    }

    /// The rows named by `rows`, in that order, with the columns that a reader needs; the others
    /// are absent.
    pub fn take_columns(&self, rows: &[u32], needed: impl Fn(usize) -> bool) -> Batch {
        let column = |(slot, column): (usize, &Column)| match needed(slot) {
            true => column.take(rows),
            false => Column::new(ColumnData::Absent(rows.len()), None),
        };
        Batch {
            event_type: Arc::clone(&self.event_type),
            times: self.times.take(rows),
            origins: self.origins.take(rows),
            columns: self.columns.iter().enumerate().map(column).collect(),
        }
    }

    /// Rows `first..last`; nothing but null bits is copied.
    pub fn slice(&self, first: usize, last: usize) -> Batch {
        Batch {
            event_type: Arc::clone(&self.event_type),
            times: self.times.slice(first..last),
            origins: self.origins.slice(first..last),
            columns: self.columns.iter().map(|c| c.slice(first..last)).collect(),
        }
    }

    /// The rows of several batches of one type, one after the other. Panics without a batch.
    pub fn concat(parts: &[Arc<Batch>]) -> Batch {
        let column = |slot: usize| {
            let columns: Vec<&Column> = parts.iter().map(|part| part.column(slot)).collect();
            Column::concat(&columns)
        };
        let first = &parts[0];
        Batch {
            event_type: Arc::clone(&first.event_type),
            times: parts
                .iter()
                .flat_map(|part| part.times.iter().copied())
                .collect(),
            origins: parts
                .iter()
                .flat_map(|part| part.origins.iter().copied())
                .collect(),
            columns: (0..first.columns.len()).map(column).collect(),
        }
    }

    /// The same rows with other positions, made from those that they have.
    pub fn with_positions(self, mut position: impl FnMut(u64) -> u64) -> Batch {
        let mut origins = self.origins.into_vec();
        for origin in &mut origins {
            origin.position = position(origin.position);
        }
        let origins = origins.into();
        Batch { origins, ..self }
    }

    /// The same rows with other times: how a source stamps the records that it decoded.
    pub fn with_times(self, times: Vec<Millis>) -> Batch {
        assert_eq!(times.len(), self.len());
        let times = times.into();
        Batch { times, ..self }
    }
}

/// Collects rows into a batch.
#[derive(Debug)]
pub struct BatchBuilder {
    event_type: Arc<EventType>,
    times: Vec<Millis>,
    origins: Vec<Origin>,
    columns: Vec<ColumnBuilder>,
}

impl BatchBuilder {
    /// An empty batch of a type.
    pub fn new(event_type: Arc<EventType>) -> BatchBuilder {
        let column = |p: &crate::Property| ColumnBuilder::new(&p.ty);
        let columns = event_type.properties.iter().map(column).collect();
        BatchBuilder {
            event_type,
            times: Vec::new(),
            origins: Vec::new(),
            columns,
        }
    }

    /// Adds a row; values must be as many as the properties and of their types.
    pub fn push(&mut self, time: Millis, origin: Origin, values: impl IntoIterator<Item = Value>) {
        let mut values = values.into_iter();
        for column in &mut self.columns {
            column.push(values.next().expect("a value for each property"));
        }
        self.times.push(time);
        self.origins.push(origin);
    }

    /// Adds a row; `fill` is given each slot with its column, and adds one value to it.
    #[inline]
    pub fn push_with(
        &mut self,
        time: Millis,
        origin: Origin,
        mut fill: impl FnMut(usize, &mut ColumnBuilder),
    ) {
        for (slot, column) in self.columns.iter_mut().enumerate() {
            fill(slot, column);
        }
        self.times.push(time);
        self.origins.push(origin);
    }

    /// Adds row `row` of a batch of the same type.
    pub fn push_from(&mut self, batch: &Batch, row: usize) {
        for (builder, column) in self.columns.iter_mut().zip(batch.columns()) {
            builder.push_from(column, row);
        }
        self.times.push(batch.times()[row]);
        self.origins.push(batch.origins()[row]);
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// True where nothing was added.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The finished batch.
    pub fn finish(self) -> Batch {
        let columns = self.columns.into_iter().map(ColumnBuilder::finish);
        Batch::new(self.event_type, self.times, self.origins, columns.collect())
    }
}
