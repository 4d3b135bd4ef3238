//! One event at a time through a statement of plain properties: nothing is allocated.
//!
//! State: none; room that is used again for each event.

mod one;

use tachograph_event::{Column, ColumnBuilder, Type};
use tachograph_plan::{Expr, ExprKind, Statement};

use super::form::Form;

/// Where a select column comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The event's property.
    Property(usize),
    /// An aggregate.
    Aggregate(usize),
}

/// What the way of one event needs to know.
#[derive(Debug)]
pub struct Single {
    /// The property that is the group key, if there is one.
    pub key: Option<usize>,
    /// By aggregate: the property that is its argument, if it has one.
    pub arguments: Vec<Option<usize>>,
    /// By select column.
    pub select: Vec<Source>,
    /// By aggregate: a column of one row.
    pub aggregates: Vec<Column>,
}

impl Single {
    /// The way of a statement; none where it asks for more than plain properties.
    pub fn new(statement: &Statement, form: Form) -> Option<Single> {
        if form == Form::Project && statement.having.is_some() {
            return None;
        }
        let key = match statement.group_by.as_slice() {
            [] => None,
            [key] if matches!(key.ty, Type::Str | Type::Int | Type::Long) => Some(property(key)?),
            _ => return None,
        };
        let arguments = statement.aggregates.iter().map(|call| {
            let argument = call.arguments.first();
            argument
                .map(property)
                .map_or(Some(None), |slot| slot.map(Some))
        });
        let source = |expr: &Expr| match expr.kind {
            ExprKind::Property(slot) => Some(Source::Property(slot)),
            ExprKind::GroupKey(_) => key.map(Source::Property),
            ExprKind::Aggregate(i) => Some(Source::Aggregate(i)),
            _ => None,
        };
        let empty = |ty: &Type| ColumnBuilder::new(ty).finish();
        Some(Single {
            arguments: arguments.collect::<Option<_>>()?,
            select: statement.select.iter().map(source).collect::<Option<_>>()?,
            aggregates: statement.aggregates.iter().map(|a| empty(&a.ty)).collect(),
            key,
        })
    }
}

fn property(expr: &Expr) -> Option<usize> {
    match expr.kind {
        ExprKind::Property(slot) => Some(slot),
        _ => None,
    }
}
