//! Date patterns, as Java's `DateTimeFormatter` spells them: `yyyyMMddHHmmss`,
//! `yyyy-MM-dd'T'HH:mm:ss.SSSXXX`. All instants are in UTC unless the text carries an offset.
//!
//! Besides, three names: `iso` (an ISO 8601 instant, fraction and offset optional), `millis` and
//! `seconds` (a number since 1970).

use std::fmt;

use crate::Millis;
use crate::civil::{DAY, Date};

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(pub String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
    Offset,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Digits(Field, usize),
    Literal(u8),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// `yyyyMMddHHmmss`, read without a loop over parts.
    Compact,
    Parts(Vec<Part>),
    Iso,
    Millis,
    Seconds,
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatePattern {
    form: Form,
}

#[derive(Debug, Clone, Copy)]
struct Fields {
    date: Date,
    hour: i64,
    minute: i64,
    second: i64,
    millis: i64,
    offset: i64,
}

impl Fields {
    fn start() -> Fields {
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

    #[inline]
    fn instant(&self) -> Option<Millis> {
        let in_day = self.hour < 24 && self.minute < 60 && self.second < 60;
        if !in_day || !self.date.is_valid() {
            return None;
        }
        let seconds = self.hour * 3_600 + self.minute * 60 + self.second;
        Some(self.date.days() * DAY + seconds * 1_000 + self.millis - self.offset)
    }
}

impl DatePattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`PatternError`] that names the letter that means nothing.
    pub fn parse_pattern(text: &str) -> Result<DatePattern, PatternError> {
        let form = match text {
            "yyyyMMddHHmmss" => Form::Compact,
            "iso" => Form::Iso,
            "millis" => Form::Millis,
            "seconds" => Form::Seconds,
            _ => Form::Parts(parts(text)?),
        };
        Ok(DatePattern { form })
    }

    /// Reads an instant; none where the text does not fit the pattern or is no date.
    ///
    /// ```
    /// let pattern = tachograph_time::DatePattern::parse_pattern("yyyyMMddHHmmss").unwrap();
    /// assert_eq!(pattern.parse(b"19700101000010"), Some(10_000));
    /// assert_eq!(pattern.parse(b"20160230000000"), None);
    /// ```
    pub fn parse(&self, text: &[u8]) -> Option<Millis> {
        match &self.form {
            Form::Compact => compact(text),
            Form::Parts(parts) => read(parts, text),
            Form::Iso => iso(text),
            Form::Millis => number(text),
            Form::Seconds => number(text)?.checked_mul(1_000),
        }
    }

    /// Writes an instant.
    pub fn format(&self, instant: Millis) -> String {
        match &self.form {
            Form::Compact => write(&parts("yyyyMMddHHmmss").unwrap_or_default(), instant),
            Form::Parts(parts) => write(parts, instant),
            Form::Iso => format_instant(instant),
            Form::Millis => instant.to_string(),
            Form::Seconds => instant.div_euclid(1_000).to_string(),
        }
    }
}

fn parts(text: &str) -> Result<Vec<Part>, PatternError> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let c = bytes[i];
        if c == b'\'' {
            let end = text[i + 1..].find('\'');
            let end = end.ok_or_else(|| PatternError("a quote is not closed".into()))?;
            parts.extend(bytes[i + 1..i + 1 + end].iter().map(|b| Part::Literal(*b)));
            i += end + 2;
            continue;
        }
        let run = bytes[i..].iter().take_while(|b| **b == c).count();
        if c.is_ascii_alphabetic() {
            let letter = char::from(c);
            let known = field(letter);
            let field = known.ok_or_else(|| {
                PatternError(format!("the letter '{letter}' of \"{text}\" means nothing"))
            })?;
            parts.push(Part::Digits(field, run));
        } else {
            parts.extend(std::iter::repeat_n(Part::Literal(c), run));
        }
        i += run;
    }
    Ok(parts)
}

fn field(letter: char) -> Option<Field> {
    Some(match letter {
        'y' | 'u' => Field::Year,
        'M' => Field::Month,
        'd' => Field::Day,
        'H' => Field::Hour,
        'm' => Field::Minute,
        's' => Field::Second,
        'S' => Field::Fraction,
        'X' => Field::Offset,
        _ => return None,
    })
}

#[inline]
fn digits(text: &[u8]) -> Option<i64> {
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

#[inline]
fn compact(text: &[u8]) -> Option<Millis> {
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

fn read(parts: &[Part], text: &[u8]) -> Option<Millis> {
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
    if rest.is_empty() {
        fields.instant()
    } else {
        None
    }
}

fn set(fields: &mut Fields, field: Field, value: i64, width: usize) {
    match field {
        Field::Year if width == 2 => fields.date.year = 2_000 + value,
        Field::Year => fields.date.year = value,
        Field::Month => fields.date.month = value as u32,
        Field::Day => fields.date.day = value as u32,
        Field::Hour => fields.hour = value,
        Field::Minute => fields.minute = value,
        Field::Second => fields.second = value,
        Field::Fraction => fields.millis = scaled(value, width),
        Field::Offset => {}
    }
}

/// A fraction of so many digits in milliseconds; finer ones are cut.
fn scaled(value: i64, width: usize) -> i64 {
    match width {
        0..=3 => value * 10_i64.pow(3 - width as u32),
        4..=18 => value / 10_i64.pow(width as u32 - 3),
        _ => 0,
    }
}

/// `Z`, `+09`, `+0900`, `+09:00`; in milliseconds.
fn offset(text: &[u8]) -> Option<(i64, &[u8])> {
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
    Some((sign * (digits(hours)? * 3_600_000 + minutes * 60_000), rest))
}

fn iso(text: &[u8]) -> Option<Millis> {
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

fn number(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn write(parts: &[Part], instant: Millis) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(pattern: &str, text: &str) -> String {
        let pattern = DatePattern::parse_pattern(pattern).expect("a pattern");
        pattern.format(pattern.parse(text.as_bytes()).expect("an instant"))
    }

    #[test]
    fn what_is_read_is_written() {
        for (pattern, text) in [
            ("yyyyMMddHHmmss", "20160101000010"),
            ("yyyyMMddHHmmss", "20000229235959"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSX", "1969-12-31T23:59:59.999Z"),
            ("dd.MM.yy HH:mm", "24.11.26 07:30"),
            ("iso", "2016-01-01T00:00:10Z"),
            ("millis", "1451606400000"),
        ] {
            assert_eq!(round_trip(pattern, text), text, "{pattern}");
        }
    }

    #[test]
    fn offsets_are_taken_away() {
        let at = parse_instant("2016-01-01T09:00:00+09:00");
        assert_eq!(at, parse_instant("2016-01-01T00:00:00Z"));
        assert_eq!(at, parse_instant("2016-01-01"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
        for text in [
            "",
            "2016010100001",
            "20161301000000",
            "20150229000000",
            "2016010124000x",
        ] {
            assert_eq!(pattern.parse(text.as_bytes()), None, "{text}");
        }
        assert!(DatePattern::parse_pattern("yyyy-QQ").is_err());
    }
}
