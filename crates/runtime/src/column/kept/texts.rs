//! Texts of held events by slot.
//!
//! Short ones lie in a room of fixed size, zeros behind them, so that one is moved without a look
//! at its length; longer ones lie aside. A column of texts that leave is made of whole rooms.

use hashbrown::HashMap;
use tachograph_event::StringColumn;

use crate::hash::FixedHash;

/// Longest text that has a place in a room.
const ROOM: usize = 16;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    room: [u8; ROOM],
    len: u32,
}

/// Texts by slot.
#[derive(Debug, Default)]
pub struct Texts {
    slots: Vec<Slot>,
    /// By slot: texts that are too long for a room.
    long: HashMap<u32, String, FixedHash>,
}

/// Texts that leave, in order.
#[derive(Debug, Default)]
pub struct Leaving {
    text: Vec<u8>,
    spans: Vec<(u32, u32)>,
}

impl Texts {
    /// Makes room for slots below `slots`.
    pub fn grow(&mut self, slots: usize) {
        self.slots
            .resize(slots.max(self.slots.len()), Slot::default());
    }

    /// The text in a slot.
    pub fn get(&self, slot: u32) -> &str {
        let Slot { room, len } = &self.slots[slot as usize];
        match *len as usize {
            len @ ..=ROOM => std::str::from_utf8(&room[..len]).expect("a room holds a text"),
            _ => &self.long[&slot],
        }
    }

    /// Puts text `row` of a column into a slot.
    #[inline]
    pub fn put(&mut self, slot: u32, texts: &StringColumn, row: usize) {
        let held = &mut self.slots[slot as usize];
        let was_long = held.len as usize > ROOM;
        let (start, len) = texts.spans()[row];
        held.len = len;
        if len as usize <= ROOM {
            held.room = room(texts.text().as_bytes(), start as usize, len as usize);
            if was_long {
                self.long.remove(&slot);
            }
        } else {
            self.long.insert(slot, texts.get(row).to_string());
        }
    }

    /// Adds the text in a slot to those that leave.
    #[inline]
    pub fn leave(&self, slot: u32, leaving: &mut Leaving) {
        let Slot { room, len } = &self.slots[slot as usize];
        leaving.spans.push((leaving.text.len() as u32, *len));
        match *len as usize {
            ..=ROOM => leaving.text.extend_from_slice(room),
            _ => leaving.text.extend_from_slice(self.long[&slot].as_bytes()),
        }
    }
}

impl Leaving {
    /// Adds a text that was never held.
    pub fn push(&mut self, text: &str) {
        self.spans.push((self.text.len() as u32, text.len() as u32));
        self.text.extend_from_slice(text.as_bytes());
    }

    /// The column.
    pub fn finish(self) -> StringColumn {
        // Zeros behind a text are characters too.
        let text = String::from_utf8(self.text).expect("rooms and texts are text");
        StringColumn::new(text.into(), self.spans)
    }
}

/// A short text with zeros behind it.
#[inline]
fn room(text: &[u8], start: usize, len: usize) -> [u8; ROOM] {
    let behind = text.get(start..).and_then(|rest| rest.first_chunk());
    let Some(room) = behind else {
        let mut room = [0; ROOM];
        room[..len].copy_from_slice(&text[start..start + len]);
        return room;
    };
    let others = (ROOM - len) * 8;
    let bits = u128::from_le_bytes(*room);
    let own = bits.checked_shl(others as u32).unwrap_or(0);
    own.checked_shr(others as u32).unwrap_or(0).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use tachograph_event::strings::StringBuilder;

    use super::*;

    #[test]
    fn texts_come_out_as_they_went_in() {
        let all = [
            "",
            "a",
            "äöü",
            "sixteen bytes ..",
            "a text that is longer",
            "b",
        ];
        let mut builder = StringBuilder::default();
        all.iter().for_each(|text| builder.push(text));
        let column = builder.finish();
        let (mut texts, mut leaving) = (Texts::default(), Leaving::default());
        texts.grow(1);
        for (row, text) in all.iter().enumerate() {
            texts.put(0, &column, row);
            assert_eq!(texts.get(0), *text);
            texts.leave(0, &mut leaving);
            leaving.push(text);
        }
        let left = leaving.finish();
        let left: Vec<&str> = (0..left.len()).map(|row| left.get(row)).collect();
        let twice: Vec<&str> = all.iter().flat_map(|text| [*text, *text]).collect();
        assert_eq!(left, twice);
    }
}
