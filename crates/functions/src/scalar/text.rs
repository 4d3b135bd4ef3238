//! Text: `length`, `upper`, `lower`, `trim`, `reverse`, `substring`, `replace`, `starts_with`,
//! `ends_with`, `index_of`, `lpad`. Positions count characters from 0.

use tachograph_event::{Type, Value};
use tachograph_plan::Registry;

use super::{Takes, add, text, whole};

/// Adds the functions of this file.
pub fn register(registry: &mut Registry) {
    use Takes::{Integer, Text};
    add(registry, "length", &[Text], Type::Int, |v| {
        Ok(Value::Int(text(v, 0).chars().count() as i32))
    });
    add(registry, "upper", &[Text], Type::Str, |v| {
        Ok(Value::str(text(v, 0).to_uppercase()))
    });
    add(registry, "lower", &[Text], Type::Str, |v| {
        Ok(Value::str(text(v, 0).to_lowercase()))
    });
    add(registry, "trim", &[Text], Type::Str, |v| {
        Ok(Value::str(text(v, 0).trim()))
    });
    add(registry, "reverse", &[Text], Type::Str, |v| {
        Ok(Value::str(text(v, 0).chars().rev().collect::<String>()))
    });
    add(
        registry,
        "substring",
        &[Text, Integer, Integer],
        Type::Str,
        substring,
    );
    add(registry, "replace", &[Text, Text, Text], Type::Str, |v| {
        Ok(Value::str(text(v, 0).replace(text(v, 1), text(v, 2))))
    });
    add(registry, "starts_with", &[Text, Text], Type::Bool, |v| {
        Ok(Value::Bool(text(v, 0).starts_with(text(v, 1))))
    });
    add(registry, "ends_with", &[Text, Text], Type::Bool, |v| {
        Ok(Value::Bool(text(v, 0).ends_with(text(v, 1))))
    });
    add(registry, "index_of", &[Text, Text], Type::Int, index_of);
    add(registry, "lpad", &[Text, Integer, Text], Type::Str, lpad);
}

/// Characters from the second argument up to, not including, the third; cut to what is there.
fn substring(v: &[Value]) -> Result<Value, String> {
    let from = usize::try_from(whole(v, 1)).unwrap_or(0);
    let to = usize::try_from(whole(v, 2)).unwrap_or(0);
    let part = text(v, 0).chars().skip(from).take(to.saturating_sub(from));
    Ok(Value::str(part.collect::<String>()))
}

/// Place of the first occurrence, -1 without one.
fn index_of(v: &[Value]) -> Result<Value, String> {
    let found = text(v, 0).find(text(v, 1));
    let characters = found.map(|at| text(v, 0)[..at].chars().count() as i32);
    Ok(Value::Int(characters.unwrap_or(-1)))
}

/// Longest text that `lpad` makes, in characters.
const LONGEST_PADDING: usize = 65_536;

fn lpad(v: &[Value]) -> Result<Value, String> {
    let width = usize::try_from(whole(v, 1)).unwrap_or(0);
    if width > LONGEST_PADDING {
        return Err(format!(
            "lpad to {width} characters; {LONGEST_PADDING} is the most"
        ));
    }
    let missing = width.saturating_sub(text(v, 0).chars().count());
    let padding: String = text(v, 2).chars().cycle().take(missing).collect();
    Ok(Value::str(padding + text(v, 0)))
}
