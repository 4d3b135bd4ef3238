//! A column of strings: spans into one shared text.
//!
//! A decoder hands over the chunk that it read and the span of each field, so that nothing is
//! copied; taking rows out of a column copies spans and shares the text.

use std::ops::Range;
use std::sync::Arc;

use crate::shared::Shared;

/// Strings as (start, length) spans of a shared text, in bytes.
#[derive(Debug, Clone, Default)]
pub struct StringColumn {
    text: Arc<String>,
    spans: Shared<(u32, u32)>,
}

impl StringColumn {
    /// Builds a column over a text. Each span must lie in the text, on character boundaries
    /// (checked when it is read).
    pub fn new(text: Arc<String>, spans: Vec<(u32, u32)>) -> StringColumn {
        StringColumn {
            text,
            spans: spans.into(),
        }
    }

    /// Number of strings.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// String `i`.
    pub fn get(&self, i: usize) -> &str {
        let (start, len) = self.spans[i];
        &self.text[start as usize..(start + len) as usize]
    }

    /// Bytes of string `i`.
    #[inline]
    pub fn bytes(&self, i: usize) -> &[u8] {
        let (start, len) = self.spans[i];
        &self.text.as_bytes()[start as usize..(start + len) as usize]
    }

    /// The bytes of each string in turn.
    #[inline]
    pub fn iter_bytes(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let (text, spans) = (self.text.as_bytes(), &self.spans[..]);
        let bytes = |(start, len): &(u32, u32)| &text[*start as usize..(start + len) as usize];
        spans.iter().map(bytes)
    }

    /// The rows named by `rows`, sharing the text.
    pub fn take(&self, rows: &[u32]) -> StringColumn {
        StringColumn {
            text: Arc::clone(&self.text),
            spans: self.spans.take(rows),
        }
    }

    /// Strings `range`, sharing the text and the spans.
    pub fn slice(&self, range: Range<usize>) -> StringColumn {
        StringColumn {
            text: Arc::clone(&self.text),
            spans: self.spans.slice(range),
        }
    }

    /// Makes it one string, string `i` of another column, sharing that one's text.
    pub fn set_one(&mut self, other: &StringColumn, i: usize) {
        if !Arc::ptr_eq(&self.text, &other.text) {
            self.text = Arc::clone(&other.text);
        }
        self.spans.set_one(other.spans[i]);
    }

    /// Makes it one string, in the room that is there if nobody shares it.
    pub fn set_one_text(&mut self, text: &str) {
        match Arc::get_mut(&mut self.text) {
            Some(own) => {
                own.clear();
                own.push_str(text);
            }
            None => self.text = Arc::new(text.to_string()),
        }
        self.spans.set_one((0, text.len() as u32));
    }

    /// The strings of several columns, one after the other; a column that is shorter than its
    /// number of rows is filled up with empty strings. Where the texts differ they are copied.
    pub fn concat<'a>(
        parts: impl Iterator<Item = (&'a StringColumn, usize)> + Clone,
    ) -> StringColumn {
        let mut texts = parts.clone().map(|(part, _)| &part.text);
        let first = texts.next();
        if let Some(text) = first.filter(|first| texts.all(|text| Arc::ptr_eq(text, first))) {
            let filled = |(part, rows): (&'a StringColumn, usize)| {
                let missing = rows - part.len();
                part.spans
                    .iter()
                    .copied()
                    .chain(std::iter::repeat_n((0, 0), missing))
            };
            return StringColumn::new(Arc::clone(text), parts.flat_map(filled).collect());
        }
        StringColumn::copied(parts)
    }

    fn copied<'a>(parts: impl Iterator<Item = (&'a StringColumn, usize)> + Clone) -> StringColumn {
        let rows = parts.clone().map(|(_, rows)| rows).sum();
        let bytes = parts.clone().flat_map(|(part, _)| part.spans.iter());
        let bytes = bytes.map(|(_, len)| *len as usize).sum();
        let (mut text, mut spans) = (Vec::with_capacity(bytes), Vec::with_capacity(rows));
        for (part, rows) in parts {
            for string in part.iter_bytes() {
                spans.push((text.len() as u32, string.len() as u32));
                text.extend_from_slice(string);
            }
            spans.resize(spans.len() + rows - part.len(), (0, 0));
        }
        StringColumn::of_bytes(text, spans)
    }

    /// Builds a column over a text that was put together from whole strings. Panics past 4 GiB of
    /// text in one batch.
    pub fn of_bytes(text: Vec<u8>, spans: Vec<(u32, u32)>) -> StringColumn {
        assert!(
            u32::try_from(text.len()).is_ok(),
            "a batch holds less than 4 GiB of text"
        );
        let text = String::from_utf8(text).expect("strings are UTF-8");
        StringColumn::new(Arc::new(text), spans)
    }

    /// Is string `i` the one before it once more? It must have one before it.
    #[inline]
    pub fn is_again(&self, i: usize) -> bool {
        let (one, before) = (self.bytes(i), self.bytes(i - 1));
        match one.len() {
            // Without a call: most strings are of this length.
            8..=16 => {
                one.len() == before.len()
                    && one.first_chunk::<8>() == before.first_chunk()
                    && one.last_chunk::<8>() == before.last_chunk()
            }
            _ => one == before,
        }
    }

    /// The shared text.
    pub fn text(&self) -> &Arc<String> {
        &self.text
    }

    /// The spans of the strings.
    pub fn spans(&self) -> &[(u32, u32)] {
        &self.spans
    }
}

/// Collects strings by copying them into one text.
#[derive(Debug, Default)]
pub struct StringBuilder {
    text: String,
    spans: Vec<(u32, u32)>,
}

impl StringBuilder {
    /// Adds a string. Panics past 4 GiB of text in one batch.
    pub fn push(&mut self, s: &str) {
        let start = u32::try_from(self.text.len()).expect("a batch holds less than 4 GiB of text");
        self.text.push_str(s);
        self.spans.push((start, s.len() as u32));
    }

    /// Adds the last string once more, without copying it. Panics where there is none.
    pub fn push_again(&mut self) {
        let last = *self.spans.last().expect("a string was added before");
        self.spans.push(last);
    }

    /// Number of strings so far.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// True where nothing was added.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The finished column.
    pub fn finish(self) -> StringColumn {
        StringColumn::new(Arc::new(self.text), self.spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(strings: &[&str]) -> StringColumn {
        let mut builder = StringBuilder::default();
        strings.iter().for_each(|s| builder.push(s));
        builder.finish()
    }

    #[test]
    fn columns_of_other_texts_are_copied_one_after_the_other() {
        let (a, b) = (column(&["ä", "", "b"]), column(&["c"]));
        let all = StringColumn::concat([(&a, 3), (&b, 3), (&a, 3)].into_iter());
        let strings: Vec<&str> = (0..all.len()).map(|i| all.get(i)).collect();
        assert_eq!(strings, ["ä", "", "b", "c", "", "", "ä", "", "b"]);
    }

    #[test]
    fn a_string_is_again_the_one_before_it_whatever_its_length() {
        for len in 0..40 {
            let one = "x".repeat(len);
            assert!(column(&[&one, &one]).is_again(1), "{len}");
            assert!(!column(&[&one, &format!("{one}x")]).is_again(1), "{len}");
            for at in 0..len {
                let mut other = one.clone().into_bytes();
                other[at] = b'y';
                let other = String::from_utf8(other).expect("ASCII");
                assert!(!column(&[&one, &other]).is_again(1), "{len}, {at}");
            }
        }
    }
}
