//! A length of time on the calendar.

use crate::Millis;
use crate::civil::{DAY, Date, days_of_month};

/// Calendar months and milliseconds, added in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Calendar months.
    pub months: i64,
    /// Milliseconds.
    pub millis: Millis,
}

impl Period {
    /// The instant this long after another, in UTC. A day that the month does not have becomes
    /// its last one: a month after 31 January is 28 or 29 February.
    pub fn add_to(self, start: Millis) -> Millis {
        if self.months == 0 {
            return start.saturating_add(self.millis);
        }
        let date = Date::from_days(start.div_euclid(DAY));
        let months = date.year * 12 + i64::from(date.month) - 1 + self.months;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
        let day = date.day.min(days_of_month(year, month));
        let moved = Date { year, month, day };
        moved.days() * DAY + start.rem_euclid(DAY) + self.millis
    }
}

#[cfg(test)]
mod tests {
    use super::Period;
    use crate::parse_instant;

    #[test]
    fn months_keep_to_the_calendar() {
        let month = Period {
            months: 1,
            millis: 0,
        };
        let after = |text: &str| month.add_to(parse_instant(text).expect("an instant"));
        assert_eq!(
            Some(after("2016-01-31T10:00:00Z")),
            parse_instant("2016-02-29T10:00:00Z")
        );
        assert_eq!(
            Some(after("2015-12-15T00:00:00Z")),
            parse_instant("2016-01-15T00:00:00Z")
        );
    }
}
