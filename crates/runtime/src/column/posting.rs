//! From rows to what is posted: `having`, `select`, `insert into`.

use std::sync::Arc;

use tachograph_event::{Batch, Column, ColumnBuilder, Origin, Type, Value};

use super::base::{Base, Sink};
use super::frame::Frame;
use super::kernel;
use super::made::{RowsMade, thinned};
use crate::fault::Fault;
use crate::machine::Mail;
use crate::output::{Marks, Posted};

impl Base {
    /// Posts the rows that `having` accepts.
    pub fn post(&mut self, made: RowsMade, marks: Marks, sink: &mut Sink<'_>) {
        let mut rows: Vec<u32> = (0..made.times.len() as u32).collect();
        if let Some(having) = &self.plan.having {
            kernel::filter(having, &made.frame(), &mut rows, &mut self.faults);
        }
        if rows.len() == made.times.len() {
            return self.select(&made.frame(), made.origins.clone(), marks, sink);
        }
        let marks = thinned(marks, &rows);
        let kept = made.take(&rows);
        self.select(&kept.frame(), kept.origins.clone(), marks, sink);
    }

    /// Makes the select columns and posts them.
    pub fn select(
        &mut self,
        frame: &Frame<'_>,
        origins: Vec<Origin>,
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
        let times = frame.times.to_vec();
        let batch = Batch::new(Arc::clone(&self.plan.output_type), times, origins, columns);
        self.insert(&batch, sink.mail);
        let posted = Posted::inserted(self.number, batch, marks);
        sink.out.post_columns(posted);
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
        let (times, origins) = (batch.times().to_vec(), batch.origins().to_vec());
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
