//! A range of timestamps, as it is said and as it travels. Plain data.

use crate::error::{Error, ErrorKind, Result};
use crate::wire;

/// Timestamps from one on and before another, in milliseconds since 1970. One before 1970 counts as
/// 1970, for no cell is older.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeRange {
    from: u64,
    to: u64,
}

impl TimeRange {
    pub fn new(from: i64, to: i64) -> TimeRange {
        let since_1970 = |timestamp: i64| timestamp.max(0).unsigned_abs();
        TimeRange {
            from: since_1970(from),
            to: since_1970(to),
        }
    }

    /// Servers have no answer to a range that ends before it begins.
    pub fn check(self) -> Result<()> {
        match self.from <= self.to {
            true => Ok(()),
            false => Err(Error::new(
                ErrorKind::InvalidArgument,
                "a range of timestamps ends before it begins",
            )),
        }
    }

    pub fn wire(self) -> wire::basic::TimeRange {
        wire::basic::TimeRange {
            from: Some(self.from),
            to: Some(self.to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_an_order_and_begins_in_1970() {
        assert!(TimeRange::new(5, 5).check().is_ok());
        let wrong = TimeRange::new(6, 5).check().unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::InvalidArgument);
        let early = TimeRange::new(-5, 7).wire();
        assert_eq!((early.from, early.to), (Some(0), Some(7)));
    }
}
