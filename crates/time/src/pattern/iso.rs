//! ISO 8601, in UTC without an offset.

use super::fields::Fields;
use super::parts::parts;
use super::read::{digits, offset, scaled};
use super::write::write;
use crate::Millis;
use crate::civil::Date;

/// An instant, or a date.
pub fn iso(text: &[u8]) -> Option<Millis> {
    let date = |t: &[u8]| {
        let part = |from: usize, to: usize| digits(t.get(from..to)?);
        let dashes = t.get(4) == Some(&b'-') && t.get(7) == Some(&b'-');
        dashes.then_some(Date {
            year: part(0, 4)?,
            month: part(5, 7)? as u32,
            day: part(8, 10)? as u32,
        })
    };
    let mut fields = Fields {
        date: date(text)?,
        ..Fields::start()
    };
    let Some((separator, mut rest)) = text[10..].split_first() else {
        return fields.instant();
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    fields.hour = digits(rest.get(0..2)?)?;
    fields.minute = digits(rest.get(3..5)?)?;
    if rest[2] != b':' {
        return None;
    }
    rest = &rest[5..];
    if let Some(seconds) = rest.strip_prefix(b":") {
        fields.second = digits(seconds.get(0..2)?)?;
        rest = &seconds[2..];
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let width = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        fields.millis = scaled(digits(fraction.get(..width.min(18))?)?, width.min(18));
        rest = &fraction[width..];
    }
    if !rest.is_empty() {
        (fields.offset, rest) = offset(rest)?;
    }
    if rest.is_empty() {
        fields.instant()
    } else {
        None
    }
}

/// Reads an ISO 8601 instant or date, in UTC without an offset; none where it is neither.
pub fn parse_instant(text: &str) -> Option<Millis> {
    iso(text.as_bytes())
}

/// An instant as ISO 8601 in UTC; milliseconds only where there are some.
pub fn format_instant(instant: Millis) -> String {
    let pattern = match instant.rem_euclid(1_000) {
        0 => "yyyy-MM-dd'T'HH:mm:ssX",
        _ => "yyyy-MM-dd'T'HH:mm:ss.SSSX",
    };
    parts(pattern).map_or_else(|_| instant.to_string(), |parts| write(&parts, instant))
}
