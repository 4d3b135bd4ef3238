//! An EPL expression over the rows of a batch, as text.

use std::collections::BTreeSet;
use std::sync::Arc;

use tachograph_event::strings::StringBuilder;
use tachograph_event::{Batch, ColumnData, StringColumn, Type, Value};
use tachograph_plan::{Expr, ExprKind};
use tachograph_runtime::column::frame::Frame;
use tachograph_runtime::column::kernel;
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

    /// Is its value true or false?
    pub fn is_boolean(&self) -> bool {
        self.expr.ty == Type::Bool
    }

    /// Its text, where that is the same for all rows.
    pub fn constant(&self) -> Option<String> {
        match &self.expr.kind {
            ExprKind::Literal(Value::Null) => None,
            ExprKind::Literal(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// Has it another text for every record? It has where the record's id, which is of fixed width,
    /// is all of it, its beginning or its end.
    pub fn is_unique(&self) -> bool {
        let is_id = |expr: &Expr| matches!(expr.kind, ExprKind::RecordId);
        match &self.expr.kind {
            ExprKind::Concat(parts) => [parts.first(), parts.last()]
                .into_iter()
                .flatten()
                .any(is_id),
            _ => is_id(&self.expr),
        }
    }

    /// The slots of the properties that it reads.
    pub fn slots(&self) -> BTreeSet<usize> {
        let mut slots = BTreeSet::new();
        self.expr.walk(&mut |expr| {
            if let ExprKind::Property(slot) = expr.kind {
                slots.insert(slot);
            }
        });
        slots
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

    /// A row key for every row of a batch. A row without one (the expression is null, or has a
    /// fault) is named `null-` and the id of its record, so that it is neither lost nor replaced.
    pub fn keys(&self, batch: &Batch) -> StringColumn {
        let frame = Frame {
            properties: batch.columns(),
            times: batch.times(),
            origins: batch.origins(),
            ..Frame::default()
        };
        if let Ok(column) = kernel::column(&self.expr, &frame)
            && let (ColumnData::Str(strings), None) = (column.data(), column.nulls())
        {
            return strings.clone();
        }
        let mut builder = StringBuilder::default();
        for row in 0..batch.len() {
            match self.value(batch, row) {
                Ok(Value::Null) | Err(_) => {
                    builder.push(&format!("null-{}", batch.origins()[row].record_id()));
                }
                Ok(value) => builder.push(&value.to_string()),
            }
        }
        builder.finish()
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
