//! A sorted set: members with scores, found by member in constant time and walked in order of score.
//!
//! Members of one score are in order of their bytes. The two views (by member, by order) always hold
//! the same pairs.

use std::ops::Range;

use crate::Bytes;
use crate::fixed::FixedMap;
use crate::score::Score;
use crate::sorted::Sorted;

/// The end of a range of scores or members.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Edge<T> {
    /// Below everything.
    Lowest,
    /// Above everything.
    Highest,
    /// That value is in the range.
    Included(T),
    /// That value is just outside.
    Excluded(T),
}

/// A walk over members in order, from both ends.
pub(crate) type Walk<'a> = Box<dyn DoubleEndedIterator<Item = (&'a Bytes, f64)> + 'a>;

/// Members with scores.
#[derive(Debug, Clone, Default)]
pub(crate) struct SortedSet {
    scores: FixedMap<f64>,
    order: Sorted<(Score, Bytes), ()>,
}

impl PartialEq for SortedSet {
    fn eq(&self, other: &Self) -> bool {
        self.walk().eq(other.walk())
    }
}

impl SortedSet {
    /// Number of members.
    pub(crate) fn len(&self) -> usize {
        self.scores.len()
    }

    /// Whether there is no member.
    pub(crate) fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// The score of a member.
    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Gives a member a score; the score it had.
    pub(crate) fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        // Adding zero makes a negative zero positive: the two are one score and should look alike.
        let score = score + 0.0;
        let member: Bytes = member.into();
        let Some(slot) = self.scores.get_mut(&member) else {
            self.scores.insert(member.clone(), score);
            self.order.insert((Score(score), member), ());
            return None;
        };
        let old = std::mem::replace(slot, score);
        if old != score {
            let mut pair = (Score(old), member);
            self.order.remove(&pair);
            pair.0 = Score(score);
            self.order.insert(pair, ());
        }
        Some(old)
    }

    /// Takes a member out; the score it had.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (member, score) = self.scores.remove(member)?;
        self.order.remove(&(Score(score), member));
        Some(score)
    }

    /// Takes out the first (or last) member in order.
    pub(crate) fn pop(&mut self, last: bool) -> Option<(Bytes, f64)> {
        let popped = if last {
            self.order.pop_last()
        } else {
            self.order.pop_first()
        };
        let ((score, member), ()) = popped?;
        self.scores.remove(&member);
        Some((member, score.0))
    }

    /// How many members come before that one (or after it, if `reverse`).
    pub(crate) fn rank(&self, member: &[u8], reverse: bool) -> Option<usize> {
        let pair = (Score(self.score(member)?), Bytes::from(member));
        let before = self.order.rank(&pair);
        Some(if reverse {
            self.len() - 1 - before
        } else {
            before
        })
    }

    /// All members in order.
    pub(crate) fn walk(&self) -> Walk<'_> {
        self.at_places(0..self.len())
    }

    /// Members at some places, in order.
    pub(crate) fn at_places(&self, places: Range<usize>) -> Walk<'_> {
        let pairs = self.order.slots(places);
        Box::new(pairs.map(|((score, member), ())| (member, score.0)))
    }

    /// The places of members whose score lies between two edges.
    pub(crate) fn score_places(&self, low: &Edge<f64>, high: &Edge<f64>) -> Range<usize> {
        let start = match *low {
            Edge::Lowest => 0,
            Edge::Highest | Edge::Excluded(f64::INFINITY) => self.len(),
            Edge::Included(score) => self.below(score),
            Edge::Excluded(score) => self.below(score.next_up()),
        };
        let end = match *high {
            Edge::Lowest => 0,
            Edge::Highest | Edge::Included(f64::INFINITY) => self.len(),
            Edge::Included(score) => self.below(score.next_up()),
            Edge::Excluded(score) => self.below(score),
        };
        start..end.max(start)
    }

    /// How many members have a smaller score.
    fn below(&self, score: f64) -> usize {
        self.order.rank(&(Score(score), Bytes::default()))
    }

    /// Members between two edges in the order of their bytes; sensible when all scores are equal.
    pub(crate) fn by_lex<'a>(&'a self, low: &'a Edge<Bytes>, high: &'a Edge<Bytes>) -> Walk<'a> {
        Box::new(self.walk().filter(move |(member, _)| {
            let above = match low {
                Edge::Lowest => true,
                Edge::Highest => false,
                Edge::Included(edge) => *member >= edge,
                Edge::Excluded(edge) => *member > edge,
            };
            above
                && match high {
                    Edge::Lowest => false,
                    Edge::Highest => true,
                    Edge::Included(edge) => *member <= edge,
                    Edge::Excluded(edge) => *member < edge,
                }
        }))
    }

    /// One step of a scan; see [`FixedMap::scan`].
    pub(crate) fn scan(&self, cursor: u64, count: usize) -> (Vec<(&Bytes, &f64)>, u64) {
        self.scores.scan(cursor, count)
    }

    /// All members, in no order of theirs.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&Bytes, f64)> {
        self.scores.iter().map(|(member, score)| (member, *score))
    }
}
