//! `order by`, `limit` and `distinct`, in this order, on each posting; insert and remove stream apart.

use hashbrown::HashMap;
use tachograph_event::Value;
use tachograph_plan::Statement;

use crate::hash::FixedHash;
use crate::row::{Row, Rows};
use crate::window::compare_keys;

/// Applies the clauses that work on what is posted together.
pub fn finish(statement: &Statement, rows: &mut Rows) {
    for stream in [&mut rows.new, &mut rows.old] {
        sort(statement, stream);
        cut(statement, stream);
        if statement.distinct {
            make_distinct(stream);
        }
    }
}

fn make_distinct(rows: &mut Vec<Row>) {
    let mut seen: HashMap<Vec<Value>, (), FixedHash> = HashMap::with_hasher(FixedHash::default());
    rows.retain(|row| seen.insert(row.values.clone(), ()).is_none());
}

fn sort(statement: &Statement, rows: &mut [Row]) {
    if !statement.order_by.is_empty() {
        let descending: Vec<bool> = statement.order_by.iter().map(|k| k.descending).collect();
        rows.sort_by(|a, b| compare_keys(&a.keys, &b.keys, &descending));
    }
}

fn cut(statement: &Statement, rows: &mut Vec<Row>) {
    if let Some(limit) = statement.limit {
        rows.drain(..limit.offset.min(rows.len()));
        rows.truncate(limit.count.unwrap_or(usize::MAX));
    }
}
