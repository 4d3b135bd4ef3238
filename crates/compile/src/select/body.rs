//! The clauses beside `from`: what is selected, grouped, kept and ordered.

use tachograph_plan::{AggregateCall, Expr, OrderKey};
use tachograph_syntax::ast::{self, GroupItem, SortOrder};

use super::columns::{Column, columns};
use super::flatten;
use super::shape;
use crate::bind::Binder;

/// What the clauses after `from` say.
pub(super) struct Body {
    pub(super) columns: Vec<Column>,
    pub(super) where_clause: Option<Expr>,
    pub(super) group_by: Vec<Expr>,
    pub(super) having: Option<Expr>,
    pub(super) order_by: Vec<OrderKey>,
    pub(super) aggregates: Vec<AggregateCall>,
}

/// Binds the clauses; none where a fault was added.
pub(super) fn body(binder: &mut Binder<'_>, select: &ast::Select) -> Option<Body> {
    let where_clause = select
        .where_
        .as_ref()
        .map(|w| binder.condition(w, "where clause"));
    let group_by = group_by(binder, &select.group_by);
    binder.aggregates = Some(Vec::new());
    let columns = columns(binder, select);
    let having = select
        .having
        .as_ref()
        .map(|h| binder.condition(h, "having clause"));
    let named = columns
        .iter()
        .flatten()
        .map(|c| (c.name.clone(), c.expr.ty.clone()));
    binder.columns = named.collect();
    let order_by: Vec<Option<OrderKey>> = select
        .order_by
        .iter()
        .map(|o| order_key(binder, o))
        .collect();
    let mut body = Body {
        columns: columns?,
        where_clause: flatten(where_clause)?,
        group_by: group_by?,
        having: flatten(having)?,
        order_by: order_by.into_iter().collect::<Option<Vec<OrderKey>>>()?,
        aggregates: binder.aggregates.take().unwrap_or_default(),
    };
    let columns = body.columns.iter_mut().map(|c| &mut c.expr);
    let order = body.order_by.iter_mut().map(|k| &mut k.expr);
    for expr in columns.chain(&mut body.having).chain(order) {
        shape::with_keys(expr, &body.group_by);
    }
    Some(body)
}

fn group_by(binder: &mut Binder<'_>, items: &[GroupItem]) -> Option<Vec<Expr>> {
    let mut keys = Vec::new();
    for item in items {
        match item {
            GroupItem::Expr(expr) => keys.push(binder.bind(expr)?),
            GroupItem::Composite(_, span) => {
                binder.faults.unsupported("a composite group key", *span);
                return None;
            }
            GroupItem::Rollup(_, span) | GroupItem::Cube(_, span) => {
                binder.faults.unsupported("rollup and cube", *span);
                return None;
            }
            GroupItem::GroupingSets(_, span) => {
                binder.faults.unsupported("grouping sets", *span);
                return None;
            }
        }
    }
    Some(keys)
}

fn order_key(binder: &mut Binder<'_>, item: &ast::OrderItem) -> Option<OrderKey> {
    Some(OrderKey {
        expr: binder.bind(&item.expr)?,
        descending: item.order == SortOrder::Descending,
    })
}
