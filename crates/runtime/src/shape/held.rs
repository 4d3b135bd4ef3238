//! Rows of what the windows hold: for iterating, for snapshots, for groups that others leave.

use std::sync::Arc;

use tachograph_event::{Millis, Origin, Value};
use tachograph_plan::{OutputKind, Shape};

use super::view::View;
use super::{Place, Shaper};
use crate::aggregation::{GroupId, Touched};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;
use crate::row::Row;
use crate::window::WindowSet;

impl Shaper {
    /// What iterating the statement gives, unordered.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, windows: &WindowSet, now: Millis) -> Result<Vec<Row>, Fault> {
        self.show(windows.contents(), windows, now)
    }

    /// What iterating gives where the windows hold these events.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn show(
        &self,
        held: Vec<EventRef>,
        windows: &WindowSet,
        now: Millis,
    ) -> Result<Vec<Row>, Fault> {
        let view = View::iterated(windows, now);
        let held = Delta {
            new: held,
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

    /// The group's key of an event.
    ///
    /// # Errors
    /// [`Fault`] where a key expression has no result.
    pub fn key_of(&self, event: &Event, now: Millis) -> Result<Arc<[Value]>, Fault> {
        self.groups.key_of(event, now).map(Arc::from)
    }

    /// A row for each of some events, with the present aggregates of its group.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn event_rows(
        &self,
        events: &[EventRef],
        windows: &WindowSet,
        now: Millis,
    ) -> Result<Vec<Row>, Fault> {
        self.held_events(events, View::of(windows, now))
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
}
