//! The columns of the select clause.

use std::sync::Arc;

use tachograph_event::{EventType, Type};
use tachograph_plan::{Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, SelectItem};

use crate::bind::Binder;
use crate::faults::Faults;

/// A column of the select clause.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) expr: Expr,
}

/// Binds the columns; none where a fault was added.
pub(super) fn columns(binder: &mut Binder<'_>, select: &ast::Select) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    let mut failed = false;
    for item in &select.items {
        match item {
            SelectItem::Wildcard(_) => columns.extend(all_properties(binder.event_type)),
            SelectItem::StreamWildcard {
                stream,
                alias,
                span,
            } => {
                if stream.name != binder.alias {
                    binder
                        .faults
                        .unknown("stream", &stream.name, stream.span, [binder.alias]);
                    failed = true;
                } else if let Some(alias) = alias {
                    let ty = Type::Event(Arc::new(binder.event_type.clone()));
                    let expr = Expr {
                        kind: ExprKind::Event,
                        ty,
                    };
                    columns.push(Column {
                        name: alias.name.clone(),
                        expr,
                    });
                } else {
                    let _ = span;
                    columns.extend(all_properties(binder.event_type));
                }
            }
            SelectItem::Expr {
                expr,
                alias,
                annotations,
                ..
            } => {
                if let Some(annotation) = annotations.first() {
                    binder
                        .faults
                        .unsupported("an annotation on a column", annotation.span);
                    failed = true;
                }
                let name = alias.as_ref().map(|a| a.name.clone());
                let name = name.unwrap_or_else(|| tachograph_syntax::column_name(expr));
                match binder.bind(expr) {
                    Some(expr) => columns.push(Column { name, expr }),
                    None => failed = true,
                }
            }
        }
    }
    refuse_twins(&columns, select.span, binder.faults, &mut failed);
    (!failed).then_some(columns)
}

fn refuse_twins(columns: &[Column], span: Span, faults: &mut Faults, failed: &mut bool) {
    for (i, column) in columns.iter().enumerate() {
        if columns[..i].iter().any(|before| before.name == column.name) {
            let message = format!("column `{}` is selected twice", column.name);
            faults.with_help(message, span, "give one of them another name with `as`");
            *failed = true;
        }
    }
}

fn all_properties(event_type: &EventType) -> impl Iterator<Item = Column> {
    let properties = event_type.properties.iter().enumerate();
    properties.map(|(slot, property)| Column {
        name: property.name.clone(),
        expr: Expr {
            kind: ExprKind::Property(slot),
            ty: property.ty.clone(),
        },
    })
}
