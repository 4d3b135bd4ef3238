//! What the engine answered: types of columns and rows of steps, or why there are none.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use tachograph_testkit::spec::Sign;

/// The engine's answer to a case.
pub enum Answer {
    /// The module is refused, with the engine's words.
    Refused(String),
    /// The case did not return in time and was ended.
    Timeout,
    /// The case ran.
    Ran(Run),
}

/// What came of a case.
pub struct Run {
    /// Statements in the order of the module, each with its columns and their types.
    pub types: Vec<(String, Vec<(String, String)>)>,
    /// One for each step.
    pub steps: Vec<Outcome>,
}

/// What came of a step.
pub struct Outcome {
    /// What it threw.
    pub fault: Option<String>,
    /// What was posted: statement by statement in the order of the module, each in its own order.
    pub rows: Vec<Row>,
}

/// A row that the engine posted.
#[derive(Clone)]
pub struct Row {
    /// The statement; empty for a query.
    pub statement: String,
    /// Its stream.
    pub sign: Sign,
    /// Its columns, an object.
    pub row: Json,
    /// Rows of one call of a listener share a number.
    pub call: u64,
}

/// An answer as it is sent.
#[derive(Deserialize)]
struct Sent {
    id: usize,
    error: Option<String>,
    #[serde(default)]
    timeout: bool,
    #[serde(default)]
    types: Map<String, Json>,
    #[serde(default)]
    steps: Vec<SentStep>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SentStep {
    Good(Vec<SentRow>),
    Faulted { fault: String, rows: Vec<SentRow> },
}

#[derive(Deserialize)]
struct SentRow(String, String, Json, u64);

/// Reads an answer; gives it with the number of its case.
///
/// # Errors
/// A line that is no answer.
pub fn parse(line: &str) -> Result<(usize, Answer), String> {
    let fault = |e: &dyn std::fmt::Display| format!("the engine answered `{line}`: {e}");
    let sent: Sent = serde_json::from_str(line).map_err(|e| fault(&e))?;
    let answer = match sent.error {
        Some(error) => Answer::Refused(error),
        None if sent.timeout => Answer::Timeout,
        None => {
            let types = sent.types.into_iter();
            let types: Result<Vec<_>, _> = types
                .map(|(name, columns)| serde_json::from_value(columns).map(|c| (name, c)))
                .collect();
            let types = types.map_err(|e| fault(&e))?;
            let steps = sent.steps.into_iter().map(|s| outcome(s, &types)).collect();
            Answer::Ran(Run { types, steps })
        }
    };
    Ok((sent.id, answer))
}

fn outcome(step: SentStep, types: &[(String, Vec<(String, String)>)]) -> Outcome {
    let (fault, rows) = match step {
        SentStep::Good(rows) => (None, rows),
        SentStep::Faulted { fault, rows } => (Some(fault), rows),
    };
    let mut rows: Vec<Row> = rows.into_iter().map(row).collect();
    let place = |row: &Row| types.iter().position(|(name, _)| *name == row.statement);
    // The language leaves the order between statements open: one order for all runs is taken.
    rows.sort_by_key(|row| place(row).unwrap_or(types.len()));
    Outcome { fault, rows }
}

fn row(SentRow(statement, sign, row, call): SentRow) -> Row {
    let sign = match sign.as_str() {
        "+" => Sign::Insert,
        "-" => Sign::Remove,
        "*" => Sign::Iterated,
        _ => Sign::Queried,
    };
    Row {
        statement,
        sign,
        row,
        call,
    }
}
