//! Messages on the wire go straight into cells: each field that is wanted as it is met, the others
//! passed over by their length, whatever is in them.
//!
//! Only what is common is walked through: no lists, no maps, no groups, and no message that comes in
//! pieces. For all else, and for whatever is faulty, the walk gives up, and the general way of
//! [`super::read`] has the word; it is also what the tests hold the walk against.

mod input;
mod item;

use std::collections::BTreeMap;

use prost_reflect::FieldDescriptor;
use tachograph_event::Value;

use super::super::cell::Cell;
use super::bind::{Plan, Take, Way};
use super::read;
use input::field;
use item::Item;

/// How a message is walked through.
#[derive(Debug)]
pub struct Walk {
    top: Level,
    /// Number of slots.
    width: usize,
}

/// The fields of a message within a message.
#[derive(Debug, Default)]
struct Level {
    /// By number.
    fields: Vec<(u32, Field)>,
    /// Values of fields that are not written.
    defaults: Vec<(usize, Value)>,
}

/// What a field is for.
#[derive(Debug, Default)]
struct Field {
    uses: Vec<Use>,
    /// Slots that are empty where this field is there.
    clears: Vec<usize>,
    /// A bit of its own, where its value is a message: of two, the second would add to the first.
    once: u64,
}

#[derive(Debug)]
enum Use {
    Take(usize, Item),
    Inward(Level),
}

/// The bits of messages, given out while a walk is made.
struct Bits(u32);

impl Walk {
    /// The walk of a plan; none where it wants something that is not walked through.
    pub fn new(plan: &Plan) -> Option<Walk> {
        let (mut top, mut bits) = (Growing::default(), Bits(0));
        for take in &plan.takes {
            top.add(take, &take.path, &mut bits)?;
        }
        Some(Walk {
            top: top.level(),
            width: plan.width,
        })
    }

    /// Reads a message into cells, which are null before. None where it gives up: then some have a
    /// value, or a wrong one.
    pub fn read<'a>(&self, message: &'a [u8], cells: &mut [Cell<'a>]) -> Option<()> {
        self.top.read(message, cells, &mut 0)
    }
}

impl Level {
    fn read<'a>(&self, mut rest: &'a [u8], cells: &mut [Cell<'a>], seen: &mut u64) -> Option<()> {
        for (slot, value) in &self.defaults {
            cells[*slot] = Cell::Value(value.clone());
        }
        // Most writers write their fields by number.
        let mut next = 0;
        while !rest.is_empty() {
            let (number, raw) = field(&mut rest)?;
            let Some(at) = self.place(number, next) else {
                continue;
            };
            next = at + 1;
            let field = &self.fields[at].1;
            if *seen & field.once != 0 {
                return None;
            }
            *seen |= field.once;
            for slot in &field.clears {
                cells[*slot] = Cell::NULL;
            }
            for wanted in &field.uses {
                match (wanted, raw) {
                    (Use::Take(slot, item), raw) => cells[*slot] = item.read(raw)?,
                    (Use::Inward(level), input::Raw::Bytes(bytes)) => {
                        level.read(bytes, cells, seen)?;
                    }
                    (Use::Inward(_), _) => return None,
                }
            }
        }
        Some(())
    }

    #[inline]
    fn place(&self, number: u32, next: usize) -> Option<usize> {
        match self.fields.get(next) {
            Some((is, _)) if *is == number => Some(next),
            _ => self
                .fields
                .binary_search_by_key(&number, |(is, _)| *is)
                .ok(),
        }
    }
}

/// A level while it is made.
#[derive(Default)]
struct Growing {
    fields: BTreeMap<u32, (Field, Option<Growing>)>,
    defaults: Vec<(usize, Value)>,
}

impl Growing {
    fn add(&mut self, take: &Take, path: &[Way], bits: &mut Bits) -> Option<()> {
        let (Way::Field(field), rest) = path.split_first()? else {
            return None;
        };
        if field.is_list() || field.is_map() || field.is_group() {
            return None;
        }
        for other in others(field) {
            let (entry, _) = self.fields.entry(other.number()).or_default();
            entry.clears.push(take.slot);
        }
        let (entry, inward) = self.fields.entry(field.number()).or_default();
        if entry.once == 0 && field.kind().as_message().is_some() {
            entry.once = bits.next()?;
        }
        if !rest.is_empty() {
            return inward.get_or_insert_default().add(take, rest, bits);
        }
        entry
            .uses
            .push(Use::Take(take.slot, Item::new(field, &take.make)?));
        if !field.supports_presence() {
            let value = read::make(&take.make, &field.default_value()).ok()?;
            self.defaults.push((take.slot, value));
        }
        Some(())
    }

    fn level(self) -> Level {
        let field = |(number, (mut field, inward)): (u32, (Field, Option<Growing>))| {
            let inward = inward.map(|growing| Use::Inward(growing.level()));
            field.uses.extend(inward);
            (number, field)
        };
        Level {
            fields: self.fields.into_iter().map(field).collect(),
            defaults: self.defaults,
        }
    }
}

impl Bits {
    fn next(&mut self) -> Option<u64> {
        let bit = 1_u64.checked_shl(self.0)?;
        self.0 += 1;
        Some(bit)
    }
}

/// The fields that cannot be there beside a field.
fn others(field: &FieldDescriptor) -> impl Iterator<Item = FieldDescriptor> {
    let number = field.number();
    let oneof = field.containing_oneof();
    let fields = oneof
        .into_iter()
        .flat_map(|o| o.fields().collect::<Vec<_>>());
    fields.filter(move |other| other.number() != number)
}
