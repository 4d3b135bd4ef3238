//! Texts of held events by slot.
//!
//! Short ones lie in a room of fixed size, zeros behind them, so that one is moved without a look
//! at its length; longer ones lie aside. A column of texts that leave is made of whole rooms, behind
//! the texts that leave as they came.

use hashbrown::HashMap;
use tachograph_event::StringColumn;

use super::moves::Moves;
use crate::hash::FixedHash;

/// Longest text that has a place in a room.
const ROOM: usize = 16;

/// Bytes a row up to which the texts of a batch, and what lies between them, are copied in one go.
const TOGETHER: usize = 64;

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
    long: HashMap<usize, String, FixedHash>,
}

impl Texts {
    /// Makes room for slots below `slots`.
    pub fn grow(&mut self, slots: usize) {
        self.slots
            .resize(slots.max(self.slots.len()), Slot::default());
    }

    /// The text in a slot.
    pub fn get(&self, slot: usize) -> &str {
        let Slot { room, len } = &self.slots[slot];
        match *len as usize {
            len @ ..=ROOM => std::str::from_utf8(&room[..len]).expect("a room holds a text"),
            _ => &self.long[&slot],
        }
    }

    /// Puts each row's text into its slot; gives the texts of those that leave, in order.
    pub fn exchange(&mut self, rows: &StringColumn, moves: &Moves) -> StringColumn {
        let (mut text, mut spans) = match moves.takes().len() == rows.len() {
            true => (Vec::with_capacity(rows.len() * ROOM), rows.spans().to_vec()),
            false => copied(rows),
        };
        for take in moves.takes() {
            spans[take.row] = self.leave(take.slot, &mut text);
            self.put(take.slot, rows, take.row);
        }
        // Zeros behind a text are characters too.
        let text = String::from_utf8(text).expect("rooms and texts are text");
        StringColumn::new(text.into(), moves.without_fills(spans))
    }

    /// Puts text `row` of a column into a slot.
    #[inline]
    pub fn put(&mut self, slot: usize, texts: &StringColumn, row: usize) {
        let held = &mut self.slots[slot];
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

    /// Adds the text in a slot to a text; gives its span there.
    #[inline]
    fn leave(&self, slot: usize, text: &mut Vec<u8>) -> (u32, u32) {
        let Slot { room, len } = &self.slots[slot];
        let start = text.len() as u32;
        match *len as usize {
            ..=ROOM => text.extend_from_slice(room),
            _ => text.extend_from_slice(self.long[&slot].as_bytes()),
        }
        (start, *len)
    }
}

/// All texts of a column in a text of their own, with their spans there.
fn copied(rows: &StringColumn) -> (Vec<u8>, Vec<(u32, u32)>) {
    let spans = rows.spans();
    let first = spans.iter().map(|(start, _)| *start).min().unwrap_or(0);
    let end = spans.iter().map(|(start, len)| start + len).max();
    let all = first as usize..end.unwrap_or(0) as usize;
    if all.len() <= spans.len() * TOGETHER {
        let moved = spans.iter().map(|(start, len)| (start - first, *len));
        return (rows.text().as_bytes()[all].to_vec(), moved.collect());
    }
    let mut text = Vec::new();
    let add = |bytes: &[u8]| {
        let span = (text.len() as u32, bytes.len() as u32);
        text.extend_from_slice(bytes);
        span
    };
    let spans = rows.iter_bytes().map(add).collect();
    (text, spans)
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
    use super::*;

    const ALL: [&str; 6] = [
        "",
        "a",
        "äöü",
        "sixteen bytes ..",
        "a text that is longer",
        "b",
    ];

    fn column(between: usize) -> StringColumn {
        let (mut text, mut spans) = (String::from("ö"), Vec::new());
        for one in ALL {
            text += &"ä".repeat(between);
            spans.push((text.len() as u32, one.len() as u32));
            text += one;
        }
        StringColumn::new(text.into(), spans)
    }

    #[test]
    fn texts_come_out_as_they_went_in() {
        let mut moves = Moves::default();
        moves.fill(0, 0);
        (1..ALL.len()).for_each(|row| moves.replace(row, 0));
        let mut texts = Texts::default();
        texts.grow(1);
        let left = texts.exchange(&column(0), &moves);
        let left: Vec<&str> = (0..left.len()).map(|row| left.get(row)).collect();
        assert_eq!(left, ALL[..ALL.len() - 1]);
        assert_eq!(texts.get(0), ALL[ALL.len() - 1]);
    }

    #[test]
    fn texts_that_pass_leave_as_they_came_however_far_apart_they_lie() {
        for between in [0, 1, 100] {
            let (mut moves, mut texts) = (Moves::default(), Texts::default());
            moves.fill(3, 0);
            moves.replace(4, 0);
            texts.grow(1);
            let left = texts.exchange(&column(between), &moves);
            let left: Vec<&str> = (0..left.len()).map(|row| left.get(row)).collect();
            assert_eq!(left, [ALL[0], ALL[1], ALL[2], ALL[3], ALL[5]]);
            assert_eq!(texts.get(0), ALL[4]);
        }
    }
}
