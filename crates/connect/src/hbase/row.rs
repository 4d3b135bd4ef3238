//! A row as it was read: text by column. What is no UTF-8 is written as HBase's shell does.

use tachograph_hbase::Row;

use super::HBaseColumn;

/// A row of a table of HBase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HBaseRow(Row);

impl HBaseRow {
    pub(super) fn new(row: Row) -> HBaseRow {
        HBaseRow(row)
    }

    /// Row key.
    pub fn key(&self) -> String {
        text(self.0.key())
    }

    /// Timestamp of the newest cell that was read, in ms.
    pub fn time(&self) -> i64 {
        let times = self.0.cells().iter().map(|cell| cell.timestamp());
        times.max().unwrap_or_default()
    }

    /// The newest text of a column.
    pub fn text(&self, column: &HBaseColumn) -> Option<String> {
        self.0.value(&column.family, &column.qualifier).map(text)
    }

    /// The columns that were read and have a name. A cell without name and value only says that
    /// there is a row.
    pub fn columns(&self) -> impl Iterator<Item = HBaseColumn> + '_ {
        let is_named =
            |c: &&tachograph_hbase::Cell| !(c.qualifier().is_empty() && c.value().is_empty());
        self.0
            .cells()
            .iter()
            .filter(is_named)
            .map(|cell| HBaseColumn {
                family: text(cell.family()),
                qualifier: text(cell.qualifier()),
            })
    }
}

fn text(bytes: &[u8]) -> String {
    let shown = |chunk: std::str::Utf8Chunk<'_>| {
        let escaped = chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}"));
        format!("{}{}", chunk.valid(), escaped.collect::<String>())
    };
    bytes.utf8_chunks().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(text("Zürich".as_bytes()), "Zürich");
        assert_eq!(text(b"a\xff\x00b\xc3"), "a\\xFF\0b\\xC3");
    }
}
