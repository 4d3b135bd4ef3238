//! Date patterns, as Java's `DateTimeFormatter` spells them: `yyyyMMddHHmmss`,
//! `yyyy-MM-dd'T'HH:mm:ss.SSSXXX`. All instants are in UTC unless the text carries an offset.
//!
//! Besides, three names: `iso` (an ISO 8601 instant, fraction and offset optional), `millis` and
//! `seconds` (a number since 1970).

mod fields;
mod iso;
mod parts;
mod read;
mod write;

use crate::Millis;
use iso::iso;
pub use iso::{format_instant, parse_instant};
pub use parts::PatternError;
use parts::{Part, parts};
use read::{compact, read};
use write::write;

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

impl DatePattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`PatternError`] that names the letter that means nothing, or stands too often.
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

/// A whole number.
fn number(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
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
        assert!(DatePattern::parse_pattern(&"S".repeat(19)).is_err());
    }

    #[test]
    fn numbers_of_many_digits_are_no_dates() {
        let parse = |pattern: &str, text: &str| {
            let pattern = DatePattern::parse_pattern(pattern).expect("a pattern");
            pattern.parse(text.as_bytes())
        };
        assert_eq!(parse(&"y".repeat(18), &"9".repeat(18)), None);
        let month = format!("{:018}", (1_u64 << 32) + 1);
        assert_eq!(parse(&"M".repeat(18), &month), None);
        assert_eq!(parse("yyyyXXX", "2016+23:00"), None);
        assert_eq!(
            parse(&"S".repeat(18), &format!("5{}", "0".repeat(17))),
            Some(500)
        );
    }
}
