//! Time: `format_time(millis, pattern)` and `parse_time(text, pattern)`, in UTC, with the
//! patterns of the topology file (`yyyyMMddHHmmss`).

use tachograph_event::{Type, Value};
use tachograph_plan::Registry;
use tachograph_time::DatePattern;

use super::{Takes, add, text, whole};

/// Adds the functions of this file.
pub fn register(registry: &mut Registry) {
    use Takes::{Integer, Text};
    add(registry, "format_time", &[Integer, Text], Type::Str, |v| {
        Ok(Value::str(pattern(text(v, 1))?.format(whole(v, 0))))
    });
    add(registry, "parse_time", &[Text, Text], Type::Long, |v| {
        let parsed = pattern(text(v, 1))?.parse(text(v, 0).as_bytes());
        Ok(parsed.map_or(Value::Null, Value::Long))
    });
}

fn pattern(text: &str) -> Result<DatePattern, String> {
    DatePattern::parse_pattern(text).map_err(|e| e.to_string())
}
