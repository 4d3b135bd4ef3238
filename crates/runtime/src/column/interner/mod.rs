//! Group keys become dense numbers, a whole batch at a time; a group's state is then an index
//! away.
//!
//! A key is text, an integer, or several values together; its bytes are kept beside its number,
//! short ones in place. A number whose key is released is given out again.
//!
//! Rows are numbered in three passes: each key becomes a [`word`]; each word is looked up in its
//! home bucket of the [`table`]; what was not found there, or must be verified, goes through the
//! door of one key. Numbers of new keys are given out in the order of the rows.

mod key;
mod saved;
mod table;
mod word;

use tachograph_event::{Column, ColumnData, StringColumn, Type, Value};

use self::key::{Form, Key, SHORT};
pub use self::saved::InternerSnapshot;
pub use self::table::NONE;
use self::table::Table;
pub use self::word::{word_at, words};
use super::paged::Paged;

/// The table of keys.
#[derive(Debug)]
pub struct Interner {
    form: Form,
    table: Table,
    keys: Paged<Key>,
    free: Vec<u32>,
    null: Option<u32>,
    /// Room for the words of a batch.
    words: Vec<u64>,
}

impl Interner {
    /// An empty table for keys of these types.
    pub fn new(types: &[Type]) -> Interner {
        Interner {
            form: Form::of(types),
            table: Table::default(),
            keys: Paged::default(),
            free: Vec::new(),
            null: None,
            words: Vec::new(),
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
        let [column] = columns else {
            return self.intern_mixed(columns, rows, numbers);
        };
        match (self.form, column.data()) {
            (Form::Text, ColumnData::Str(strings)) => self.intern_text(column, strings, numbers),
            (Form::Int, ColumnData::Int(v)) => {
                let words = v.iter().map(|v| i64::from(*v) as u64);
                self.intern_words(column, words, numbers);
            }
            (Form::Long, ColumnData::Long(v)) => {
                self.intern_words(column, v.iter().map(|v| *v as u64), numbers);
            }
            _ => self.intern_mixed(columns, rows, numbers),
        }
    }

    fn intern_text(&mut self, column: &Column, strings: &StringColumn, numbers: &mut Vec<u32>) {
        self.look_texts(strings, numbers);
        let any_null = column.nulls().is_some();
        for (row, number) in numbers.iter_mut().enumerate() {
            if any_null && column.is_null(row) {
                *number = self.null_number();
            } else if !self.is_sure(*number, self.words[row], || strings.bytes(row)) {
                *number = self.number_of(self.words[row], strings.bytes(row));
            }
        }
    }

    /// Is a number that was found by its word that of a text?
    #[inline]
    fn is_sure<'a>(&self, number: u32, word: u64, bytes: impl Fn() -> &'a [u8]) -> bool {
        let same = || self.keys.get(number as usize).bytes() == bytes();
        number != NONE && (self.is_exact(word) || same())
    }

    /// The words of texts, and what their home buckets have.
    fn look_texts(&mut self, strings: &StringColumn, numbers: &mut Vec<u32>) {
        self.words.clear();
        self.words.extend(strings.iter_bytes().map(word::of_bytes));
        self.table.look(&self.words, numbers);
    }

    fn intern_words(
        &mut self,
        column: &Column,
        words: impl Iterator<Item = u64>,
        numbers: &mut Vec<u32>,
    ) {
        self.words.clear();
        self.words.extend(words);
        self.table.look(&self.words, numbers);
        let any_null = column.nulls().is_some();
        for (row, number) in numbers.iter_mut().enumerate() {
            if any_null && column.is_null(row) {
                *number = self.null_number();
            } else if *number == NONE {
                let word = self.words[row];
                *number = self.number_of(word, &word.to_le_bytes());
            }
        }
    }

    fn intern_mixed(&mut self, columns: &[Column], rows: usize, numbers: &mut Vec<u32>) {
        for row in 0..rows {
            let values: Vec<Value> = columns.iter().map(|c| c.value(row)).collect();
            let bytes = Form::Mixed.encode(&values);
            numbers.push(self.number_of(word::of_bytes(&bytes), &bytes));
        }
    }

    /// The number of one key, of a table of one text, int or long column.
    pub fn number_at(&mut self, column: &Column, row: usize) -> u32 {
        match column.data() {
            _ if column.is_null(row) => self.null_number(),
            ColumnData::Str(strings) => {
                let bytes = strings.bytes(row);
                self.number_of(word::of_bytes(bytes), bytes)
            }
            ColumnData::Int(v) => self.number_of_whole(v[row].into()),
            ColumnData::Long(v) => self.number_of_whole(v[row]),
            _ => unreachable!("asked for plain keys alone"),
        }
    }

    /// The number of one key, if it is known, of a table of one text, int or long column.
    #[inline]
    pub fn known_at(&self, column: &Column, row: usize) -> Option<u32> {
        match column.data() {
            _ if column.is_null(row) => self.null,
            ColumnData::Str(strings) => {
                let bytes = strings.bytes(row);
                self.known(word::of_bytes(bytes), bytes)
            }
            ColumnData::Int(v) => self.known_whole(v[row].into()),
            ColumnData::Long(v) => self.known_whole(v[row]),
            _ => unreachable!("asked for plain keys alone"),
        }
    }

    /// The numbers of keys that are known; `u32::MAX` for the others. For tables of one text,
    /// int or long column.
    pub fn find(&mut self, column: &Column, numbers: &mut Vec<u32>) {
        numbers.clear();
        if let (ColumnData::Str(strings), None) = (column.data(), column.nulls()) {
            self.look_texts(strings, numbers);
            for (row, number) in numbers.iter_mut().enumerate() {
                if !self.is_sure(*number, self.words[row], || strings.bytes(row)) {
                    let known = self.known(self.words[row], strings.bytes(row));
                    *number = known.unwrap_or(NONE);
                }
            }
            return;
        }
        for row in 0..column.len() {
            let number = match column.data() {
                _ if column.is_null(row) => None,
                ColumnData::Str(s) => self.known(word::of_bytes(s.bytes(row)), s.bytes(row)),
                ColumnData::Int(v) => self.known_whole(v[row].into()),
                ColumnData::Long(v) => self.known_whole(v[row]),
                _ => None,
            };
            numbers.push(number.unwrap_or(NONE));
        }
    }

    fn known_whole(&self, value: i64) -> Option<u32> {
        self.known(value as u64, &value.to_le_bytes())
    }

    fn number_of_whole(&mut self, value: i64) -> u32 {
        self.number_of(value as u64, &value.to_le_bytes())
    }

    /// The word of a key that has a number; as [`word_at`] gives it.
    pub fn word_of(&self, number: u32) -> u64 {
        match self.keys.get(number as usize) {
            Key::Null | Key::Free => word::NULL,
            key => self.word(key.bytes()),
        }
    }

    /// The word of a key of the table's form.
    fn word(&self, bytes: &[u8]) -> u64 {
        match (self.form, bytes.try_into()) {
            (Form::Int | Form::Long, Ok(whole)) => u64::from_le_bytes(whole),
            _ => word::of_bytes(bytes),
        }
    }

    /// Words of integers, and of short texts, are the keys themselves.
    #[inline]
    fn is_exact(&self, word: u64) -> bool {
        matches!(self.form, Form::Int | Form::Long) || !word::is_hashed(word)
    }

    #[inline]
    fn known(&self, word: u64, bytes: &[u8]) -> Option<u32> {
        let exact = self.is_exact(word);
        let same = |n: u32| exact || self.keys.get(n as usize).bytes() == bytes;
        self.table.find(word, same)
    }

    #[inline]
    fn number_of(&mut self, word: u64, bytes: &[u8]) -> u32 {
        let near = self.table.at_home(word);
        if self.is_sure(near, word, || bytes) {
            return near;
        }
        match self.known(word, bytes) {
            Some(number) => number,
            None => self.add(word, bytes),
        }
    }

    #[cold]
    fn add(&mut self, word: u64, bytes: &[u8]) -> u32 {
        let number = self.slot(Key::new(bytes));
        self.table.insert(word, number);
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
            _ => self.table.remove(self.word(key.bytes()), number),
        }
        self.free.push(number);
    }

    /// The values of a key.
    pub fn values(&self, number: u32) -> Vec<Value> {
        self.form.decode(self.keys.get(number as usize))
    }

    /// The keys of groups as a text column; none for null or other forms.
    pub fn texts(&self, numbers: &[u32]) -> Option<Column> {
        if self.form != Form::Text || self.null.is_some() {
            return None;
        }
        let mut text: Vec<u8> = Vec::with_capacity(numbers.len() * SHORT);
        let mut spans = Vec::with_capacity(numbers.len());
        for number in numbers {
            let start = text.len() as u32;
            let key = self.keys.get(*number as usize);
            match key {
                // All of the room is copied, which needs no look at the length; the span is that
                // of the text.
                Key::Short(_, room) => text.extend_from_slice(room),
                _ => text.extend_from_slice(key.bytes()),
            }
            spans.push((start, key.bytes().len() as u32));
        }
        let text = String::from_utf8(text).ok()?;
        let strings = StringColumn::new(text.into(), spans);
        Some(Column::new(ColumnData::Str(strings), None))
    }
}
