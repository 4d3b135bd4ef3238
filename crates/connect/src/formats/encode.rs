//! Rows as text: JSON objects and delimited lines.

use serde_json::{Map, Number, Value as Member};
use tachograph_event::{Batch, EventType, Type, Value};

/// A row as a JSON object.
pub fn json_row(batch: &Batch, row: usize) -> String {
    object(batch.event_type(), &batch.row(row)).to_string()
}

fn object(event_type: &EventType, values: &[Value]) -> Member {
    let members = event_type.properties.iter().zip(values);
    let members = members.map(|(p, value)| (p.name.clone(), member(value, &p.ty)));
    Member::Object(members.collect::<Map<String, Member>>())
}

fn member(value: &Value, ty: &Type) -> Member {
    match (value, ty) {
        (Value::Null, _) => Member::Null,
        (Value::Bool(v), _) => Member::Bool(*v),
        (Value::Float(v), _) => float(f64::from(*v)),
        (Value::Double(v), _) => float(*v),
        (Value::Str(v), _) => Member::String(v.to_string()),
        (Value::Char(v), _) => Member::String(v.to_string()),
        (Value::Array(items), Type::Array(element)) => {
            Member::Array(items.iter().map(|i| member(i, element)).collect())
        }
        (Value::Row(values), Type::Event(event_type)) => object(event_type, values),
        (other, _) => other
            .as_i64()
            .map_or(Member::Null, |v| Member::Number(v.into())),
    }
}

/// JSON has no word for what is not a number; a text stands for it.
fn float(v: f64) -> Member {
    let text = || match (v.is_nan(), v > 0.0) {
        (true, _) => "NaN",
        (_, true) => "Infinity",
        _ => "-Infinity",
    };
    Number::from_f64(v).map_or_else(|| Member::String(text().into()), Member::Number)
}

/// A row as delimited text, nulls as empty fields.
pub fn delimited_row(batch: &Batch, row: usize, separator: char) -> String {
    let mut line = String::new();
    for (i, column) in batch.columns().iter().enumerate() {
        if i > 0 {
            line.push(separator);
        }
        if !column.is_null(row) {
            line.push_str(&column.value(row).to_string());
        }
    }
    line
}
