//! Numbers as text: the strict integers and the floating-point forms that Redis reads and writes.

use std::fmt::Write as _;

use crate::error::{CommandError, NOT_FLOAT, NOT_INTEGER};

/// Reads a 64-bit integer: no plus sign, no leading zero, no space.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let canonical = match digits {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !canonical {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Reads an integer argument, or the usual error.
pub(crate) fn integer_arg(text: &[u8]) -> Result<i64, CommandError> {
    integer(text).ok_or(NOT_INTEGER)
}

/// Reads a floating-point number, `inf` included, never a NaN and no spaces.
pub(crate) fn float(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse::<f64>().ok().filter(|v| !v.is_nan())
}

/// Reads a floating-point argument, or the usual error.
pub(crate) fn float_arg(text: &[u8]) -> Result<f64, CommandError> {
    float(text).ok_or(NOT_FLOAT)
}

/// Writes a double in the fewest digits that read back as the same number: `3`, `1.5`, `1e+30`, `inf`.
pub fn format_double(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 {
            "inf".into()
        } else {
            "-inf".into()
        };
    }
    if value.is_nan() {
        return "nan".into();
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-7..21).contains(&exponent) {
        return format!("{value}");
    }
    let mut out = String::from(mantissa);
    let sign = if exponent < 0 { '-' } else { '+' };
    // Writing to a String cannot fail.
    let _ = write!(out, "e{sign}{}", exponent.abs());
    out
}

/// Decimal places that [`add_decimal`] keeps.
const PLACES: u32 = 17;

/// Adds two numbers written as text, as `INCRBYFLOAT` does: `10.50 + 0.1` is `10.6`, not a binary
/// approximation. Numbers beyond the exact range are added as doubles.
///
/// # Errors
/// When a text is not a finite number, or the sum is not finite.
pub(crate) fn add_decimal(a: &[u8], b: &[u8]) -> Result<String, CommandError> {
    if let (Some(a), Some(b)) = (fixed_point(a), fixed_point(b))
        && let Some(sum) = a.checked_add(b)
    {
        return Ok(format_fixed(sum));
    }
    let sum = float_arg(a)? + float_arg(b)?;
    if !sum.is_finite() {
        return Err(CommandError::fixed(
            "ERR increment would produce NaN or Infinity",
        ));
    }
    Ok(format!("{sum}"))
}

/// A plain decimal text as a multiple of 10^-17, if it is exactly one.
fn fixed_point(text: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(text).ok()?;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || part.len() > PLACES as usize {
        return None;
    }
    if !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let padding = 10i128.pow(PLACES - part.len() as u32);
    let part: i128 = if part.is_empty() {
        0
    } else {
        part.parse().ok()?
    };
    let value = whole * 10i128.pow(PLACES) + part * padding;
    Some(if negative { -value } else { value })
}

/// Writes a multiple of 10^-17 without trailing zeros.
fn format_fixed(value: i128) -> String {
    let unit = 10u128.pow(PLACES);
    let magnitude = value.unsigned_abs();
    let mut text = format!("{}.{:017}", magnitude / unit, magnitude % unit);
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    if value < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_strict() {
        assert_eq!(integer(b"0"), Some(0));
        assert_eq!(integer(b"-9223372036854775808"), Some(i64::MIN));
        for bad in [
            "",
            "-",
            "+1",
            "01",
            "-0",
            " 1",
            "1 ",
            "9223372036854775808",
            "1.0",
        ] {
            assert_eq!(integer(bad.as_bytes()), None, "{bad:?}");
        }
    }

    #[test]
    fn doubles_are_written_shortest() {
        for (value, text) in [
            (3.0, "3"),
            (1.1, "1.1"),
            (-0.5, "-0.5"),
            (1e30, "1e+30"),
            (1e-10, "1e-10"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(format_double(value), text);
        }
    }

    #[test]
    fn decimal_sums_are_exact() {
        assert_eq!(add_decimal(b"10.50", b"0.1").as_deref(), Ok("10.6"));
        assert_eq!(add_decimal(b"0.1", b"0.2").as_deref(), Ok("0.3"));
        assert_eq!(add_decimal(b"5.0e3", b"2.0e2").as_deref(), Ok("5200"));
        assert_eq!(add_decimal(b"-1", b"1").as_deref(), Ok("0"));
        assert!(add_decimal(b"x", b"1").is_err());
    }
}
