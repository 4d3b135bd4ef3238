//! The rows that answer a query.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value as Json};
use tachograph_archive::{Row, Scan, TableConfig, View};
use tachograph_compile::compile_expression;
use tachograph_event::Value;
use tachograph_runtime::eval::{Scope, holds};
use tachograph_runtime::event::Event;
use tachograph_syntax::{render_all, suggest};
use tachograph_time::format_instant;

use super::TableQuery;

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
/// A text for people: an unknown column, a condition with faults, a file that cannot be read.
pub fn answer(view: &View, query: &TableQuery) -> Result<Answer, String> {
    let slots = slots(view.config(), query.columns.as_deref())?;
    let filter = filter(view.config(), query.condition.as_deref())?;
    let names: Vec<String> = slots
        .iter()
        .map(|slot| view.config().columns[*slot].qualifier.clone())
        .collect();
    let give = move |row: Row| AnswerRow {
        time: format_instant(row.time),
        columns: slots
            .iter()
            .zip(&names)
            .map(|(slot, name)| (name.clone(), json(&row.values[*slot])))
            .collect(),
        key: row.key,
    };
    if let Some(key) = &query.key {
        let row = view.get(key).map_err(|e| e.to_string())?;
        let row = row.filter(|row| filter.as_ref().is_none_or(|holds| holds(row)));
        return Ok(Box::new(row.map(give).map(Ok).into_iter()));
    }
    let scan = Scan {
        prefix: query.prefix.clone(),
        from: query.from.clone(),
        to: query.to.clone(),
        since: query.since,
        until: query.until,
        limit: query.limit,
        filter,
    };
    let rows = view.scan(scan).map_err(|e| e.to_string())?;
    Ok(Box::new(
        rows.map(move |row| row.map(&give).map_err(|e| e.to_string())),
    ))
}

/// The places of the columns that are asked for; `speed` and `cf1:speed` name the same.
fn slots(config: &TableConfig, columns: Option<&[String]>) -> Result<Vec<usize>, String> {
    let Some(columns) = columns else {
        return Ok((0..config.columns.len()).collect());
    };
    let place = |name: &String| {
        let mut all = config.columns.iter();
        all.position(|c| c.qualifier == *name || c.name() == *name)
            .ok_or_else(|| unknown(config, name))
    };
    columns.iter().map(place).collect()
}

fn unknown(config: &TableConfig, name: &str) -> String {
    let known: Vec<&str> = config
        .columns
        .iter()
        .map(|c| c.qualifier.as_str())
        .collect();
    let help = match suggest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its columns: {}", known.join(", ")),
    };
    format!(
        "table {} has no column `{name}`\n  = help: {help}",
        config.name
    )
}

type Filter = Box<dyn Fn(&Row) -> bool + Send + Sync>;

fn filter(config: &TableConfig, condition: Option<&str>) -> Result<Option<Filter>, String> {
    let Some(text) = condition else {
        return Ok(None);
    };
    let registry = tachograph_functions::registry();
    let expr = compile_expression(text, &config.event_type(), &registry)
        .map_err(|faults| render_all(&faults, "condition", text, false))?;
    Ok(Some(Box::new(move |row: &Row| {
        let event = Event {
            origin: row.origin,
            values: Arc::from(row.values.as_slice()),
            ..Event::default()
        };
        holds(Some(&expr), &Scope::of_event(&event, row.time)).unwrap_or(false)
    })))
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
