//! Instants to texts, by a pattern's parts.

use super::parts::{Field, Part};
use crate::Millis;
use crate::civil::{DAY, Date};

/// An instant as the parts say; in UTC.
pub fn write(parts: &[Part], instant: Millis) -> String {
    let date = Date::from_days(instant.div_euclid(DAY));
    let millis = instant.rem_euclid(DAY);
    let mut text = String::new();
    for part in parts {
        let (value, width) = match part {
            Part::Literal(b) => {
                text.push(char::from(*b));
                continue;
            }
            Part::Digits(Field::Offset, _) => {
                text.push('Z');
                continue;
            }
            Part::Digits(Field::Year, 2) => (date.year.rem_euclid(100), 2),
            Part::Digits(Field::Year, width) => (date.year, *width),
            Part::Digits(Field::Month, width) => (i64::from(date.month), *width),
            Part::Digits(Field::Day, width) => (i64::from(date.day), *width),
            Part::Digits(Field::Hour, width) => (millis / 3_600_000, *width),
            Part::Digits(Field::Minute, width) => (millis / 60_000 % 60, *width),
            Part::Digits(Field::Second, width) => (millis / 1_000 % 60, *width),
            Part::Digits(Field::Fraction, width) => {
                let fraction = millis % 1_000;
                match width {
                    0..=3 => (fraction / 10_i64.pow(3 - *width as u32), *width),
                    _ => (fraction * 10_i64.pow((*width as u32 - 3).min(15)), *width),
                }
            }
        };
        text.push_str(&format!("{value:0width$}"));
    }
    text
}
