//! One aggregate of one group: its accumulator, behind `filter:` and `distinct`.

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Value};
use tachograph_plan::{Accumulator, AggregateCall};

use crate::eval::{Scope, eval_all, holds};
use crate::event::Event;
use crate::fault::Fault;
use crate::hash::FixedHash;

/// The state of one aggregate.
#[derive(Debug)]
pub struct Cell {
    accumulator: Box<dyn Accumulator>,
    /// For `distinct`: how many events hold each argument list.
    seen: Option<HashMap<Vec<Value>, u64, FixedHash>>,
}

impl Cell {
    /// The empty state of an aggregate; `retracts` says whether events can leave.
    pub fn new(call: &AggregateCall, retracts: bool) -> Cell {
        Cell {
            accumulator: call.function.accumulator(&call.argument_types(), retracts),
            seen: call
                .distinct
                .then(|| HashMap::with_hasher(FixedHash::default())),
        }
    }

    /// An event enters.
    ///
    /// # Errors
    /// [`Fault`] where an argument has no result.
    pub fn enter(&mut self, call: &AggregateCall, event: &Event, now: i64) -> Result<(), Fault> {
        let scope = Scope::of_event(event, now);
        if !holds(call.filter.as_ref(), &scope)? {
            return Ok(());
        }
        let arguments = eval_all(&call.arguments, &scope)?;
        if let Some(seen) = &mut self.seen {
            let count = seen.entry(arguments.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                return Ok(());
            }
        }
        self.accumulator.enter(event.sequence, &arguments);
        Ok(())
    }

    /// An event that had entered leaves.
    ///
    /// # Errors
    /// [`Fault`] where an argument has no result.
    pub fn leave(&mut self, call: &AggregateCall, event: &Event, now: i64) -> Result<(), Fault> {
        let scope = Scope::of_event(event, now);
        if !holds(call.filter.as_ref(), &scope)? {
            return Ok(());
        }
        let arguments = eval_all(&call.arguments, &scope)?;
        if let Some(seen) = &mut self.seen
            && let Some(count) = seen.get_mut(&arguments)
        {
            *count -= 1;
            if *count > 0 {
                return Ok(());
            }
            seen.remove(&arguments);
        }
        self.accumulator.leave(event.sequence, &arguments);
        Ok(())
    }

    /// The present result.
    pub fn value(&self) -> Value {
        self.accumulator.value()
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        self.accumulator.save(to);
        if let Some(seen) = &self.seen {
            let mut entries: Vec<(Vec<u8>, u64)> = seen.iter().map(encoded).collect();
            entries.sort();
            to.list(entries.iter(), |to, (arguments, count)| {
                to.bytes(arguments);
                to.u64(*count);
            });
        }
    }

    /// Reads the state into an empty cell.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this cell's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.accumulator.load(from)?;
        if let Some(seen) = &mut self.seen {
            for (arguments, count) in from.list(|from| Ok((from.bytes()?, from.u64()?)))? {
                seen.insert(Decoder::new(arguments).values()?, count);
            }
        }
        Ok(())
    }
}

fn encoded((arguments, count): (&Vec<Value>, &u64)) -> (Vec<u8>, u64) {
    let mut encoder = Encoder::new();
    encoder.values(arguments);
    (encoder.into_bytes(), *count)
}
