//! The table of groups.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Millis, Value};
use tachograph_plan::{AggregateCall, Expr, Statement};

use super::cell::Cell;
use crate::eval::{Scope, eval_all};
use crate::event::{Delta, Event};
use crate::fault::Fault;
use crate::hash::FixedHash;

/// Number of a group, in the order of first arrival; never used again within a machine's life.
pub type GroupId = u64;

#[derive(Debug)]
struct Group {
    key: Arc<[Value]>,
    cells: Vec<Cell>,
    /// Events that are in the group.
    members: u64,
}

/// All groups of a statement.
#[derive(Debug)]
pub struct Groups {
    keys: Vec<Expr>,
    calls: Vec<AggregateCall>,
    retracts: bool,
    /// Does an aggregate show what has left? Then a group that is empty stays as it was until
    /// events enter again.
    lingers: bool,
    /// Groups that have no event left and still stay.
    emptied: Vec<GroupId>,
    index: HashMap<Arc<[Value]>, GroupId, FixedHash>,
    groups: BTreeMap<GroupId, Group>,
    next: GroupId,
}

impl Groups {
    /// No groups, or the one group of ungrouped aggregation.
    pub fn new(statement: &Statement) -> Groups {
        let mut groups = Groups {
            keys: statement.group_by.clone(),
            calls: statement.aggregates.clone(),
            retracts: !statement.input.windows.is_empty(),
            emptied: Vec::new(),
            lingers: statement
                .aggregates
                .iter()
                .any(|a| a.function.outlives_events()),
            index: HashMap::with_hasher(FixedHash::default()),
            groups: BTreeMap::new(),
            next: 0,
        };
        if groups.keys.is_empty() {
            groups.add(Arc::from([]));
        }
        groups
    }

    /// The key of an event.
    ///
    /// # Errors
    /// [`Fault`] where a key expression has no result.
    pub fn key_of(&self, event: &Event, now: Millis) -> Result<Vec<Value>, Fault> {
        eval_all(&self.keys, &Scope::of_event(event, now))
    }

    /// The group of a key, made if it is new.
    pub fn group(&mut self, key: Vec<Value>) -> GroupId {
        match self.index.get(&key[..]) {
            Some(id) => *id,
            None => self.add(Arc::from(key)),
        }
    }

    fn add(&mut self, key: Arc<[Value]>) -> GroupId {
        let id = self.next;
        self.next += 1;
        let cell = |call: &AggregateCall| Cell::new(call, self.retracts);
        let group = Group {
            key: key.clone(),
            cells: self.calls.iter().map(cell).collect(),
            members: 0,
        };
        self.index.insert(key, id);
        self.groups.insert(id, group);
        id
    }

    /// The groups that a delta touches, a number for each event: new ones, then old ones.
    ///
    /// # Errors
    /// [`Fault`] where a key expression has no result.
    pub fn groups_of(&mut self, delta: &Delta, now: Millis) -> Result<Touched, Fault> {
        let mut ids = |events: &[crate::event::EventRef]| {
            let id = |e: &crate::event::EventRef| Ok(self.group(self.key_of(e, now)?));
            events
                .iter()
                .map(id)
                .collect::<Result<Vec<GroupId>, Fault>>()
        };
        Ok(Touched {
            new: ids(&delta.new)?,
            old: ids(&delta.old)?,
        })
    }

    /// Lets the events of a delta enter and leave.
    ///
    /// # Errors
    /// The first [`Fault`] of an argument; the other events still take part.
    pub fn apply(&mut self, delta: &Delta, touched: &Touched, now: Millis) -> Result<(), Fault> {
        self.drop_emptied(touched);
        let mut result = Ok(());
        for (event, id) in delta.new.iter().zip(&touched.new) {
            let group = self.groups.get_mut(id).expect("a touched group exists");
            group.members += 1;
            for (cell, call) in group.cells.iter_mut().zip(&self.calls) {
                result = result.and(cell.enter(call, event, now));
            }
        }
        for (event, id) in delta.old.iter().zip(&touched.old) {
            let group = self.groups.get_mut(id).expect("a touched group exists");
            group.members = group.members.saturating_sub(1);
            for (cell, call) in group.cells.iter_mut().zip(&self.calls) {
                result = result.and(cell.leave(call, event, now));
            }
        }
        result
    }

    /// Where events are looked at one after the other: before the first of them enters, its group
    /// alone is still as it stayed without events.
    pub fn before_first(&mut self, touched: &Touched) {
        let first = touched.new.first();
        let (stays, gone) = std::mem::take(&mut self.emptied)
            .into_iter()
            .partition(|id| first == Some(id));
        self.emptied = gone;
        self.drop_emptied(touched);
        self.emptied.extend::<Vec<GroupId>>(stays);
    }

    /// Groups that stayed without events go when events enter; one that is touched begins anew.
    fn drop_emptied(&mut self, touched: &Touched) {
        if touched.new.is_empty() {
            return;
        }
        for id in std::mem::take(&mut self.emptied) {
            let is_touched = touched.new.contains(&id) || touched.old.contains(&id);
            if let Some(group) = self.groups.get_mut(&id).filter(|_| is_touched) {
                let cell = |call: &AggregateCall| Cell::new(call, true);
                group.cells = self.calls.iter().map(cell).collect();
            } else if let Some(group) = self.groups.remove(&id) {
                self.index.remove(&group.key);
            }
        }
    }

    /// Forgets touched groups that have no event left.
    pub fn forget_empty(&mut self, touched: &Touched) {
        if !self.retracts || self.keys.is_empty() {
            return;
        }
        if self.lingers {
            let empty = |id: &&GroupId| self.groups.get(id).is_some_and(|g| g.members == 0);
            let touched = touched.distinct();
            self.emptied.extend(touched.iter().filter(empty));
            return;
        }
        for id in touched.new.iter().chain(&touched.old) {
            if self.groups.get(id).is_some_and(|g| g.members == 0)
                && let Some(group) = self.groups.remove(id)
            {
                self.index.remove(&group.key);
            }
        }
    }

    /// All groups, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = GroupId> {
        self.groups.keys().copied()
    }

    /// Key of a group.
    pub fn key(&self, id: GroupId) -> Arc<[Value]> {
        self.groups[&id].key.clone()
    }

    /// Present aggregates of a group.
    pub fn values(&self, id: GroupId) -> Vec<Value> {
        self.groups[&id].cells.iter().map(Cell::value).collect()
    }

    /// Aggregates over no event.
    pub fn empty_values(&self) -> Vec<Value> {
        let cell = |call| Cell::new(call, self.retracts).value();
        self.calls.iter().map(cell).collect()
    }

    /// The group of a key, if it exists.
    pub fn find(&self, key: &[Value]) -> Option<GroupId> {
        self.index.get(key).copied()
    }

    /// Writes all groups.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.groups.values(), |to, group| {
            to.values(&group.key);
            to.u64(group.members);
            group.cells.iter().for_each(|cell| cell.save(to));
        });
    }

    /// Reads all groups into a new table.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this table's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        for _ in 0..from.size()? {
            let id = self.group(from.values()?);
            let members = from.u64()?;
            let group = self.groups.get_mut(&id).expect("just made");
            group.members = members;
            if members == 0 && self.lingers && self.retracts && !self.keys.is_empty() {
                self.emptied.push(id);
            }
            group
                .cells
                .iter_mut()
                .try_for_each(|cell| cell.load(from))?;
        }
        Ok(())
    }
}

/// The group of each event of a delta.
#[derive(Debug, Default)]
pub struct Touched {
    /// Of the arriving events.
    pub new: Vec<GroupId>,
    /// Of the leaving events.
    pub old: Vec<GroupId>,
}

impl Touched {
    /// Each group once, in the order of first touch.
    pub fn distinct(&self) -> Vec<GroupId> {
        let mut seen: HashMap<GroupId, (), FixedHash> = HashMap::with_hasher(FixedHash::default());
        let all = self.new.iter().chain(&self.old);
        all.filter(|id| seen.insert(**id, ()).is_none())
            .copied()
            .collect()
    }
}
