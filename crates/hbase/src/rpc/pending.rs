//! The calls of a connection that await their answers. State: a map from call id to its waiter, or
//! the error that closed the connection. It does no input or output.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::frame::Body;
use crate::error::{Error, Result};

/// Who waits for an answer.
pub type Waiter = oneshot::Sender<Result<Body>>;

/// The awaited calls.
#[derive(Debug)]
pub struct Pending(Mutex<State>);

#[derive(Debug)]
enum State {
    Open {
        next: u32,
        calls: HashMap<u32, Waiter>,
    },
    Closed(Error),
}

impl Pending {
    pub fn new() -> Pending {
        let calls = HashMap::new();
        Pending(Mutex::new(State::Open { next: 0, calls }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a call its id.
    pub fn register(&self, waiter: Waiter) -> Result<u32> {
        match &mut *self.state() {
            State::Open { next, calls } => {
                let id = *next;
                *next = (*next + 1) & 0x7fff_ffff;
                calls.insert(id, waiter);
                Ok(id)
            }
            State::Closed(error) => Err(error.clone()),
        }
    }

    /// Takes the waiter of an answer; none if it no longer waits.
    pub fn take(&self, id: u32) -> Option<Waiter> {
        match &mut *self.state() {
            State::Open { calls, .. } => calls.remove(&id),
            State::Closed(_) => None,
        }
    }

    /// Fails all that wait and all that will come. Only the first reason is kept.
    pub fn close(&self, error: Error) {
        let mut state = self.state();
        if let State::Open { calls, .. } = &mut *state {
            let calls = std::mem::take(calls);
            *state = State::Closed(error.clone());
            drop(state);
            for (_, waiter) in calls {
                // A caller that went away needs no answer.
                let _ = waiter.send(Err(error.clone()));
            }
        }
    }

    pub fn is_closed(&self) -> bool {
        matches!(&*self.state(), State::Closed(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn closing_fails_all_and_keeps_the_first_reason() {
        let pending = Pending::new();
        let (waiter, mut answer) = oneshot::channel();
        assert_eq!(pending.register(waiter).unwrap(), 0);
        pending.close(Error::new(ErrorKind::ConnectionLost, "first"));
        pending.close(Error::new(ErrorKind::Closed, "second"));
        let error = answer.try_recv().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost);
        let (late, _answer) = oneshot::channel();
        let refused = pending.register(late).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionLost);
    }
}
