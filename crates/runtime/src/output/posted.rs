//! What a machine gives back: rows by column, with marks where one posting ends.

use std::ops::Range;
use std::sync::Arc;

use tachograph_event::{Batch, BatchBuilder, EventType, Millis};
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
    /// As `Each`; with each leaves the row of the remove stream that has its number.
    Pairs,
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
        let pair = |inserted| Mark {
            inserted,
            removed: inserted,
        };
        match &self.marks {
            Marks::Each => (1..=whole.inserted).map(each).collect(),
            Marks::Pairs => (1..=whole.inserted).map(pair).collect(),
            Marks::Once => vec![whole],
            Marks::At(marks) => marks.clone(),
        }
    }
}

/// A look at what one statement posted, without taking it.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// Number of the statement in the plan.
    pub statement: usize,
    /// Insert stream: a batch, and which of its rows.
    pub inserted: (&'a Batch, Range<usize>),
    /// Remove stream, where there is one.
    pub removed: Option<&'a Batch>,
    /// The postings; none where each row is one.
    pub marks: Option<&'a Marks>,
}

/// For each statement in turn: the number of rows up to its last one.
pub type Parts = Vec<(usize, usize)>;

/// What was posted at one go.
#[derive(Debug)]
enum Item {
    /// By one statement.
    One(Posted),
    /// By several that select the same of different rows; each row is a posting.
    Parts(Batch, Parts),
}

/// Collects what statements post while a machine works.
#[derive(Debug, Default)]
pub struct Output {
    posted: Vec<Item>,
    open: Option<Open>,
    /// A list of parts that can be used again.
    parts: Parts,
    /// By statement: a posting of one row that was let go, and can be filled again.
    spare: Vec<Option<Posted>>,
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
        self.posted.push(Item::One(posted));
    }

    /// A posting of one row to be filled: columns and all of an earlier one, where there is one.
    pub fn spare(&mut self, statement: usize, event_type: &Arc<EventType>) -> Posted {
        let spare = self.spare.get_mut(statement).and_then(Option::take);
        spare.unwrap_or_else(|| {
            let empty = BatchBuilder::new(Arc::clone(event_type)).finish();
            Posted::inserted(statement, empty, Marks::Each)
        })
    }

    /// An empty list of parts, for `post_parts`.
    pub fn parts(&mut self) -> Parts {
        std::mem::take(&mut self.parts)
    }

    /// Adds rows of several statements, each row a posting.
    pub fn post_parts(&mut self, rows: Batch, parts: Parts) {
        self.close();
        self.posted.push(Item::Parts(rows, parts));
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.posted.push(Item::One(Posted {
                statement: open.statement,
                inserted: open.inserted.finish(),
                removed: open.removed.finish(),
                marks: Marks::At(open.marks),
            }));
        }
    }

    /// Shows all that was posted since the last call, in order, and lets it go.
    pub fn drain(&mut self, mut listener: impl FnMut(&View<'_>)) {
        self.close();
        for item in self.posted.drain(..) {
            match item {
                Item::One(posted) => {
                    listener(&View {
                        statement: posted.statement,
                        inserted: (&posted.inserted, 0..posted.inserted.len()),
                        removed: Some(&posted.removed),
                        marks: Some(&posted.marks),
                    });
                    if posted.inserted.len() == 1 {
                        let statement = posted.statement;
                        if self.spare.len() <= statement {
                            self.spare.resize_with(statement + 1, || None);
                        }
                        self.spare[statement] = Some(posted);
                    }
                }
                Item::Parts(batch, mut parts) => {
                    let mut first = 0;
                    for (statement, end) in parts.drain(..) {
                        listener(&View {
                            statement,
                            inserted: (&batch, first..end),
                            removed: None,
                            marks: None,
                        });
                        first = end;
                    }
                    self.parts = parts;
                }
            }
        }
    }

    /// All that was posted since the last call, in order.
    pub fn take(&mut self) -> Vec<Posted> {
        self.close();
        let mut taken = Vec::with_capacity(self.posted.len());
        for item in self.posted.drain(..) {
            match item {
                Item::One(posted) => taken.push(posted),
                Item::Parts(batch, parts) => {
                    let mut first = 0;
                    for (statement, end) in parts {
                        let rows = batch.slice(first, end);
                        taken.push(Posted::inserted(statement, rows, Marks::Each));
                        first = end;
                    }
                }
            }
        }
        taken
    }
}
