//! The rows that answer a query.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value as Json};
use tachograph_event::Value;
use tachograph_time::format_instant;

use super::{Condition, Request, Row, Rows, Shape, TableQuery, TableReader};

/// A row of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// Row key.
    pub key: String,
    /// Event time, ISO 8601 in UTC.
    pub time: String,
    /// Values by qualifier, in the order that was asked for.
    pub columns: Map<String, Json>,
}

/// Rows, one at a time.
pub type Answer = Box<dyn Iterator<Item = Result<AnswerRow, String>>>;

/// Answers a query from a table.
///
/// # Errors
/// A text for people: an unknown column, a condition with faults, a store that cannot be read.
pub fn answer(table: &dyn TableReader, query: &TableQuery) -> Result<Answer, String> {
    let shape = table.shape();
    let slots = slots(&shape, query.columns.as_deref())?;
    let condition = query.condition.as_deref();
    let condition = condition
        .map(|text| Condition::compile(text, &shape))
        .transpose()?;
    let rows: Rows = match &query.key {
        Some(key) => {
            let row = table.get(key)?;
            let row = row.filter(|row| condition.as_ref().is_none_or(|c| c.holds(row)));
            Box::new(row.map(Ok).into_iter())
        }
        None => table.scan(request(query, condition, &slots))?,
    };
    let names = shape.names();
    let give = move |row: Row| AnswerRow {
        time: format_instant(row.time),
        columns: slots
            .iter()
            .map(|slot| (names[*slot].clone(), json(&row.values[*slot])))
            .collect(),
        key: row.key,
    };
    Ok(Box::new(rows.map(move |row| row.map(&give))))
}

fn request(query: &TableQuery, condition: Option<Condition>, slots: &[usize]) -> Request {
    Request {
        prefix: query.prefix.clone(),
        from: query.from.clone(),
        to: query.to.clone(),
        since: query.since,
        until: query.until,
        condition,
        columns: slots.to_vec(),
        limit: query.limit,
    }
}

fn slots(shape: &Shape, columns: Option<&[String]>) -> Result<Vec<usize>, String> {
    match columns {
        None => Ok((0..shape.columns.len()).collect()),
        Some(columns) => columns.iter().map(|name| shape.place(name)).collect(),
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Str(text) => Json::from(&**text),
        Value::Float(v) => float(v.to_string().parse().unwrap_or(f64::NAN)),
        Value::Double(v) => float(*v),
        other => other
            .as_i64()
            .map_or_else(|| Json::from(other.to_string()), Json::from),
    }
}

/// JSON has no NaN and no infinity: they are given as text.
fn float(v: f64) -> Json {
    Number::from_f64(v).map_or_else(|| Json::from(v.to_string()), Json::Number)
}
