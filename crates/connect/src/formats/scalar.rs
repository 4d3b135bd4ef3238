//! Single values of a schema: what each kind may become, and how.
//!
//! Milliseconds are the only time that rules know; a text keeps an instant to its last digit.

use std::sync::Arc;

use tachograph_event::{Type, Value};
use tachograph_time::format_instant;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// What a schema says that a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "avro"),
    expect(dead_code, reason = "dates, decimals and UUIDs are Avro's alone")
)]
pub enum Kind {
    /// True or false.
    Bool,
    /// A whole number.
    Whole,
    /// A number with a fraction.
    Real,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
    /// An instant, in units of which so many make a second.
    Instant(i64),
    /// Days since 1970-01-01.
    Date,
    /// Time since midnight, in units of which so many make a second.
    TimeOfDay(i64),
    /// A decimal number with so many digits after its point, as bytes.
    Decimal(usize),
    /// A UUID in 16 bytes.
    Uuid,
}

impl Kind {
    /// May a value of this kind be one of a type?
    pub fn fits(self, ty: &Type) -> bool {
        let is_whole = matches!(ty, Type::Byte | Type::Short | Type::Int | Type::Long);
        let is_real = matches!(ty, Type::Float | Type::Double);
        let is_text = *ty == Type::Str;
        match self {
            Kind::Bool => *ty == Type::Bool,
            Kind::Whole => is_whole || is_real,
            Kind::Real => is_real,
            Kind::Text => is_text || *ty == Type::Char,
            Kind::Bytes => is_text || *ty == Type::Array(Box::new(Type::Byte)),
            Kind::Instant(_) => is_text || *ty == Type::Long,
            Kind::Date | Kind::TimeOfDay(_) => is_text || matches!(ty, Type::Int | Type::Long),
            Kind::Decimal(scale) => is_text || is_real || (scale == 0 && is_whole),
            Kind::Uuid => is_text,
        }
    }

    /// Is a value of this kind, as a value of a type, an instant in milliseconds?
    #[cfg(feature = "avro")]
    pub fn is_instant(self, ty: &Type) -> bool {
        matches!(self, Kind::Instant(_) | Kind::Date) && *ty == Type::Long
    }

    /// The kind as messages name it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Bool => "a boolean",
            Kind::Whole => "a whole number",
            Kind::Real => "a floating-point number",
            Kind::Text => "a text",
            Kind::Bytes => "bytes",
            Kind::Instant(_) => "an instant",
            Kind::Date => "a date",
            Kind::TimeOfDay(_) => "a time of day",
            Kind::Decimal(_) => "a decimal number",
            Kind::Uuid => "a UUID",
        }
    }
}

/// A number of a kind as a value of a type; none where it does not fit into it.
pub fn whole(kind: Kind, number: i64, ty: &Type) -> Option<Value> {
    Some(match (kind, ty) {
        (Kind::Instant(per_second), Type::Long) => Value::Long(millis(number, per_second)?),
        (Kind::Instant(per_second), Type::Str) => {
            let fraction = number.rem_euclid(per_second) * (1_000_000_000 / per_second);
            instant_text(number.div_euclid(per_second), fraction)?
        }
        (Kind::Date, Type::Long) => Value::Long(number.checked_mul(DAY)?),
        (Kind::Date, Type::Str) => date_text(number)?,
        (Kind::TimeOfDay(per_second), Type::Str) => time_text(number, per_second)?,
        (Kind::TimeOfDay(per_second), _) => {
            return whole(Kind::Whole, millis(number, per_second)?, ty);
        }
        (_, Type::Byte) => Value::Byte(i8::try_from(number).ok()?),
        (_, Type::Short) => Value::Short(i16::try_from(number).ok()?),
        (_, Type::Int) => Value::Int(i32::try_from(number).ok()?),
        (_, Type::Long) => Value::Long(number),
        (_, Type::Float) => Value::Float(number as f32),
        (_, Type::Double) => Value::Double(number as f64),
        _ => return None,
    })
}

/// A number with a fraction as a value of a type.
pub fn real(number: f64, ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::Float => Value::Float(number as f32),
        Type::Double => Value::Double(number),
        _ => return None,
    })
}

/// A text as a value of a type.
pub fn text(text: &str, ty: &Type) -> Option<Value> {
    let mut letters = text.chars();
    match ty {
        Type::Str => Some(Value::str(text)),
        Type::Char => {
            let first = letters.next()?;
            letters.next().is_none().then_some(Value::Char(first))
        }
        _ => None,
    }
}

/// Bytes as a value of a type: an array of them, or the text that they are.
pub fn bytes(bytes: &[u8], ty: &Type) -> Option<Value> {
    if *ty == Type::Str {
        return Some(Value::str(std::str::from_utf8(bytes).ok()?));
    }
    let items = bytes.iter().map(|b| Value::Byte(*b as i8));
    Some(Value::Array(items.collect::<Arc<[Value]>>()))
}

/// An instant of seconds and nanoseconds as a value of a type.
#[cfg(feature = "protobuf")]
pub fn instant(seconds: i64, nanos: i64, ty: &Type) -> Option<Value> {
    match ty {
        Type::Long => {
            let millis = seconds.checked_mul(1_000)?;
            Some(Value::Long(millis.checked_add(nanos / 1_000_000)?))
        }
        _ => instant_text(seconds, nanos),
    }
}

/// ISO 8601 in UTC, with as many digits after the second as there are.
fn instant_text(seconds: i64, nanos: i64) -> Option<Value> {
    let whole = seconds.checked_mul(1_000)?;
    // A year of four digits, as in every text of an instant.
    if !(-62_167_219_200..=253_402_300_799).contains(&seconds) {
        return None;
    }
    let text = format_instant(whole);
    Some(match nanos {
        0 => Value::str(text),
        _ => Value::str(format!(
            "{}{}Z",
            text.trim_end_matches('Z'),
            fraction(nanos)
        )),
    })
}

/// `.5` of half a second in nanoseconds.
fn fraction(nanos: i64) -> String {
    let digits = format!(".{nanos:09}");
    digits.trim_end_matches('0').to_string()
}

fn date_text(days: i64) -> Option<Value> {
    // A year of four digits, as in every text of an instant.
    let is_shown = (-719_528..=2_932_896).contains(&days);
    let midnight = is_shown.then(|| format_instant(days * DAY));
    midnight?.get(..10).map(Value::str)
}

fn time_text(number: i64, per_second: i64) -> Option<Value> {
    let (seconds, rest) = (number.div_euclid(per_second), number.rem_euclid(per_second));
    if !(0..86_400).contains(&seconds) {
        return None;
    }
    let nanos = rest * (1_000_000_000 / per_second);
    let fraction = match nanos {
        0 => String::new(),
        _ => fraction(nanos),
    };
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let text = format!("{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60);
    Some(Value::str(text))
}

/// Whole milliseconds of units of which so many make a second.
fn millis(number: i64, per_second: i64) -> Option<i64> {
    match per_second {
        1_000 => Some(number),
        _ if per_second < 1_000 => number.checked_mul(1_000 / per_second),
        _ => Some(number.div_euclid(per_second / 1_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_must_fit_into_its_type() {
        assert_eq!(whole(Kind::Whole, 127, &Type::Byte), Some(Value::Byte(127)));
        assert_eq!(whole(Kind::Whole, 128, &Type::Byte), None);
        assert_eq!(whole(Kind::Whole, 1 << 31, &Type::Int), None);
        assert_eq!(
            whole(Kind::Whole, 3, &Type::Double),
            Some(Value::Double(3.0))
        );
    }

    #[test]
    fn instants_before_1970_lie_before_it() {
        let micros = Kind::Instant(1_000_000);
        assert_eq!(whole(micros, -1, &Type::Long), Some(Value::Long(-1)));
        let text = Value::str("1969-12-31T23:59:59.999999Z");
        assert_eq!(whole(micros, -1, &Type::Str), Some(text));
    }

    #[test]
    fn a_text_keeps_all_of_an_instant() {
        let shown = |per, n| whole(Kind::Instant(per), n, &Type::Str);
        let wanted = |text: &str| Some(Value::str(text));
        assert_eq!(
            shown(1_000, 1_451_606_400_000),
            wanted("2016-01-01T00:00:00Z")
        );
        assert_eq!(
            shown(1_000, 1_451_606_400_500),
            wanted("2016-01-01T00:00:00.5Z")
        );
        assert_eq!(
            shown(1_000_000_000, 1_451_606_400_000_000_001),
            wanted("2016-01-01T00:00:00.000000001Z")
        );
        assert_eq!(shown(1_000, i64::MAX), None);
    }

    #[test]
    fn dates_and_times_of_day() {
        let date = |ty| whole(Kind::Date, 16_801, &ty);
        assert_eq!(date(Type::Str), Some(Value::str("2016-01-01")));
        assert_eq!(date(Type::Int), Some(Value::Int(16_801)));
        assert_eq!(date(Type::Long), Some(Value::Long(1_451_606_400_000)));
        let time = |ty| whole(Kind::TimeOfDay(1_000_000), 3_723_000_250, &ty);
        assert_eq!(time(Type::Str), Some(Value::str("01:02:03.00025")));
        assert_eq!(time(Type::Int), Some(Value::Int(3_723_000)));
        assert_eq!(whole(Kind::TimeOfDay(1_000), DAY, &Type::Str), None);
    }

    #[test]
    fn what_fits_is_what_converts() {
        let kinds = [
            Kind::Whole,
            Kind::Instant(1_000),
            Kind::Date,
            Kind::TimeOfDay(1_000),
        ];
        let types = [
            Type::Bool,
            Type::Byte,
            Type::Short,
            Type::Int,
            Type::Long,
            Type::Float,
            Type::Double,
            Type::Char,
            Type::Str,
        ];
        for kind in kinds {
            for ty in &types {
                if kind.fits(ty) {
                    assert!(whole(kind, 1, ty).is_some(), "{kind:?} {ty}");
                }
            }
        }
    }
}
