//! `#groupwin(k, …)`: the windows after it, once for each key.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Millis, Value};
use tachograph_plan::{Expr, Retain, Window};

use super::{DataWindow, WindowSet};
use crate::eval::{Scope, eval_all};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;
use crate::hash::FixedHash;

/// State of `#groupwin`: a set of windows a key, numbered in the order of the keys' first events.
#[derive(Debug)]
pub struct GroupWin {
    keys: Vec<Expr>,
    windows: Vec<Window>,
    index: HashMap<Vec<Value>, usize, FixedHash>,
    groups: Vec<(Vec<Value>, WindowSet)>,
    /// When each group wants to be called, earliest first.
    dues: BTreeSet<(Millis, usize)>,
}

impl GroupWin {
    /// No groups yet.
    pub fn new(keys: Vec<Expr>, windows: Vec<Window>) -> GroupWin {
        GroupWin {
            keys,
            windows,
            index: HashMap::with_hasher(FixedHash::default()),
            groups: Vec::new(),
            dues: BTreeSet::new(),
        }
    }

    fn group(&mut self, key: Vec<Value>, now: Millis) -> usize {
        if let Some(group) = self.index.get(&key) {
            return *group;
        }
        let group = self.groups.len();
        let windows = WindowSet::new(&self.windows, Retain::Intersection, now);
        self.dues.extend(windows.due().map(|due| (due, group)));
        self.index.insert(key.clone(), group);
        self.groups.push((key, windows));
        group
    }

    fn reschedule(&mut self, group: usize, before: Option<Millis>) {
        let now = self.groups[group].1.due();
        if before != now {
            before.map(|due| self.dues.remove(&(due, group)));
            self.dues.extend(now.map(|due| (due, group)));
        }
    }
}

impl DataWindow for GroupWin {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let key = eval_all(&self.keys, &Scope::of_event(event, now))?;
        let group = self.group(key, now);
        let before = self.groups[group].1.due();
        let result = self.groups[group].1.insert(event, now, delta);
        self.reschedule(group, before);
        result.map(|_| ())
    }

    fn due(&self) -> Option<Millis> {
        self.dues.first().map(|(due, _)| *due)
    }

    fn fire(&mut self, now: Millis, delta: &mut Delta) {
        let mut parts = Vec::new();
        self.fire_parts(now, &mut parts);
        for mut part in parts {
            delta.new.append(&mut part.new);
            delta.old.append(&mut part.old);
            delta.forced |= part.forced;
        }
    }

    fn fire_parts(&mut self, now: Millis, parts: &mut Vec<Delta>) {
        let due: Vec<(Millis, usize)> = self.dues.range(..=(now, usize::MAX)).copied().collect();
        for (at, group) in due {
            let windows = &mut self.groups[group].1;
            for window in windows.due_by(now) {
                windows.fire(window, now, parts);
            }
            self.reschedule(group, Some(at));
        }
    }

    fn remove(&mut self, sequence: u64) -> bool {
        for group in 0..self.groups.len() {
            let before = self.groups[group].1.due();
            if self.groups[group].1.remove(sequence) {
                self.reschedule(group, before);
                return true;
            }
        }
        false
    }

    fn contents(&self) -> Vec<EventRef> {
        self.groups.iter().flat_map(|(_, w)| w.contents()).collect()
    }

    fn around(&self, event: &Event) -> Vec<EventRef> {
        let key = eval_all(&self.keys, &Scope::of_event(event, 0)).unwrap_or_default();
        let group = self.index.get(&key).map(|&g| &self.groups[g].1);
        group.map_or_else(Vec::new, |w| w.around_event(event))
    }

    fn is_ordered(&self) -> bool {
        self.windows
            .iter()
            .take(1)
            .any(|w| matches!(w, Window::Sort { .. } | Window::Rank { .. }))
    }

    fn is_batch(&self) -> bool {
        WindowSet::new(&self.windows, Retain::Intersection, 0).is_batch()
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.groups.iter(), |to, (key, windows)| {
            to.values(key);
            windows.save(to);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        for _ in 0..from.size()? {
            let key = from.values()?;
            let group = self.group(key, 0);
            let before = self.groups[group].1.due();
            self.groups[group].1.load(from)?;
            self.reschedule(group, before);
        }
        Ok(())
    }
}
