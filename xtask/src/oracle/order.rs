//! Which rows of an answer may change places.
//!
//! A statement that posts one row for each group posts the groups of one call in an order that the
//! language leaves open, unless `order by` or the kind of `output` says otherwise. All other orders
//! are fixed.

use tachograph_syntax::ast::{
    GroupItem, OutputKind, Select, SelectItem, StatementKind, StreamSource,
};
use tachograph_syntax::{parse_module, print_expr};

use tachograph_testkit::calls::{AGGREGATES, calls};
use tachograph_testkit::spec::Sign;

use super::answer::Row;

/// The named statements of a module that post one row for each group in an open order.
pub fn open_statements(epl: &str) -> Vec<String> {
    let module = parse_module(epl).module;
    let open = module.items.iter().filter(
        |statement| matches!(&statement.kind, StatementKind::Select(select) if is_open(select)),
    );
    open.filter_map(|s| s.name().map(str::to_string)).collect()
}

fn is_open(select: &Select) -> bool {
    groups_are_open(select) || intersects(select) || of_a_table(select) || of_key_timers(select)
}

/// A hash table decides the order of what a window with keys holds, and of the groups that an
/// interval has touched.
fn of_a_table(select: &Select) -> bool {
    let keyed = |name: &str| matches!(name, "unique" | "firstunique" | "groupwin");
    let mut views = select.from.iter().flat_map(|source| &source.views);
    let kind = select.output.as_ref().map(|output| output.kind);
    match kind {
        _ if !select.order_by.is_empty() => false,
        Some(OutputKind::Snapshot) => views.any(|view| keyed(&view.name.name)),
        Some(OutputKind::Last | OutputKind::All) => {
            !select.group_by.is_empty() && views.next().is_some()
        }
        _ => false,
    }
}

/// The windows of several keys are called in an order of their own.
fn of_key_timers(select: &Select) -> bool {
    let mut views = select.from.iter().flat_map(|source| &source.views);
    let timed = |name: &str| name.contains("time");
    views
        .next()
        .is_some_and(|view| view.name.name == "groupwin")
        && views.any(|v| timed(&v.name.name))
}

/// Several windows let events go in an order of their own.
fn intersects(select: &Select) -> bool {
    let several = |source: &StreamSource| source.views.len() > 1;
    select.from.iter().any(several)
}

fn groups_are_open(select: &Select) -> bool {
    let plain = |item: &GroupItem| match item {
        GroupItem::Expr(expr) => Some(print_expr(expr)),
        _ => None,
    };
    let keys: Option<Vec<String>> = select.group_by.iter().map(plain).collect();
    let Some(keys) = keys else { return false };
    let whole_group = |item: &SelectItem| match item {
        SelectItem::Expr { expr, .. } => {
            let text = print_expr(expr);
            keys.contains(&text) || calls(&text, &AGGREGATES)
        }
        _ => false,
    };
    let limited = select.output.as_ref();
    let kept = limited.is_some_and(|output| output.kind != OutputKind::Default);
    let ordered = kept || !select.order_by.is_empty();
    !keys.is_empty() && !ordered && select.items.iter().all(whole_group)
}

/// The named statements of a module that iterating shows in an open order: a hash table has it.
pub fn open_iterations(epl: &str) -> Vec<String> {
    let module = parse_module(epl).module;
    let keyed = |name: &str| matches!(name, "unique" | "firstunique" | "groupwin");
    let open = |select: &Select| {
        let mut views = select.from.iter().flat_map(|source| &source.views);
        // `order by` leaves those that tie in that order.
        views.any(|v| keyed(&v.name.name)) || intersects(select)
    };
    let open = module.items.iter().filter(
        |statement| matches!(&statement.kind, StatementKind::Select(select) if open(select)),
    );
    open.filter_map(|s| s.name().map(str::to_string)).collect()
}

/// Is the place of row `at` among its neighbours open?
pub fn is_free(rows: &[Row], at: usize, open: &[String], iterations: &[String]) -> bool {
    let row = &rows[at];
    let open = if row.sign == Sign::Iterated {
        iterations
    } else {
        open
    };
    let together = |other: &Row| {
        other.statement == row.statement && other.sign == row.sign && other.call == row.call
    };
    open.contains(&row.statement) && rows.iter().filter(|r| together(r)).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_for_groups_have_an_open_order() {
        let open = |select: &str| !open_statements(&format!("@name('s') {select}")).is_empty();
        assert!(open("select a, sum(i) from S#time(5) group by a"));
        assert!(open("select sum(i) + 1 as x from S group by a, b"));
        assert!(!open("select a, i, sum(i) from S#time(5) group by a"));
        assert!(!open(
            "select a, sum(i) from S#time(5) group by a order by a"
        ));
        assert!(open(
            "select a, sum(i) from S group by a output every 2 events"
        ));
        assert!(!open(
            "select a, sum(i) from S group by a output last every 2 events"
        ));
        assert!(!open("select sum(i) from S"));
        assert!(!open("select a, b, sum(i) from S group by rollup(a, b)"));
    }
}
