//! From what windows pass on to rows: the five output shapes.
//!
//! | shape | rows |
//! |---|---|
//! | row for each | an event, a row |
//! | row for all | one row: before the change as old, after it as new |
//! | row per event | an event, a row, with the aggregates after the change |
//! | row per group | a touched group, a row: before as old, after as new |
//! | aggregate grouped | an event, a row, with its group's aggregates after the change |

use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Millis, Origin, Value};
use tachograph_plan::{OutputKind, Shape, Statement};

use crate::aggregation::{GroupId, Groups, Touched};
use crate::eval::{Scope, eval_all, holds};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;
use crate::row::{Row, Rows};
use crate::window::WindowSet;

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
        let view = View { now, windows };
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

    /// The events that `where` admits: the others take no part.
    ///
    /// # Errors
    /// [`Fault`] where the condition has no result.
    pub fn admitted(
        &self,
        mut delta: Delta,
        windows: &WindowSet,
        now: Millis,
    ) -> Result<Delta, Fault> {
        if let Some(condition) = &self.statement.where_clause {
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
        let old = self.state_rows(&groups, false, view, origin)?;
        self.groups.apply(delta, touched, view.now)?;
        let new = self.state_rows(&groups, true, view, origin)?;
        Ok(Rows { new, old })
    }

    /// `output first` of groups: takes the delta in; rows of the groups for which `passes` holds.
    /// Without `having` every event is offered, and the old row is the group's before the delta.
    /// With it, events are taken in one by one, those after which it holds are offered, and the
    /// old row is the group's after the delta.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn passing_groups(
        &mut self,
        delta: &Delta,
        windows: &WindowSet,
        now: Millis,
        origin: Origin,
        passes: &mut dyn FnMut(&Arc<[Value]>, bool) -> bool,
    ) -> Result<Rows, Fault> {
        let view = View { now, windows };
        let touched = self.groups.groups_of(delta, now)?;
        let mut passed: Vec<GroupId> = Vec::new();
        let mut offer = |groups: &Groups, id: GroupId, arrives: bool| {
            if passes(&groups.key(id), arrives) && !passed.contains(&id) {
                passed.push(id);
            }
        };
        if self.statement.having.is_none() {
            touched
                .new
                .iter()
                .for_each(|id| offer(&self.groups, *id, true));
            touched
                .old
                .iter()
                .for_each(|id| offer(&self.groups, *id, false));
            let old = self.state_rows(&passed, false, view, origin)?;
            self.groups.apply(delta, &touched, now)?;
            let new = self.state_rows(&passed, true, view, origin)?;
            self.groups.forget_empty(&touched);
            return Ok(Rows { new, old });
        }
        for (part, one) in delta.one_by_one() {
            let touched = self.groups.groups_of(&one, now)?;
            self.groups.apply(&one, &touched, now)?;
            for id in touched.distinct() {
                if !self.state_rows(&[id], true, view, origin)?.is_empty() {
                    offer(&self.groups, id, part);
                }
            }
        }
        let rows = Rows {
            new: self.state_rows(&passed, true, view, origin)?,
            old: self.state_rows(&passed, false, view, origin)?,
        };
        self.groups.forget_empty(&touched);
        Ok(rows)
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
        self.row_with(place, key, &aggregates, View { now, windows })
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
            window: Some(view.windows),
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

    /// What iterating the statement gives, unordered.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, windows: &WindowSet, now: Millis) -> Result<Vec<Row>, Fault> {
        let view = View { now, windows };
        let held = Delta {
            new: windows.contents(),
            ..Delta::default()
        };
        let held = self.admitted(held, windows, now)?;
        match self.statement.shape {
            Shape::RowForAll => self.state_rows(&[0], true, view, Origin::default()),
            Shape::RowForEach => Ok(self.each_event(&held, &Touched::default(), view)?.new),
            Shape::RowPerGroup if windows.is_none() && self.snapshots() => {
                let all: Vec<GroupId> = self.groups.ids().collect();
                self.state_rows(&all, true, view, Origin::default())
            }
            Shape::RowPerGroup => self.held_groups(&held.new, view),
            Shape::RowPerEvent | Shape::AggregateGrouped => self.held_events(&held.new, view),
        }
    }

    /// Does the statement show its groups by `output snapshot`? Then it keeps them for that even
    /// without a window.
    fn snapshots(&self) -> bool {
        let output = self.statement.output;
        output.is_some_and(|output| output.kind == OutputKind::Snapshot)
    }

    /// A row for each group of held events. A group whose batch was not posted yet shows what its
    /// aggregates were, or are over nothing.
    fn held_groups(&self, held: &[EventRef], view: View<'_>) -> Result<Vec<Row>, Fault> {
        let mut keys: Vec<Arc<[Value]>> = Vec::new();
        for event in held {
            let key = Arc::from(self.groups.key_of(event, view.now)?);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let rows = keys.iter().map(|key| {
            let row = self.present_row(key, true, view.windows, view.now);
            row.transpose()
        });
        rows.flatten().collect()
    }

    /// A row for each held event, with the aggregates of its group.
    fn held_events(&self, held: &[EventRef], view: View<'_>) -> Result<Vec<Row>, Fault> {
        let mut rows = Vec::new();
        for event in held {
            let key = Arc::from(self.groups.key_of(event, view.now)?);
            let aggregates = match self.groups.find(&key) {
                Some(id) => self.groups.values(id),
                None => self.groups.empty_values(),
            };
            let place = Place {
                event: Some(event),
                group: None,
                is_new: true,
                origin: event.origin,
            };
            rows.extend(self.row_with(place, &key, &aggregates, view)?);
        }
        Ok(rows)
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

#[derive(Clone, Copy)]
struct View<'a> {
    now: Millis,
    windows: &'a WindowSet,
}
