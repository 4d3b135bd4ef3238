//! Which property a key names. State: which key came after each, for members come in the same order
//! record after record; a key is then found by one comparison, and searched for only where it is not the
//! expected one.

use std::collections::BTreeMap;

use tachograph_event::EventType;

/// Most keys that are remembered though no property has their name.
const MOST_STRANGERS: usize = 1_024;
/// Where every object begins: no key, but what comes first comes after it.
const START: usize = 0;

/// The keys of an object.
#[derive(Debug)]
pub(super) struct Names {
    known: Vec<Known>,
    by_name: BTreeMap<String, usize>,
    most: usize,
}

/// A key that was met or that a property has.
#[derive(Debug)]
struct Known {
    name: String,
    slot: Option<usize>,
    /// The key that came after it the last time.
    next: usize,
}

/// Where an object is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(usize);

impl Names {
    pub fn new(event_type: &EventType) -> Names {
        let mut names = Names {
            known: Vec::new(),
            by_name: BTreeMap::new(),
            most: event_type.properties.len() + MOST_STRANGERS,
        };
        names.known.push(Known {
            name: String::new(),
            slot: None,
            next: 1,
        });
        for (slot, property) in event_type.properties.iter().enumerate() {
            names.add(&property.name, Some(slot));
        }
        names
    }

    /// The beginning of an object.
    pub fn start(&self) -> At {
        At(START)
    }

    /// The slot of the next key of an object; none where no property has its name.
    #[inline]
    pub fn slot(&mut self, at: &mut At, key: &str) -> Option<usize> {
        let expected = self.known[at.0].next;
        let found = match self.known.get(expected) {
            Some(known) if known.name == key && expected != START => expected,
            _ => self.search(*at, key)?,
        };
        *at = At(found);
        self.known[found].slot
    }

    #[cold]
    fn search(&mut self, at: At, key: &str) -> Option<usize> {
        let found = match self.by_name.get(key) {
            Some(found) => *found,
            None if self.known.len() > self.most => return None,
            None => self.add(key, None),
        };
        self.known[at.0].next = found;
        Some(found)
    }

    fn add(&mut self, name: &str, slot: Option<usize>) -> usize {
        let number = self.known.len();
        self.known.push(Known {
            name: name.to_string(),
            slot,
            next: number + 1,
        });
        self.by_name.insert(name.to_string(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tachograph_event::Type;

    fn slots(names: &mut Names, keys: &[&str]) -> Vec<Option<usize>> {
        let mut at = names.start();
        let slots = keys.iter().map(|key| names.slot(&mut at, key));
        slots.collect()
    }

    #[test]
    fn keys_are_found_in_any_order_and_more_than_once() {
        let event_type = EventType::new("T", [("a", Type::Int), ("b", Type::Int)]);
        let mut names = Names::new(&event_type);
        let orders: [&[&str]; 5] = [
            &["a", "b"],
            &["b", "x", "a", "", "b"],
            &["x", "x", "a"],
            &["", "b", "b"],
            &[],
        ];
        for _ in 0..2 {
            for keys in orders {
                let wanted: Vec<_> = keys.iter().map(|key| event_type.slot(key)).collect();
                assert_eq!(slots(&mut names, keys), wanted, "{keys:?}");
            }
        }
    }

    #[test]
    fn strangers_beyond_number_are_not_remembered() {
        let mut names = Names::new(&EventType::new("T", [("a", Type::Int)]));
        for n in 0..2 * MOST_STRANGERS {
            assert_eq!(slots(&mut names, &[&format!("x{n}"), "a"]), [None, Some(0)]);
        }
        assert!(names.known.len() <= MOST_STRANGERS + 3);
    }
}
