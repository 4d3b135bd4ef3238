//! What a machine gives back: rows by column, with marks where one posting ends.

use std::sync::Arc;

use tachograph_event::{Batch, BatchBuilder, Millis};
use tachograph_plan::Statement;

use crate::row::Rows;

/// End of what was posted together: numbers of rows before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Rows of the insert stream up to here.
    pub inserted: usize,
    /// Rows of the remove stream up to here.
    pub removed: usize,
}

/// Where one posting ends and the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marks {
    /// Each row of the insert stream is a posting of its own.
    Each,
    /// All rows are one posting.
    Once,
    /// A mark a posting.
    At(Vec<Mark>),
}

/// Rows that one statement posted. The time of a row is the clock at which it was posted; its
/// origin is the record that brought it, or the default origin where the clock did.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Number of the statement in the plan.
    pub statement: usize,
    /// Insert stream.
    pub inserted: Batch,
    /// Remove stream.
    pub removed: Batch,
    /// The postings.
    pub marks: Marks,
}

impl Posted {
    /// Rows of the insert stream alone.
    pub fn inserted(statement: usize, inserted: Batch, marks: Marks) -> Posted {
        let event_type = Arc::clone(inserted.event_type());
        Posted {
            statement,
            removed: BatchBuilder::new(event_type).finish(),
            inserted,
            marks,
        }
    }

    /// The postings one by one.
    pub fn postings(&self) -> Vec<Mark> {
        let whole = Mark {
            inserted: self.inserted.len(),
            removed: self.removed.len(),
        };
        let each = |inserted| Mark {
            inserted,
            removed: 0,
        };
        match &self.marks {
            Marks::Each => (1..=whole.inserted).map(each).collect(),
            Marks::Once => vec![whole],
            Marks::At(marks) => marks.clone(),
        }
    }
}

/// Collects what statements post while a machine works.
#[derive(Debug, Default)]
pub struct Output {
    posted: Vec<Posted>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    statement: usize,
    inserted: BatchBuilder,
    removed: BatchBuilder,
    marks: Vec<Mark>,
}

impl Output {
    /// Adds one posting of rows.
    pub fn post(&mut self, number: usize, statement: &Statement, rows: &Rows, now: Millis) {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.statement != number)
        {
            self.close();
        }
        let open = self.open.get_or_insert_with(|| {
            let builder = || BatchBuilder::new(Arc::clone(&statement.output_type));
            Open {
                statement: number,
                inserted: builder(),
                removed: builder(),
                marks: Vec::new(),
            }
        });
        for row in &rows.new {
            open.inserted
                .push(now, row.origin, row.values.iter().cloned());
        }
        for row in &rows.old {
            open.removed
                .push(now, row.origin, row.values.iter().cloned());
        }
        open.marks.push(Mark {
            inserted: open.inserted.len(),
            removed: open.removed.len(),
        });
    }

    /// Adds rows that are columns already.
    pub fn post_columns(&mut self, posted: Posted) {
        self.close();
        self.posted.push(posted);
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.posted.push(Posted {
                statement: open.statement,
                inserted: open.inserted.finish(),
                removed: open.removed.finish(),
                marks: Marks::At(open.marks),
            });
        }
    }

    /// Shows all that was posted since the last call, in order, and lets it go.
    pub fn drain(&mut self, mut listener: impl FnMut(&Posted)) {
        self.close();
        self.posted.drain(..).for_each(|posted| listener(&posted));
    }

    /// All that was posted since the last call, in order.
    pub fn take(&mut self) -> Vec<Posted> {
        self.close();
        std::mem::take(&mut self.posted)
    }
}
