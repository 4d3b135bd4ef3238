//! A part of a vector that is shared: cutting it again copies nothing.
//!
//! One value lies in place, so that a batch of one row needs no memory of its own.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// An immutable run of values, shared with whatever else was cut from the same vector.
#[derive(Debug, Clone)]
pub struct Shared<T>(Run<T>);

#[derive(Debug, Clone)]
enum Run<T> {
    Nothing,
    One(T),
    Part {
        values: Arc<Vec<T>>,
        start: usize,
        end: usize,
    },
}

impl<T: Clone> Shared<T> {
    /// Values `range` of these, without copying more than one. Panics where the range lies
    /// outside.
    pub fn slice(&self, range: Range<usize>) -> Shared<T> {
        if range.len() <= 1 {
            return match &self[range] {
                [one] => Shared(Run::One(one.clone())),
                _ => Shared::default(),
            };
        }
        let Run::Part { values, start, end } = &self.0 else {
            panic!("{range:?} of {}", self.len());
        };
        let part = start + range.start..start + range.end;
        assert!(part.end <= *end, "{range:?} of {}", end - start);
        Shared(Run::Part {
            values: Arc::clone(values),
            start: part.start,
            end: part.end,
        })
    }

    /// The values for changing: as they are if nobody shares them, otherwise copied.
    pub fn into_vec(self) -> Vec<T> {
        match self.0 {
            Run::Part { values, start, end } if (start, end) == (0, values.len()) => {
                Arc::try_unwrap(values).unwrap_or_else(|shared| shared.to_vec())
            }
            _ => self.to_vec(),
        }
    }
}

impl<T> Shared<T> {
    /// Makes it one value.
    pub fn set_one(&mut self, value: T) {
        self.0 = Run::One(value);
    }
}

impl<T: Copy> Shared<T> {
    /// The values of the rows named, in that order.
    pub fn take(&self, rows: &[u32]) -> Shared<T> {
        let values: &[T] = self;
        rows.iter().map(|row| values[*row as usize]).collect()
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Run::Part { values, start, end } => &values[*start..*end],
            Run::One(value) => std::slice::from_ref(value),
            Run::Nothing => &[],
        }
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    fn from(values: Vec<T>) -> Shared<T> {
        match values.len() {
            0 => Shared::default(),
            end => Shared(Run::Part {
                values: Arc::new(values),
                start: 0,
                end,
            }),
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
        Shared(Run::Nothing)
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
        assert_eq!(part.slice(2..3)[..], [5]);
        assert!(part.slice(1..1).is_empty());
        assert_eq!(part.into_vec(), vec![3, 4, 5]);
        assert_eq!(whole.slice(9..10).slice(0..1).into_vec(), vec![9]);
        assert_eq!(whole.into_vec().len(), 10);
    }

    #[test]
    #[should_panic(expected = "3..5 of 4")]
    fn a_part_ends_where_it_ends() {
        let whole: Shared<i32> = (0..10).collect();
        whole.slice(2..6).slice(3..5);
    }
}
