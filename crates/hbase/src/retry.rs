//! Trying again: how long to pause, and when to give up. The schedule is a pure function of the
//! attempt's number, without jitter, so that a test knows it. State of `Attempts`: how many there
//! were, and the deadline.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Result};

/// The pauses between attempts: doubled each time, up to a longest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    pub first: Duration,
    pub longest: Duration,
}

/// A server that is overloaded is left alone this many times longer.
const OVERLOAD: u32 = 4;

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff {
            first: Duration::from_millis(50),
            longest: Duration::from_secs(2),
        }
    }
}

impl Backoff {
    /// The pause after the attempt of this number, the first being 1.
    pub fn pause(&self, attempt: u32, overloaded: bool) -> Duration {
        let doubled = self
            .first
            .saturating_mul(1 << attempt.saturating_sub(1).min(20));
        doubled.min(self.longest) * if overloaded { OVERLOAD } else { 1 }
    }
}

/// Waits for work until the deadline, and no longer.
pub(crate) async fn within<T>(
    deadline: Instant,
    work: impl Future<Output = Result<T>>,
    late: impl FnOnce() -> Error,
) -> Result<T> {
    tokio::time::timeout_at(deadline, work)
        .await
        .unwrap_or_else(|_| Err(late()))
}

/// The attempts of one operation.
#[derive(Debug)]
pub(crate) struct Attempts {
    backoff: Backoff,
    deadline: Instant,
    made: u32,
    /// Attempts since something was achieved.
    vain: u32,
}

impl Attempts {
    pub fn new(backoff: Backoff, limit: Duration) -> Attempts {
        Attempts {
            backoff,
            deadline: Instant::now() + limit,
            made: 0,
            vain: 0,
        }
    }

    /// When the whole operation must be done.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// When a call that begins now must be done.
    pub fn call_deadline(&self, limit: Duration) -> Instant {
        self.deadline.min(Instant::now() + limit)
    }

    /// Something was achieved: the pauses begin again with the shortest.
    pub fn progressed(&mut self) {
        self.vain = 0;
    }

    /// After a failed attempt: pauses before the next, or says that there is none.
    pub async fn pause(&mut self, what: &str, error: Error) -> Result<()> {
        let pause = self.next(what, error)?;
        tokio::time::sleep(pause).await;
        Ok(())
    }

    fn next(&mut self, what: &str, error: Error) -> Result<Duration> {
        self.made += 1;
        self.vain += 1;
        if !error.is_retryable() {
            return Err(error);
        }
        let pause = self.backoff.pause(self.vain, error.kind().is_overload());
        match Instant::now() + pause < self.deadline {
            true => Ok(pause),
            false => Err(self.exhausted(what, error)),
        }
    }

    /// The error of an operation that has no time left; `last` is what it met last.
    pub fn exhausted(&self, what: &str, last: Error) -> Error {
        Error::exhausted(what, self.made, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let backoff = Backoff::default();
        let pauses = [1, 2, 3, 6, 7, 100].map(|n| backoff.pause(n, false).as_millis());
        assert_eq!(pauses, [50, 100, 200, 1600, 2000, 2000]);
        assert_eq!(backoff.pause(1, true).as_millis(), 200);
    }

    #[test]
    fn gives_up_at_the_deadline_with_the_last_fault() {
        let mut attempts = Attempts::new(Backoff::default(), Duration::from_millis(120));
        let fault = || Error::new(ErrorKind::RegionNotServing, "moved");
        assert_eq!(attempts.next("get", fault()).unwrap().as_millis(), 50);
        assert_eq!(attempts.next("get", fault()).unwrap().as_millis(), 100);
        let error = attempts.next("get", fault()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
        assert_eq!(
            error.to_string(),
            "get: the deadline passed after 3 attempts: moved"
        );
    }

    #[test]
    fn what_would_fail_again_is_not_tried_again() {
        let mut attempts = Attempts::new(Backoff::default(), Duration::from_secs(1));
        let error = Error::new(ErrorKind::TableNotFound, "no such table");
        let given = attempts.next("get", error).unwrap_err();
        assert_eq!(given.kind(), ErrorKind::TableNotFound);
    }

    #[tokio::test]
    async fn work_is_not_waited_for_beyond_the_deadline() {
        let late = || Error::new(ErrorKind::Connect, "late");
        let never = std::future::pending::<Result<()>>();
        let done = within(Instant::now(), never, late).await;
        assert_eq!(done.unwrap_err().kind(), ErrorKind::Connect);
        let now = std::future::ready(Ok(1));
        assert_eq!(within(Instant::now(), now, late).await.unwrap(), 1);
    }
}
