//! From what windows pass on to rows: the five output shapes.
//!
//! | shape | rows |
//! |---|---|
//! | row for each | an event, a row |
//! | row for all | one row: before the change as old, after it as new |
//! | row per event | an event, a row, with the aggregates after the change |
//! | row per group | a touched group, a row: before as old, after as new |
//! | aggregate grouped | an event, a row, with its group's aggregates after the change |

mod first;
mod held;
mod view;

use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Millis, Origin, Value};
use tachograph_plan::{OutputKind, Shape, Statement};

use crate::aggregation::{GroupId, Groups, Touched};
use crate::eval::{Scope, eval_all, holds};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;
use crate::row::{Row, Rows};
use crate::window::WindowSet;
use view::View;

/// Makes rows and owns the aggregates that they show.
#[derive(Debug)]
pub struct Shaper {
    statement: Arc<Statement>,
    groups: Groups,
    /// Must rows for the remove stream be made?
    wants_old: bool,
}

/// A row's place in the statement: its event, its group, its stream.
#[derive(Clone, Copy)]
struct Place<'a> {
    event: Option<&'a Event>,
    group: Option<GroupId>,
    is_new: bool,
    origin: Origin,
}

impl Shaper {
    /// The empty state.
    pub fn new(statement: Arc<Statement>, wants_old: bool) -> Shaper {
        Shaper {
            groups: Groups::new(&statement),
            statement,
            wants_old,
        }
    }

    /// Takes a delta in and makes its rows; `where` has admitted its events.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn rows(
        &mut self,
        delta: Delta,
        windows: &WindowSet,
        now: Millis,
        origin: Origin,
    ) -> Result<Rows, Fault> {
        let touched = match self.statement.shape {
            Shape::RowForEach => Touched::default(),
            _ => self.groups.groups_of(&delta, now)?,
        };
        let view = View::of(windows, now);
        let rows = match self.statement.shape {
            Shape::RowForEach => self.each_event(&delta, &touched, view),
            Shape::RowForAll => self.whole(&delta, &touched, view, origin),
            Shape::RowPerGroup => self.each_group(&delta, &touched, view, origin),
            Shape::RowPerEvent | Shape::AggregateGrouped => {
                self.groups.apply(&delta, &touched, now)?;
                self.each_event(&delta, &touched, view)
            }
        };
        self.groups.forget_empty(&touched);
        rows
    }

    /// May a row be refused?
    pub fn has_having(&self) -> bool {
        self.statement.having.is_some()
    }

    /// The events that `where` admits: the others take no part. Without a window it has been asked.
    ///
    /// # Errors
    /// [`Fault`] where the condition has no result.
    pub fn admitted(
        &self,
        mut delta: Delta,
        windows: &WindowSet,
        now: Millis,
    ) -> Result<Delta, Fault> {
        if let Some(condition) = &self.statement.where_clause
            && !windows.is_none()
        {
            // What `where` empties is not posted, forced or not.
            delta.forced = false;
            for events in [&mut delta.new, &mut delta.old] {
                let mut kept = Vec::with_capacity(events.len());
                for event in events.drain(..) {
                    let scope = Scope {
                        window: Some(windows),
                        ..Scope::of_event(&event, now)
                    };
                    if holds(Some(condition), &scope)? {
                        kept.push(event);
                    }
                }
                *events = kept;
            }
        }
        Ok(delta)
    }

    fn each_event(&self, delta: &Delta, touched: &Touched, view: View<'_>) -> Result<Rows, Fault> {
        let rows = |events: &[EventRef], groups: &[GroupId], is_new| {
            let place = |(i, event): (usize, &'_ EventRef)| {
                let place = Place {
                    event: Some(event),
                    group: groups.get(i).copied(),
                    is_new,
                    origin: event.origin,
                };
                self.row(place, view).transpose()
            };
            let places = events.iter().enumerate();
            places
                .filter_map(place)
                .collect::<Result<Vec<Row>, Fault>>()
        };
        let old = if self.wants_old { &delta.old[..] } else { &[] };
        Ok(Rows {
            new: rows(&delta.new, &touched.new, true)?,
            old: rows(old, &touched.old, false)?,
        })
    }

    fn whole(
        &mut self,
        delta: &Delta,
        touched: &Touched,
        view: View<'_>,
        origin: Origin,
    ) -> Result<Rows, Fault> {
        let old = self.state_rows(&[0], false, view, origin)?;
        self.groups.apply(delta, touched, view.now)?;
        let new = self.state_rows(&[0], true, view, origin)?;
        Ok(Rows { new, old })
    }

    fn each_group(
        &mut self,
        delta: &Delta,
        touched: &Touched,
        view: View<'_>,
        origin: Origin,
    ) -> Result<Rows, Fault> {
        let groups = touched.distinct();
        if self.is_last() {
            self.groups.before_first(touched);
        }
        let old = self.state_rows(&groups, false, view, origin)?;
        self.groups.apply(delta, touched, view.now)?;
        let new = self.state_rows(&groups, true, view, origin)?;
        Ok(Rows { new, old })
    }

    /// Is the last row of each group put out? Its old row is made as its first event comes, when
    /// those before it have entered.
    fn is_last(&self) -> bool {
        let output = self.statement.output.as_ref();
        output.is_some_and(|output| output.kind == OutputKind::Last)
    }

    /// A row for each group as it stands.
    fn state_rows(
        &self,
        groups: &[GroupId],
        is_new: bool,
        view: View<'_>,
        origin: Origin,
    ) -> Result<Vec<Row>, Fault> {
        if !is_new && !self.wants_old {
            return Ok(Vec::new());
        }
        let row = |group: &GroupId| {
            let place = Place {
                event: None,
                group: Some(*group),
                is_new,
                origin,
            };
            self.row(place, view).transpose()
        };
        groups.iter().filter_map(row).collect()
    }

    /// The row of a group as it stands now, by key; a group that is gone shows empty aggregates.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn present_row(
        &self,
        key: &Arc<[Value]>,
        is_new: bool,
        windows: &WindowSet,
        now: Millis,
    ) -> Result<Option<Row>, Fault> {
        let aggregates = match self.groups.find(key) {
            Some(id) => self.groups.values(id),
            None => self.groups.empty_values(),
        };
        let place = Place {
            event: None,
            group: None,
            is_new,
            origin: Origin::default(),
        };
        self.row_with(place, key, &aggregates, View::of(windows, now))
    }

    fn row(&self, place: Place<'_>, view: View<'_>) -> Result<Option<Row>, Fault> {
        let (key, aggregates) = match place.group {
            Some(id) => (self.groups.key(id), self.groups.values(id)),
            None => (Arc::from([]), Vec::new()),
        };
        self.row_with(place, &key, &aggregates, view)
    }

    /// The row, unless `having` refuses it.
    fn row_with(
        &self,
        place: Place<'_>,
        key: &Arc<[Value]>,
        aggregates: &[Value],
        view: View<'_>,
    ) -> Result<Option<Row>, Fault> {
        let statement = &*self.statement;
        let mut scope = Scope {
            event: place.event,
            key,
            aggregates,
            now: view.now,
            is_new: place.is_new,
            window: Some(view.contents()),
            columns: &[],
        };
        if !holds(statement.having.as_ref(), &scope)? {
            return Ok(None);
        }
        let values = eval_all(&statement.select, &scope)?;
        scope.columns = &values;
        let keys = eval_all(statement.order_by.iter().map(|k| &k.expr), &scope)?;
        Ok(Some(Row {
            keys,
            group: key.clone(),
            origin: place.origin,
            values,
        }))
    }

    /// Writes the aggregates.
    pub fn save(&self, to: &mut Encoder) {
        self.groups.save(to);
    }

    /// Reads the aggregates into a new shaper.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this statement's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.groups.load(from)
    }
}
