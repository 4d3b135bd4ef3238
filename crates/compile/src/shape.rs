//! Which of the output shapes a select has, and group keys in place of what they stand for.

use tachograph_plan::{Expr, ExprKind, Shape};

/// Replaces every part that equals a group-by expression by its key.
pub fn with_keys(expr: &mut Expr, group_by: &[Expr]) {
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
pub fn looks_at_event(expr: &Expr) -> bool {
    let mut looks = false;
    expr.walk(&mut |e| {
        looks |= matches!(
            e.kind,
            ExprKind::Property(_) | ExprKind::Event | ExprKind::Prev(..) | ExprKind::Prior(..)
        );
    });
    looks
}

/// The shape, from what is selected.
pub fn shape(grouped: bool, aggregated: bool, selected: &[&Expr]) -> Shape {
    let per_event = selected.iter().any(|e| looks_at_event(e));
    match (grouped, aggregated, per_event) {
        (true, _, false) => Shape::RowPerGroup,
        (true, _, true) => Shape::AggregateGrouped,
        (false, false, _) => Shape::RowForEach,
        (false, true, false) => Shape::RowForAll,
        (false, true, true) => Shape::RowPerEvent,
    }
}
