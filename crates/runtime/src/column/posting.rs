//! From rows to what is posted: `having`, `select`, `insert into`.

use std::sync::Arc;

use tachograph_event::{Batch, Column, ColumnBuilder, Millis, Origin, Shared, Type, Value};

use super::base::{Base, Sink};
use super::frame::Frame;
use super::kernel;
use super::made::{RowsMade, thinned};
use super::selected::Selected;
use crate::fault::Fault;
use crate::machine::Mail;
use crate::output::{Marks, Posted};

impl Base {
    /// Posts the rows that `having` accepts.
    pub fn post(&mut self, made: RowsMade, marks: Marks, sink: &mut Sink<'_>) {
        let mut rows = Selected::Range(0..made.times.len());
        let having = self.plan.having.as_ref();
        rows.keep(having, &made.frame(), &mut self.faults);
        match rows {
            rows if rows.is_empty() => {}
            Selected::Range(_) => self.select_all(&made, marks, sink),
            Selected::Rows(rows) => {
                self.select_all(&made.take(&rows), thinned(marks, &rows), sink);
            }
        }
    }

    fn select_all(&mut self, made: &RowsMade, marks: Marks, sink: &mut Sink<'_>) {
        let stamps = (made.times.clone(), made.origins.clone());
        self.select(&made.frame(), stamps, marks, sink);
    }

    /// Makes the select columns of a frame's rows, whose times and origins are given once more
    /// to be shared, and posts them.
    pub fn select(
        &mut self,
        frame: &Frame<'_>,
        (times, origins): (Shared<Millis>, Shared<Origin>),
        marks: Marks,
        sink: &mut Sink<'_>,
    ) {
        if frame.is_empty() {
            return;
        }
        let select = self.plan.select.iter();
        let columns: Result<Vec<Column>, (usize, Fault)> = select
            .map(|expr| Ok(kernel::column(expr, frame)?.into_owned()))
            .collect();
        let columns = match columns {
            Ok(columns) => columns,
            Err((_, fault)) => return self.faults.record(&fault),
        };
        let batch = Batch::new(Arc::clone(&self.plan.output_type), times, origins, columns);
        self.insert(&batch, sink.mail);
        sink.out.post_columns(Posted {
            statement: self.number,
            inserted: batch,
            removed: self.nothing.clone(),
            marks,
        });
    }

    /// Sends the rows on to the statements that read the stream they are inserted into.
    fn insert(&self, batch: &Batch, mail: &mut Mail) {
        let (Some(insert), Some(event_type)) = (&self.plan.insert_into, &self.feeds) else {
            return;
        };
        let columns = insert.columns.iter().zip(&event_type.properties);
        let columns = columns.map(|(source, property)| match source {
            Some(column) => batch.column(*column).clone(),
            None => nulls(&property.ty, batch.len()),
        });
        let times = batch.shared_times().clone();
        let origins = batch.shared_origins().clone();
        let columns = columns.collect();
        let inserted = Batch::new(Arc::clone(event_type), times, origins, columns);
        let sent = mail.entry(insert.target).or_default();
        sent.push(Arc::new(inserted));
    }
}

fn nulls(ty: &Type, len: usize) -> Column {
    let mut builder = ColumnBuilder::new(ty);
    (0..len).for_each(|_| builder.push(Value::Null));
    builder.finish()
}
