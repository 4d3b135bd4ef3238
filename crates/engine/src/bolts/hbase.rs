//! Rows as changes of a table of HBase: all of them, late ones too.
//!
//! A cell's timestamp is its record's time, so of two records of a key the later one is seen in
//! whatever order they are written. Only for records of one key *and* one time does order matter: of
//! those that are written together the last one is written alone, and a late one is written when
//! all before it are there. A key that is a record's own needs none of this.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tachograph_connect::Refused;
use tachograph_connect::hbase::{HBaseChange, HBaseHandle, RowLayout};
use tachograph_connect::writer::Place;
use tachograph_event::{Batch, Millis, StringColumn};
use tachograph_topology::BoltError;

use super::expression::RowExpression;
use super::gather::Gathered;
use super::outside::Encode;
use super::unwritten::Unwritten;

/// What an `hbase` bolt writes.
pub struct HBaseRows {
    table: HBaseHandle,
    key: RowExpression,
    layout: RowLayout,
    /// The newest instant that something was written for.
    newest: Millis,
}

impl HBaseRows {
    /// Rows of a table under their keys.
    pub fn new(table: HBaseHandle, key: RowExpression, layout: RowLayout) -> HBaseRows {
        HBaseRows {
            table,
            key,
            layout,
            newest: Millis::MIN,
        }
    }

    fn changes(
        &self,
        key: &str,
        row: &Gathered,
        is_after_all: bool,
    ) -> Result<impl Iterator<Item = HBaseChange> + use<>, String> {
        let put = self.layout.put(key, &row.batch, row.row)?;
        let hides = match self.key.is_unique() {
            true => None,
            false => self.layout.hides(key, &row.batch, row.row),
        };
        let put = HBaseChange {
            change: put,
            is_after_all,
        };
        let hides = hides.map(|change| HBaseChange {
            change,
            is_after_all: false,
        });
        Ok(std::iter::once(put).chain(hides))
    }
}

impl Encode for HBaseRows {
    type Item = HBaseChange;
    const NAME: &'static str = "hbase";
    const KEEPS_ALL: bool = true;

    fn is_unordered(&self) -> bool {
        self.key.is_unique()
    }

    fn open(&mut self, _: Refused) -> Result<Box<dyn Place<HBaseChange>>, String> {
        Ok(Box::new(self.table.place()))
    }

    fn encode(
        &mut self,
        rows: &[Gathered],
        unwritten: &mut Unwritten,
    ) -> Result<Vec<HBaseChange>, BoltError> {
        let keys = keys(&self.key, rows);
        let key = |row: &Gathered| keys[&Arc::as_ptr(&row.batch)].get(row.row);
        let is_last = match self.key.is_unique() {
            true => vec![true; rows.len()],
            false => lasts(rows.iter().map(|row| (row.id.0, key(row)))),
        };
        let mut changes = Vec::with_capacity(rows.len());
        let mut is_first_late = !self.key.is_unique();
        for (row, _) in rows.iter().zip(is_last).filter(|(_, is_last)| *is_last) {
            let is_after_all = is_first_late && row.id.0 <= self.newest;
            match self.changes(key(row), row, is_after_all) {
                Ok(all) => changes.extend(all),
                Err(reason) => unwritten.add(&row.batch, row.row, &reason)?,
            }
            // Those of one call are of different keys or times.
            is_first_late &= !is_after_all;
        }
        let newest = rows.iter().map(|row| row.id.0).max();
        self.newest = self.newest.max(newest.unwrap_or(Millis::MIN));
        Ok(changes)
    }
}

/// The keys of each batch, made for a whole batch at once.
fn keys(key: &RowExpression, rows: &[Gathered]) -> HashMap<*const Batch, StringColumn> {
    let mut keys = HashMap::new();
    for row in rows {
        let batch = Arc::as_ptr(&row.batch);
        keys.entry(batch).or_insert_with(|| key.keys(&row.batch));
    }
    keys
}

/// Which are the last of their time and name? Those of one time stand together.
fn lasts<'a>(rows: impl DoubleEndedIterator<Item = (Millis, &'a str)>) -> Vec<bool> {
    let mut seen = HashSet::new();
    let mut instant = None;
    let is_last = |(time, key): (Millis, &'a str)| {
        if instant.replace(time) != Some(time) {
            seen.clear();
        }
        seen.insert(key)
    };
    let mut lasts: Vec<bool> = rows.rev().map(is_last).collect();
    lasts.reverse();
    lasts
}

#[cfg(test)]
mod tests {
    use super::lasts;

    #[test]
    fn the_last_of_a_name_and_a_time_counts() {
        let rows = [
            (1, "a"),
            (1, "b"),
            (1, "a"),
            (2, "a"),
            (2, "c"),
            (2, "a"),
            (2, "a"),
        ];
        let expected = [false, true, true, false, true, false, true];
        assert_eq!(lasts(rows.into_iter()), expected);
    }
}
