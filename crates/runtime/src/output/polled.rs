//! `output first` of groups: each group has a count, or an interval, of its own.
//!
//! A group's first event passes. Then every n-th event that arrives, and every n-th that leaves,
//! passes again; or the first one after the period.

use std::sync::Arc;

use indexmap::IndexMap;
use tachograph_event::{CodecError, Decoder, Encoder, Millis, Value};
use tachograph_plan::Every;

use crate::hash::FixedHash;
use crate::window::after;

/// Where a group stands.
#[derive(Debug, Clone, Default)]
struct Poll {
    arrived: u64,
    left: u64,
    /// When it passed last.
    passed: Option<Millis>,
}

/// The groups' counts or intervals, in the order of their first events.
#[derive(Debug, Default)]
pub struct Polled {
    groups: IndexMap<Arc<[Value]>, Poll, FixedHash>,
}

impl Polled {
    /// An event of a group arrives, or leaves: does the group pass?
    pub fn passes(
        &mut self,
        key: &Arc<[Value]>,
        arrives: bool,
        every: Option<Every>,
        now: Millis,
    ) -> bool {
        let poll = self.groups.entry(key.clone()).or_default();
        poll.arrived += u64::from(arrives);
        poll.left += u64::from(!arrives);
        let passes = match (poll.passed, every) {
            (None, _) | (_, None) => true,
            (_, Some(Every::Events(n))) => poll.arrived >= n || poll.left >= n,
            (Some(passed), Some(Every::Time(period))) => now >= after(passed, period),
        };
        if passes {
            *poll = Poll {
                passed: Some(now),
                ..Poll::default()
            };
        }
        passes
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.groups.iter(), |to, (key, poll)| {
            to.values(key);
            to.u64(poll.arrived);
            to.u64(poll.left);
            to.option(poll.passed, Encoder::i64);
        });
    }

    /// Reads the state.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(from: &mut Decoder<'_>) -> Result<Polled, CodecError> {
        let groups = from.list(|from| {
            let key = Arc::from(from.values()?);
            let poll = Poll {
                arrived: from.u64()?,
                left: from.u64()?,
                passed: from.option(Decoder::i64)?,
            };
            Ok((key, poll))
        })?;
        Ok(Polled {
            groups: groups.into_iter().collect(),
        })
    }
}
