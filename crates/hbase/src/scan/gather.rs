//! Putting rows together that came in parts; or handing the parts on as they come, where that is wanted.
//! State: the row that is not known to be whole, or the last cell that was seen of it, and how many rows
//! are over. Pure.

use std::cmp::Reverse;

use crate::cell::Cell;
use crate::read::Row;

/// Rows as they become whole, or their parts.
#[derive(Debug, Default)]
pub struct Gather {
    in_parts: bool,
    part: Option<Row>,
    last: Option<Cell>,
    ended: u64,
    ready: Vec<(u64, Row)>,
}

impl Gather {
    /// Hands parts of rows on as they come.
    pub fn in_parts() -> Gather {
        Gather {
            in_parts: true,
            ..Gather::default()
        }
    }

    /// Takes what a server sent of a row; `more` tells that more of the same row may follow.
    pub fn push(&mut self, row: Row, more: bool) {
        match self.in_parts {
            true => self.hand_on(row),
            false => self.put_together(row),
        }
        if !more {
            self.end();
        }
    }

    fn put_together(&mut self, row: Row) {
        match &mut self.part {
            Some(part) if part.key() == row.key() => part.append(row),
            _ => {
                self.end();
                self.part = Some(row);
            }
        }
    }

    fn hand_on(&mut self, row: Row) {
        if self
            .last
            .as_ref()
            .is_some_and(|last| last.row() != row.key())
        {
            self.end();
        }
        let unseen = match &self.last {
            Some(seen) => row.behind(|cell| place(cell) > place(seen)),
            None => Some(row),
        };
        if let Some(row) = unseen {
            self.last = row.cells().last().cloned();
            self.ready.push((self.ended, row));
        }
    }

    /// No more of the row at hand comes.
    pub fn end(&mut self) {
        if let Some(row) = self.part.take() {
            self.ready.push((self.ended, row));
            self.ended += 1;
        }
        if self.last.take().is_some() {
            self.ended += 1;
        }
    }

    /// The row at hand is read again from its beginning. What was handed on of it does not come again.
    pub fn abandon(&mut self) {
        self.part = None;
    }

    /// How many rows are over.
    pub fn ended(&self) -> u64 {
        self.ended
    }

    /// Whether a row has begun to be handed on and is not over.
    pub fn is_within_row(&self) -> bool {
        self.last.is_some()
    }

    /// The rows that are whole, or the parts of rows; none of what is behind so many rows.
    pub fn take(&mut self, most: Option<u64>) -> Vec<Row> {
        let ready = std::mem::take(&mut self.ready).into_iter();
        let allowed = ready.filter(|(before, _)| most.is_none_or(|most| *before < most));
        allowed.map(|(_, row)| row).collect()
    }
}

/// Where a cell stands within its row.
fn place(cell: &Cell) -> (&[u8], &[u8], Reverse<i64>, Reverse<u8>) {
    let version = (Reverse(cell.timestamp()), Reverse(cell.kind().code()));
    (cell.family(), cell.qualifier(), version.0, version.1)
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
        assert!(gather.take(None).is_empty());
        gather.push(part("a", "2"), true);
        gather.push(part("a", "3"), false);
        gather.push(part("b", "1"), false);
        assert_eq!(
            sizes(gather.take(None)),
            [("a".to_owned(), 3), ("b".to_owned(), 1)]
        );
    }

    #[test]
    fn another_row_or_the_end_makes_a_row_whole() {
        let mut gather = Gather::default();
        gather.push(part("a", "1"), true);
        gather.push(part("b", "1"), true);
        assert_eq!(sizes(gather.take(None)), [("a".to_owned(), 1)]);
        gather.end();
        assert_eq!(sizes(gather.take(None)), [("b".to_owned(), 1)]);
    }

    #[test]
    fn an_abandoned_part_comes_again_whole() {
        let mut gather = Gather::default();
        gather.push(part("a", "1"), true);
        gather.abandon();
        gather.push(part("a", "1"), true);
        gather.push(part("a", "2"), false);
        assert_eq!(sizes(gather.take(None)), [("a".to_owned(), 2)]);
    }

    #[test]
    fn parts_are_handed_on_and_none_twice() {
        let mut gather = Gather::in_parts();
        gather.push(part("a", "1"), true);
        gather.push(part("a", "2"), true);
        assert!(gather.is_within_row());
        let both = [("a".to_owned(), 1), ("a".to_owned(), 1)];
        assert_eq!(sizes(gather.take(None)), both);
        // The scanner was lost: the row comes again from its beginning.
        gather.abandon();
        gather.push(part("a", "1"), true);
        gather.push(part("a", "2"), true);
        assert!(gather.take(None).is_empty());
        gather.push(part("a", "3"), false);
        assert_eq!(sizes(gather.take(None)), [("a".to_owned(), 1)]);
        assert_eq!((gather.is_within_row(), gather.ended()), (false, 1));
    }

    #[test]
    fn rows_in_parts_are_counted_when_they_are_over() {
        let mut gather = Gather::in_parts();
        gather.push(part("a", "1"), true);
        gather.push(part("b", "1"), true);
        gather.push(part("b", "2"), true);
        gather.end();
        gather.push(part("c", "1"), false);
        assert_eq!(gather.ended(), 3);
        assert_eq!(gather.take(Some(2)).len(), 3);
    }
}
