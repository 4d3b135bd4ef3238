//! The steps of a trace and what each must post.

use std::fmt;
use std::ops::Range;

use serde_json::Value as Json;
use tachograph_time::{Millis, parse_instant};

/// A fault of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Line, from 0.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl SyntaxFault {
    /// A fault of a line, from 0.
    pub fn new(line: usize, message: impl Into<String>) -> SyntaxFault {
        SyntaxFault {
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for SyntaxFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line + 1, self.message)
    }
}

impl std::error::Error for SyntaxFault {}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `t=…`: the clock goes there in one jump.
    Jump(Millis),
    /// `t..…`: the clock stops at every due time on its way.
    Walk(Millis),
    /// An event.
    Send {
        /// Its type.
        event_type: String,
        /// Its properties, an object.
        event: Json,
    },
    /// The state is saved, and loaded into a new machine.
    Snapshot,
    /// Further statements.
    Deploy(String),
    /// A statement is taken away.
    Undeploy(String),
    /// A fire-and-forget query.
    Query(String),
    /// The rows of a statement are asked for.
    Iterate(String),
}

/// Which stream a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `+`: insert stream.
    Insert,
    /// `-`: remove stream.
    Remove,
    /// `*`: a row of an iteration.
    Iterated,
    /// `?`: a row of a query.
    Queried,
}

impl Sign {
    /// The mark in a trace.
    pub fn mark(self) -> char {
        match self {
            Sign::Insert => '+',
            Sign::Remove => '-',
            Sign::Iterated => '*',
            Sign::Queried => '?',
        }
    }
}

/// A row that a step must post.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The statement; empty for a query.
    pub statement: String,
    /// Its stream.
    pub sign: Sign,
    /// May it change places with its neighbours of this kind?
    pub any_order: bool,
    /// Its columns, an object.
    pub row: Json,
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its own lines within the document, from 0; those of its rows follow.
    pub lines: Range<usize>,
    /// What it does.
    pub action: Action,
    /// What it must post, in the order of the text.
    pub expected: Vec<Expected>,
}

/// Reads a trace whose first line is line `first` of its document.
///
/// # Errors
/// [`SyntaxFault`] of the first line that has no meaning.
pub fn parse_trace(text: &str, first: usize) -> Result<Vec<Step>, SyntaxFault> {
    let lines: Vec<&str> = text.lines().collect();
    let mut steps: Vec<Step> = Vec::new();
    let mut clock = 0;
    let mut n = 0;
    while n < lines.len() {
        let (line, number) = (lines[n], first + n);
        n += 1;
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if line.starts_with("  ") || line.starts_with('\t') {
            let row = expected(trimmed, number)?;
            let step = steps
                .last_mut()
                .ok_or_else(|| SyntaxFault::new(number, "a result stands before the first step"))?;
            step.expected.push(row);
            continue;
        }
        if trimmed == "deploy" {
            let end = (n..lines.len()).find(|&m| !lines[m].starts_with("  "));
            let end = end.unwrap_or(lines.len());
            let is_row = |line: &&str| expected(line.trim(), 0).is_ok();
            let epl: Vec<&str> = lines[n..end]
                .iter()
                .copied()
                .take_while(|line| !is_row(line))
                .collect();
            steps.push(Step {
                lines: number..number + 1 + epl.len(),
                action: Action::Deploy(epl.join("\n")),
                expected: Vec::new(),
            });
            n += epl.len();
            continue;
        }
        steps.push(Step {
            lines: number..number + 1,
            action: action(trimmed, number, &mut clock)?,
            expected: Vec::new(),
        });
    }
    Ok(steps)
}

fn action(line: &str, number: usize, clock: &mut Millis) -> Result<Action, SyntaxFault> {
    if let Some(step) = line.strip_prefix("t+=") {
        *clock += millis(step, number)?;
        return Ok(Action::Jump(*clock));
    }
    if let Some(to) = line.strip_prefix("t=") {
        *clock = instant(to, number)?;
        return Ok(Action::Jump(*clock));
    }
    if let Some(to) = line.strip_prefix("t..") {
        *clock = instant(to, number)?;
        return Ok(Action::Walk(*clock));
    }
    if let Some(query) = line.strip_prefix("? ") {
        return Ok(Action::Query(query.trim().to_string()));
    }
    match line.split_once(char::is_whitespace) {
        None if line == "snapshot" => Ok(Action::Snapshot),
        Some(("iterate", name)) => Ok(Action::Iterate(name.trim().to_string())),
        Some(("undeploy", name)) => Ok(Action::Undeploy(name.trim().to_string())),
        Some((name, event)) if event.trim_start().starts_with('{') => Ok(Action::Send {
            event_type: name.to_string(),
            event: object(event, number)?,
        }),
        _ => Err(SyntaxFault::new(
            number,
            format!(
                "`{line}` is no step: write `t=1000`, `Type {{json}}`, `snapshot`, `iterate NAME` …"
            ),
        )),
    }
}

fn instant(text: &str, number: usize) -> Result<Millis, SyntaxFault> {
    let text = text.trim();
    match parse_instant(text) {
        Some(instant) if text.contains('-') && text.len() > 9 => Ok(instant),
        _ => millis(text, number),
    }
}

fn millis(text: &str, number: usize) -> Result<Millis, SyntaxFault> {
    text.trim().parse().map_err(|_| {
        SyntaxFault::new(
            number,
            format!("`{}` is neither milliseconds nor an instant", text.trim()),
        )
    })
}

fn expected(line: &str, number: usize) -> Result<Expected, SyntaxFault> {
    let fault = || {
        SyntaxFault::new(
            number,
            format!("`{line}` is no result: write `NAME + {{json}}` or `NAME - {{json}}`"),
        )
    };
    let (head, row) = line.split_once('{').ok_or_else(fault)?;
    let row = object(&format!("{{{row}"), number)?;
    let mut words = head.split_whitespace();
    let (statement, mark) = match (words.next(), words.next(), words.next()) {
        (Some(mark @ ("*" | "?")), None, None) => ("", mark),
        (Some(name), Some(mark), None) => (name, mark),
        _ => return Err(fault()),
    };
    let (any_order, mark) = match mark.strip_prefix('~') {
        Some(rest) => (true, rest),
        None => (false, mark),
    };
    let sign = match mark {
        "+" => Sign::Insert,
        "-" => Sign::Remove,
        "*" => Sign::Iterated,
        "?" => Sign::Queried,
        _ => return Err(fault()),
    };
    Ok(Expected {
        statement: statement.to_string(),
        sign,
        any_order,
        row,
    })
}

fn object(text: &str, number: usize) -> Result<Json, SyntaxFault> {
    match serde_json::from_str(text) {
        Ok(value @ Json::Object(_)) => Ok(value),
        Ok(_) => Err(SyntaxFault::new(number, "an object in braces is expected")),
        Err(e) => Err(SyntaxFault::new(number, format!("this is not JSON: {e}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_carry_their_rows() {
        let text = "t=5\nS {\"a\":1}\n  s0 + {\"b\":2}\n  s0 ~- {\"b\":3}\nt+=10\nt..20\niterate s0\n  * {\"b\":1}\n";
        let steps = parse_trace(text, 10).expect("in order");
        assert_eq!(steps[1].lines, 11..12);
        assert_eq!(steps[1].expected.len(), 2);
        assert!(steps[1].expected[1].any_order);
        assert_eq!(steps[2].action, Action::Jump(15));
        assert_eq!(steps[3].action, Action::Walk(20));
        assert_eq!(steps[4].expected[0].sign, Sign::Iterated);
    }

    #[test]
    fn what_has_no_meaning_is_a_fault_of_its_line() {
        for text in ["t=x\n", "S\n", "S {1}\n", "  s0 + {}\n", "t=0\n  s0 / {}\n"] {
            assert!(parse_trace(text, 0).is_err(), "{text}");
        }
    }
}
