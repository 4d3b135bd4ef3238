//! Single fields: text to typed values.

use tachograph_event::{Type, Value};

/// A whole number in decimal; none where it is not one, or too large.
#[inline]
pub fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let mut value: i64 = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// A field as a value of a type; none where it is not one.
pub fn value(text: &str, ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::Str => Value::str(text),
        Type::Bool => Value::Bool(match text {
            "true" | "TRUE" | "True" | "1" => true,
            "false" | "FALSE" | "False" | "0" => false,
            _ => return None,
        }),
        Type::Byte => Value::Byte(i8::try_from(integer(text.as_bytes())?).ok()?),
        Type::Short => Value::Short(i16::try_from(integer(text.as_bytes())?).ok()?),
        Type::Int => Value::Int(i32::try_from(integer(text.as_bytes())?).ok()?),
        Type::Long => Value::Long(integer(text.as_bytes())?),
        Type::Float => Value::Float(text.parse().ok()?),
        Type::Double => Value::Double(text.parse().ok()?),
        Type::Char => {
            let mut chars = text.chars();
            let one = chars.next()?;
            chars.next().is_none().then_some(Value::Char(one))?
        }
        _ => return None,
    })
}

/// An article for a type in a reason: `an int`, `a long`.
pub fn with_article(ty: &Type) -> String {
    let name = ty.to_string();
    let article = if name.starts_with('i') || name.starts_with('O') {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}

/// A field as it is shown in a reason: short, whatever it holds.
pub fn shown(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    let cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() {
        format!("\"{cut}…\"")
    } else {
        format!("\"{cut}\"")
    }
}
