//! Texts to instants, by a pattern's parts.

use super::fields::Fields;
use super::parts::{Field, Part};
use crate::Millis;
use crate::civil::Date;

/// Years beyond these have no place among the instants.
const YEARS: std::ops::Range<i64> = -1_000_000..1_000_000;

/// A whole number in at most 18 digits.
#[inline]
pub fn digits(text: &[u8]) -> Option<i64> {
    let mut value = 0;
    for b in text {
        let digit = b.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(value)
}

/// `yyyyMMddHHmmss`.
#[inline]
pub fn compact(text: &[u8]) -> Option<Millis> {
    let text: &[u8; 14] = text.try_into().ok()?;
    let part = |from: usize, to: usize| digits(&text[from..to]);
    let fields = Fields {
        date: Date {
            year: part(0, 4)?,
            month: part(4, 6)? as u32,
            day: part(6, 8)? as u32,
        },
        hour: part(8, 10)?,
        minute: part(10, 12)?,
        second: part(12, 14)?,
        millis: 0,
        offset: 0,
    };
    fields.instant()
}

/// Any parts.
pub fn read(parts: &[Part], text: &[u8]) -> Option<Millis> {
    let mut fields = Fields::start();
    let mut rest = text;
    for part in parts {
        match part {
            Part::Literal(b) => rest = rest.strip_prefix(&[*b])?,
            Part::Digits(Field::Offset, _) => (fields.offset, rest) = offset(rest)?,
            Part::Digits(field, width) => {
                let (own, others) = rest.split_at_checked(*width)?;
                set(&mut fields, *field, digits(own)?, *width);
                rest = others;
            }
        }
    }
    let is_whole = rest.is_empty() && YEARS.contains(&fields.date.year);
    is_whole.then(|| fields.instant()).flatten()
}

fn set(fields: &mut Fields, field: Field, value: i64, width: usize) {
    match field {
        Field::Year if width == 2 => fields.date.year = 2_000 + value,
        Field::Year => fields.date.year = value,
        Field::Month => fields.date.month = u32::try_from(value).unwrap_or(0),
        Field::Day => fields.date.day = u32::try_from(value).unwrap_or(0),
        Field::Hour => fields.hour = value,
        Field::Minute => fields.minute = value,
        Field::Second => fields.second = value,
        Field::Fraction => fields.millis = scaled(value, width),
        Field::Offset => {}
    }
}

/// A fraction of so many digits in milliseconds; finer ones are cut.
pub fn scaled(value: i64, width: usize) -> i64 {
    match width {
        0..=3 => value * 10_i64.pow(3 - width as u32),
        4..=18 => value / 10_i64.pow(width as u32 - 3),
        _ => 0,
    }
}

/// `Z`, `+09`, `+0900`, `+09:00`; in milliseconds.
pub fn offset(text: &[u8]) -> Option<(i64, &[u8])> {
    if let Some(rest) = text.strip_prefix(b"Z") {
        return Some((0, rest));
    }
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = text[1..].split_at_checked(2)?;
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let (minutes, rest) = match rest.split_at_checked(2).map(|(m, r)| (digits(m), r)) {
        Some((Some(minutes), rest)) => (minutes, rest),
        _ => (0, rest),
    };
    let hours = digits(hours)?;
    let is_one = hours <= 18 && minutes < 60;
    is_one.then_some((sign * (hours * 3_600_000 + minutes * 60_000), rest))
}
