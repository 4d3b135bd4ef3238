//! A condition over a table's columns, compiled.

use std::collections::BTreeSet;
use std::sync::Arc;

use tachograph_compile::compile_expression;
use tachograph_event::Type;
use tachograph_plan::{Expr, ExprKind};
use tachograph_runtime::eval::{Scope, holds};
use tachograph_runtime::event::Event;
use tachograph_syntax::render_all;

use super::{Row, Shape};

/// An EPL expression that is true of a row, or not.
#[derive(Debug, Clone)]
pub struct Condition {
    expr: Expr,
}

impl Condition {
    /// Compiles an expression over the columns of a table.
    ///
    /// # Errors
    /// Its faults, with excerpts.
    pub fn compile(text: &str, shape: &Shape) -> Result<Condition, String> {
        let registry = tachograph_functions::registry();
        let expr = compile_expression(text, &shape.event_type(), &registry)
            .map_err(|faults| render_all(&faults, "condition", text, false))?;
        match expr.ty {
            Type::Bool => Ok(Condition { expr }),
            other => Err(format!(
                "the condition must be true or false for a row, and `{text}` is of type {other}"
            )),
        }
    }

    /// Is it true of a row? What has no value is not true.
    pub fn holds(&self, row: &Row) -> bool {
        let event = Event {
            origin: row.origin,
            values: Arc::from(row.values.as_slice()),
            ..Event::default()
        };
        holds(Some(&self.expr), &Scope::of_event(&event, row.time)).unwrap_or(false)
    }

    /// What must all be true for it to be true, and for nothing else.
    pub fn conjuncts(&self) -> Vec<&Expr> {
        let (mut found, mut open) = (Vec::new(), vec![&self.expr]);
        while let Some(expr) = open.pop() {
            match &expr.kind {
                ExprKind::And(parts) => open.extend(parts.iter().rev()),
                _ => found.push(expr),
            }
        }
        found
    }

    /// The condition that all of these are true; none where there are none.
    pub fn of_all(conjuncts: &[&Expr]) -> Option<Condition> {
        let expr = match conjuncts {
            [] => return None,
            [one] => (*one).clone(),
            several => Expr {
                kind: ExprKind::And(several.iter().map(|part| (*part).clone()).collect()),
                ty: Type::Bool,
            },
        };
        Some(Condition { expr })
    }

    /// The places of the columns that it looks at.
    pub fn columns(&self) -> BTreeSet<usize> {
        let of_property = |expr: &Expr| match expr.kind {
            ExprKind::Property(slot) => Some(slot),
            _ => None,
        };
        self.parts().into_iter().filter_map(of_property).collect()
    }

    /// Does it ask for the record that a row came from?
    pub fn asks_for_record(&self) -> bool {
        let parts = self.parts();
        parts.iter().any(|e| matches!(e.kind, ExprKind::RecordId))
    }

    /// The expression and all that is within it.
    fn parts(&self) -> Vec<&Expr> {
        let (mut found, mut open) = (Vec::new(), vec![&self.expr]);
        while let Some(expr) = open.pop() {
            open.extend(expr.children());
            found.push(expr);
        }
        found
    }
}
