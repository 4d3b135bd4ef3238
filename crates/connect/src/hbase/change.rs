//! A record as changes of a row of HBase.

use tachograph_event::{Batch, ColumnData};
use tachograph_hbase::{Delete, Mutation, Put};

/// How rows become cells: as text, under the record's time.
#[derive(Debug, Clone)]
pub struct RowLayout {
    /// The column family.
    pub family: String,
    /// The qualifiers, each with the slot of its property.
    pub columns: Vec<(String, usize)>,
}

impl RowLayout {
    /// The cells of a row. A null has none; a row without a value is a row nevertheless.
    ///
    /// # Errors
    /// A sentence where HBase has no such rows: an empty key, a time before 1970.
    pub fn put(&self, key: &str, batch: &Batch, row: usize) -> Result<Mutation, String> {
        let family = self.family.as_bytes();
        let mut put = Put::new(key).timestamp(batch.times()[row]);
        for (qualifier, slot) in &self.columns {
            let column = batch.column(*slot);
            match column.data() {
                _ if column.is_null(row) => {}
                ColumnData::Str(texts) => put.add(family, qualifier.as_bytes(), texts.bytes(row)),
                _ => {
                    let text = column.value(row).to_string();
                    put.add(family, qualifier.as_bytes(), text.as_bytes());
                }
            }
        }
        if put.cell_count() == 0 {
            put.add(family, b"", b"");
        }
        let put = Mutation::from(put);
        put.check().map_err(|e| e.to_string())?;
        Ok(put)
    }

    /// Hides older cells of the columns that are null in a row, for it replaces older rows of its
    /// key whole. The marks are a millisecond older than the row: they hide no cell of its own time,
    /// whichever comes first.
    pub fn hides(&self, key: &str, batch: &Batch, row: usize) -> Option<Mutation> {
        let is_null = |slot: usize| batch.column(slot).is_null(row);
        let before = batch.times()[row] - 1;
        let mut nulls = self
            .columns
            .iter()
            .filter(|(_, slot)| is_null(*slot))
            .peekable();
        if before < 0 || nulls.peek().is_none() {
            return None;
        }
        let mark = |delete: Delete, (qualifier, _): &(String, usize)| {
            delete.column(&self.family, qualifier)
        };
        let delete = nulls.fold(Delete::row(key).timestamp(before), mark);
        Some(delete.into())
    }
}
