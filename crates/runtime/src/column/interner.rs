//! Group keys become dense numbers, once a batch; a group's state is then an index away.
//!
//! A key is text, an integer, or several values together; its bytes are kept beside its number,
//! short ones in place. A number whose key is released is given out again.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashTable;
use tachograph_event::strings::StringBuilder;
use tachograph_event::{CodecError, Column, ColumnData, Decoder, Encoder, Type, Value};

use super::paged::{Paged, PagedSnapshot};
use crate::hash::FixedHash;

/// Longest key that is kept in place.
const SHORT: usize = 14;

/// A key's bytes.
#[derive(Debug, Clone, Default)]
pub enum Key {
    /// Up to [`SHORT`] bytes in place.
    Short(u8, [u8; SHORT]),
    /// Longer ones.
    Long(Arc<Box<[u8]>>),
    /// The key null.
    Null,
    /// The number is free.
    #[default]
    Free,
}

impl Key {
    fn new(bytes: &[u8]) -> Key {
        if bytes.len() > SHORT {
            return Key::Long(Arc::new(bytes.into()));
        }
        let mut short = [0; SHORT];
        short[..bytes.len()].copy_from_slice(bytes);
        Key::Short(bytes.len() as u8, short)
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        match self {
            Key::Short(len, bytes) => &bytes[..usize::from(*len)],
            Key::Long(bytes) => bytes,
            Key::Null | Key::Free => &[],
        }
    }
}

/// How key columns become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Int,
    Long,
    Mixed,
}

/// The table of keys.
#[derive(Debug)]
pub struct Interner {
    form: Form,
    hash: FixedHash,
    table: HashTable<u32>,
    keys: Paged<Key>,
    free: Vec<u32>,
    null: Option<u32>,
}

/// Keys as they stood when the snapshot was taken.
#[derive(Debug)]
pub struct InternerSnapshot {
    keys: PagedSnapshot<Key>,
    form: Form,
}

impl Interner {
    /// An empty table for keys of these types.
    pub fn new(types: &[Type]) -> Interner {
        let form = match types {
            [Type::Str] => Form::Text,
            [Type::Int] => Form::Int,
            [Type::Long] => Form::Long,
            _ => Form::Mixed,
        };
        Interner {
            form,
            hash: FixedHash::default(),
            table: HashTable::new(),
            keys: Paged::default(),
            free: Vec::new(),
            null: None,
        }
    }

    /// Number of slots in use or free: every number lies below it.
    pub fn slots(&self) -> usize {
        self.keys.len()
    }

    /// The numbers that have a key, in order.
    pub fn in_use(&self) -> Vec<u32> {
        let used = |n: &u32| !matches!(self.keys.get(*n as usize), Key::Free);
        (0..self.keys.len() as u32).filter(used).collect()
    }

    /// Gives the number of each row's key. Columns must be of the types the table was made for.
    pub fn intern(&mut self, columns: &[Column], rows: usize, numbers: &mut Vec<u32>) {
        numbers.clear();
        match (self.form, columns) {
            (Form::Text, [column]) => self.intern_text(column, numbers),
            (Form::Int, [column]) => {
                let ColumnData::Int(values) = column.data() else {
                    unreachable!("an int key lies in an int column");
                };
                self.intern_with(column, numbers, |i| i64::from(values[i]).to_le_bytes());
            }
            (Form::Long, [column]) => {
                let ColumnData::Long(values) = column.data() else {
                    unreachable!("a long key lies in a long column");
                };
                self.intern_with(column, numbers, |i| values[i].to_le_bytes());
            }
            _ => {
                for row in 0..rows {
                    let values: Vec<Value> = columns.iter().map(|c| c.value(row)).collect();
                    let number = self.number_of(&mixed(&values));
                    numbers.push(number);
                }
            }
        }
    }

    /// The number of one key, of a table of one text, int or long column.
    pub fn number_at(&mut self, column: &Column, row: usize) -> u32 {
        match column.data() {
            _ if column.is_null(row) => self.null_number(),
            ColumnData::Str(strings) => self.number_of(strings.bytes(row)),
            ColumnData::Int(values) => self.number_of(&i64::from(values[row]).to_le_bytes()),
            ColumnData::Long(values) => self.number_of(&values[row].to_le_bytes()),
            _ => unreachable!("asked for plain keys alone"),
        }
    }

    fn intern_text(&mut self, column: &Column, numbers: &mut Vec<u32>) {
        let ColumnData::Str(strings) = column.data() else {
            unreachable!("a text key lies in a text column");
        };
        let plain = column.nulls().is_none();
        for row in 0..column.len() {
            let number = match plain || !column.is_null(row) {
                true => self.number_of(strings.bytes(row)),
                false => self.null_number(),
            };
            numbers.push(number);
        }
    }

    fn intern_with(
        &mut self,
        column: &Column,
        numbers: &mut Vec<u32>,
        bytes: impl Fn(usize) -> [u8; 8],
    ) {
        for row in 0..column.len() {
            let number = match column.is_null(row) {
                true => self.null_number(),
                false => self.number_of(&bytes(row)),
            };
            numbers.push(number);
        }
    }

    /// The numbers of keys that are known; `u32::MAX` for the others. For tables of one text,
    /// int or long column.
    pub fn find(&self, column: &Column, numbers: &mut Vec<u32>) {
        numbers.clear();
        for row in 0..column.len() {
            let number = match column.data() {
                _ if column.is_null(row) => None,
                ColumnData::Str(strings) => self.known(strings.bytes(row)),
                ColumnData::Int(values) => self.known(&i64::from(values[row]).to_le_bytes()),
                ColumnData::Long(values) => self.known(&values[row].to_le_bytes()),
                _ => None,
            };
            numbers.push(number.unwrap_or(u32::MAX));
        }
    }

    #[inline]
    fn known(&self, bytes: &[u8]) -> Option<u32> {
        let hash = self.hash.hash_one(bytes);
        let same = |number: &u32| self.keys.get(*number as usize).bytes() == bytes;
        self.table.find(hash, same).copied()
    }

    #[inline]
    fn number_of(&mut self, bytes: &[u8]) -> u32 {
        let hash = self.hash.hash_one(bytes);
        let same = |number: &u32| self.keys.get(*number as usize).bytes() == bytes;
        match self.table.find(hash, same) {
            Some(number) => *number,
            None => self.add(hash, bytes),
        }
    }

    #[cold]
    fn add(&mut self, hash: u64, bytes: &[u8]) -> u32 {
        let number = self.slot(Key::new(bytes));
        let (keys, hasher) = (&self.keys, &self.hash);
        let rehash = |n: &u32| hasher.hash_one(keys.get(*n as usize).bytes());
        self.table.insert_unique(hash, number, rehash);
        number
    }

    #[cold]
    fn null_number(&mut self) -> u32 {
        match self.null {
            Some(number) => number,
            None => {
                let number = self.slot(Key::Null);
                self.null = Some(number);
                number
            }
        }
    }

    fn slot(&mut self, key: Key) -> u32 {
        let number = self.free.pop().unwrap_or(self.keys.len() as u32);
        self.keys.grow(number as usize + 1);
        *self.keys.get_mut(number as usize) = key;
        number
    }

    /// Lets a key go; its number may be given to another.
    pub fn release(&mut self, number: u32) {
        let key = std::mem::take(self.keys.get_mut(number as usize));
        match key {
            Key::Null => self.null = None,
            Key::Free => return,
            _ => {
                let hash = self.hash.hash_one(key.bytes());
                if let Ok(entry) = self.table.find_entry(hash, |n| *n == number) {
                    entry.remove();
                }
            }
        }
        self.free.push(number);
    }

    /// The values of a key.
    pub fn values(&self, number: u32) -> Vec<Value> {
        decode(self.form, self.keys.get(number as usize))
    }

    /// The text of a key in a table of text keys; none for null or other forms.
    pub fn text(&self, number: u32) -> Option<&str> {
        match (self.form, self.keys.get(number as usize)) {
            (Form::Text, Key::Null | Key::Free) => None,
            (Form::Text, key) => std::str::from_utf8(key.bytes()).ok(),
            _ => None,
        }
    }

    /// The keys of groups as a text column; none for null or other forms.
    pub fn texts(&self, numbers: &[u32]) -> Option<Column> {
        if self.form != Form::Text || self.null.is_some() {
            return None;
        }
        let mut texts = StringBuilder::default();
        for number in numbers {
            texts.push(self.text(*number)?);
        }
        Some(Column::new(ColumnData::Str(texts.finish()), None))
    }

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
                    self.restore(number, &encode(self.form, &values));
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
        let hash = self.hash.hash_one(bytes);
        let (keys, hasher) = (&self.keys, &self.hash);
        let rehash = |n: &u32| hasher.hash_one(keys.get(*n as usize).bytes());
        self.table.insert_unique(hash, number, rehash);
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
                to.values(&decode(self.form, key));
            }
        });
    }
}

fn mixed(values: &[Value]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.values(values);
    encoder.into_bytes()
}

fn encode(form: Form, values: &[Value]) -> Vec<u8> {
    match (form, values) {
        (Form::Text, [Value::Str(text)]) => text.as_bytes().to_vec(),
        (Form::Int, [Value::Int(v)]) => i64::from(*v).to_le_bytes().to_vec(),
        (Form::Long, [Value::Long(v)]) => v.to_le_bytes().to_vec(),
        _ => mixed(values),
    }
}

fn decode(form: Form, key: &Key) -> Vec<Value> {
    if matches!(key, Key::Null | Key::Free) {
        return vec![Value::Null];
    }
    let integer = || {
        let bytes = key
            .bytes()
            .try_into()
            .expect("an integer key has eight bytes");
        i64::from_le_bytes(bytes)
    };
    match form {
        Form::Text => vec![Value::str(String::from_utf8_lossy(key.bytes()))],
        Form::Int => vec![Value::Int(integer() as i32)],
        Form::Long => vec![Value::Long(integer())],
        Form::Mixed => Decoder::new(key.bytes()).values().unwrap_or_default(),
    }
}
