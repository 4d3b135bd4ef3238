//! A part of a vector that is shared: cutting it again copies nothing.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// An immutable run of values, shared with whatever else was cut from the same vector.
#[derive(Debug, Clone)]
pub struct Shared<T> {
    values: Arc<Vec<T>>,
    start: usize,
    end: usize,
}

impl<T> Shared<T> {
    /// Values `range` of these, without copying them. Panics where the range lies outside.
    pub fn slice(&self, range: Range<usize>) -> Shared<T> {
        let whole = self.start..self.end;
        let (start, end) = (whole.start + range.start, whole.start + range.end);
        assert!(start <= end && end <= whole.end, "{range:?} of {whole:?}");
        Shared {
            values: Arc::clone(&self.values),
            start,
            end,
        }
    }
}

impl<T> Shared<T> {
    /// Makes it one value, in the room that is there if nobody shares it.
    pub fn set_one(&mut self, value: T) {
        match Arc::get_mut(&mut self.values) {
            Some(values) => {
                values.clear();
                values.push(value);
            }
            None => self.values = Arc::new(vec![value]),
        }
        (self.start, self.end) = (0, 1);
    }
}

impl<T: Clone> Shared<T> {
    /// The values for changing: as they are if nobody shares them, otherwise copied.
    pub fn into_vec(self) -> Vec<T> {
        let is_whole = self.start == 0 && self.end == self.values.len();
        match is_whole {
            true => Arc::try_unwrap(self.values).unwrap_or_else(|shared| shared.to_vec()),
            false => self.to_vec(),
        }
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.values[self.start..self.end]
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    fn from(values: Vec<T>) -> Shared<T> {
        let end = values.len();
        Shared {
            values: Arc::new(values),
            start: 0,
            end,
        }
    }
}

impl<T> FromIterator<T> for Shared<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Shared<T> {
        values.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Shared<T> {
        Vec::new().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_of_a_cut_is_a_cut_of_the_whole() {
        let whole: Shared<i32> = (0..10).collect();
        let part = whole.slice(2..8).slice(1..4);
        assert_eq!(part[..], [3, 4, 5]);
        assert_eq!(part.into_vec(), vec![3, 4, 5]);
        assert_eq!(whole.into_vec().len(), 10);
    }
}
