//! What a text says of an instant.

use crate::Millis;
use crate::civil::{DAY, Date};

/// The fields of a text.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    pub date: Date,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub millis: i64,
    /// Milliseconds that the text's clock is ahead of UTC.
    pub offset: i64,
}

impl Fields {
    /// Midnight of 1970-01-01.
    pub fn start() -> Fields {
        let date = Date {
            year: 1970,
            month: 1,
            day: 1,
        };
        Fields {
            date,
            hour: 0,
            minute: 0,
            second: 0,
            millis: 0,
            offset: 0,
        }
    }

    /// The instant; none where a field is beyond its range.
    #[inline]
    pub fn instant(&self) -> Option<Millis> {
        let in_day = self.hour < 24 && self.minute < 60 && self.second < 60;
        if !in_day || !self.date.is_valid() {
            return None;
        }
        let seconds = self.hour * 3_600 + self.minute * 60 + self.second;
        Some(self.date.days() * DAY + seconds * 1_000 + self.millis - self.offset)
    }
}
