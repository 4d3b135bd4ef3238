//! An EPL expression over the rows of a batch, as text.

use std::sync::Arc;

use tachograph_event::{Batch, Value};
use tachograph_plan::Expr;
use tachograph_runtime::eval::{Scope, eval};
use tachograph_runtime::event::Event;
use tachograph_runtime::fault::Fault;

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct RowExpression {
    expr: Expr,
}

impl RowExpression {
    /// An expression over a batch's rows.
    pub fn new(expr: Expr) -> RowExpression {
        RowExpression { expr }
    }

    /// Its value for one row.
    ///
    /// # Errors
    /// [`Fault`] where it has none.
    pub fn value(&self, batch: &Batch, row: usize) -> Result<Value, Fault> {
        let event = Event {
            origin: batch.origins()[row],
            values: Arc::from(batch.row(row)),
            ..Event::default()
        };
        eval(&self.expr, &Scope::of_event(&event, batch.times()[row]))
    }

    /// Its text for one row; a null is a fault, since a key or member must be something.
    ///
    /// # Errors
    /// [`Fault`] where it has none.
    pub fn text(&self, batch: &Batch, row: usize) -> Result<String, Fault> {
        match self.value(batch, row)? {
            Value::Null => Err(Fault("a key or member is null".into())),
            value => Ok(value.to_string()),
        }
    }
}
