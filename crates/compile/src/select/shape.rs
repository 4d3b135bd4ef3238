//! Which of the output shapes a select has, and group keys in place of what they stand for.

use tachograph_plan::{Expr, ExprKind, Shape};

use super::body::Body;
use super::columns::Column;

/// Replaces every part that equals a group-by expression by its key.
pub(super) fn with_keys(expr: &mut Expr, group_by: &[Expr]) {
    if let Some(i) = group_by.iter().position(|key| same(key, expr)) {
        expr.kind = ExprKind::GroupKey(i);
        return;
    }
    for child in expr.children_mut() {
        with_keys(child, group_by);
    }
}

/// Are two expressions written alike? Their debug forms name every slot, constant and function.
fn same(a: &Expr, b: &Expr) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

/// Does an expression look at an event, rather than at keys and aggregates alone?
fn looks_at_event(expr: &Expr) -> bool {
    let mut looks = false;
    expr.walk(&mut |e| {
        looks |= matches!(
            e.kind,
            ExprKind::Property(_) | ExprKind::Event | ExprKind::Prev(..) | ExprKind::Prior(..)
        );
    });
    looks
}

/// The shape of a select.
pub(super) fn shape(body: &Body) -> Shape {
    let (grouped, aggregated) = (!body.group_by.is_empty(), !body.aggregates.is_empty());
    match (grouped, aggregated, shows_events(body)) {
        (true, _, false) => Shape::RowPerGroup,
        (true, _, true) => Shape::AggregateGrouped,
        (false, false, _) => Shape::RowForEach,
        (false, true, false) => Shape::RowForAll,
        (false, true, true) => Shape::RowPerEvent,
    }
}

/// Is there a row for each event? So it is where one is selected; without groups where `having`
/// asks about one; with groups where they are sorted by one, or by a key that is not selected.
fn shows_events(body: &Body) -> bool {
    let selected = body.columns.iter().any(|c| looks_at_event(&c.expr));
    let asked = match body.group_by.is_empty() {
        true => body.having.iter().any(looks_at_event),
        false => {
            let mut sorted = body.order_by.iter().map(|k| &k.expr);
            sorted.any(|expr| looks_at_event(expr) || looks_at_other_key(expr, body))
        }
    };
    selected || asked
}

fn looks_at_other_key(expr: &Expr, body: &Body) -> bool {
    let mut looks = false;
    expr.walk(&mut |e| {
        if let ExprKind::GroupKey(key) = e.kind {
            let shows = |c: &Column| matches!(c.expr.kind, ExprKind::GroupKey(k) if k == key);
            looks |= !body.columns.iter().any(shows);
        }
    });
    looks
}
