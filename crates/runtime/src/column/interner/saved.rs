//! The saved form of keys: what each number stands for.

use tachograph_event::{CodecError, Decoder, Encoder};

use super::Interner;
use super::key::{Form, Key};
use crate::column::paged::PagedSnapshot;

/// Keys as they stood when the snapshot was taken.
#[derive(Debug)]
pub struct InternerSnapshot {
    keys: PagedSnapshot<Key>,
    form: Form,
}

impl Interner {
    /// Shares the keys with a snapshot.
    pub fn snapshot(&mut self) -> InternerSnapshot {
        InternerSnapshot {
            keys: self.keys.snapshot(),
            form: self.form,
        }
    }

    /// Reads saved keys into an empty table; numbers are as they were.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not keys.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let slots = from.size()?;
        for number in 0..slots as u32 {
            self.keys.grow(number as usize + 1);
            match from.u8()? {
                0 => self.free.push(number),
                1 => self.restore_null(number),
                2 => {
                    let values = from.values()?;
                    self.restore(number, &self.form.encode(&values));
                }
                _ => return Err(CodecError::Corrupt("key")),
            }
        }
        self.free.reverse();
        Ok(())
    }

    fn restore_null(&mut self, number: u32) {
        *self.keys.get_mut(number as usize) = Key::Null;
        self.null = Some(number);
    }

    fn restore(&mut self, number: u32, bytes: &[u8]) {
        *self.keys.get_mut(number as usize) = Key::new(bytes);
        self.table.insert(self.word(bytes), number);
    }
}

impl InternerSnapshot {
    /// Writes the keys by number.
    pub fn save(&self, to: &mut Encoder) {
        let keys: Vec<&Key> = self.keys.iter().collect();
        to.list(keys.into_iter(), |to, key| match key {
            Key::Free => to.u8(0),
            Key::Null => to.u8(1),
            key => {
                to.u8(2);
                to.values(&self.form.decode(key));
            }
        });
    }
}
