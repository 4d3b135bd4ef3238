//! Putting rows together that came in parts. State: the row that is not known to be whole. Pure.

use crate::read::Row;

/// Rows as they become whole.
#[derive(Debug, Default)]
pub struct Gather {
    part: Option<Row>,
    whole: Vec<Row>,
}

impl Gather {
    /// Takes what a server sent of a row; `more` tells that more of the same row may follow.
    pub fn push(&mut self, row: Row, more: bool) {
        match &mut self.part {
            Some(part) if part.key() == row.key() => part.append(row),
            _ => {
                self.end();
                self.part = Some(row);
            }
        }
        if !more {
            self.end();
        }
    }

    /// No more of the row at hand comes.
    pub fn end(&mut self) {
        self.whole.extend(self.part.take());
    }

    /// The row at hand is read again from its beginning.
    pub fn abandon(&mut self) {
        self.part = None;
    }

    /// The rows that are whole.
    pub fn take(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::CellKind;
    use crate::cell::keyvalue::{Column, decode};

    fn part(key: &'static str, qualifier: &'static str) -> Row {
        let column = Column {
            family: b"f",
            qualifier: qualifier.as_bytes(),
            timestamp: 1,
            kind: CellKind::Put,
            value: b"",
        };
        let mut bytes = Vec::new();
        column.encode(
            key.len(),
            |out| out.extend_from_slice(key.as_bytes()),
            &mut bytes,
        );
        Row::of(vec![decode(bytes.into()).unwrap()]).unwrap()
    }

    fn sizes(rows: Vec<Row>) -> Vec<(String, usize)> {
        let size = |row: &Row| {
            (
                String::from_utf8_lossy(row.key()).into_owned(),
                row.cells().len(),
            )
        };
        rows.iter().map(size).collect()
    }

    #[test]
    fn parts_become_one_row() {
        let mut gather = Gather::default();
        gather.push(part("a", "1"), true);
        assert!(gather.take().is_empty());
        gather.push(part("a", "2"), true);
        gather.push(part("a", "3"), false);
        gather.push(part("b", "1"), false);
        assert_eq!(
            sizes(gather.take()),
            [("a".to_owned(), 3), ("b".to_owned(), 1)]
        );
    }

    #[test]
    fn another_row_or_the_end_makes_a_row_whole() {
        let mut gather = Gather::default();
        gather.push(part("a", "1"), true);
        gather.push(part("b", "1"), true);
        assert_eq!(sizes(gather.take()), [("a".to_owned(), 1)]);
        gather.end();
        assert_eq!(sizes(gather.take()), [("b".to_owned(), 1)]);
    }

    #[test]
    fn an_abandoned_part_comes_again_whole() {
        let mut gather = Gather::default();
        gather.push(part("a", "1"), true);
        gather.abandon();
        gather.push(part("a", "1"), true);
        gather.push(part("a", "2"), false);
        assert_eq!(sizes(gather.take()), [("a".to_owned(), 2)]);
    }
}
