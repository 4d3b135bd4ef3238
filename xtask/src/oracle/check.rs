//! Holds a case against the engine's answer.

use serde_json::{Map, Value as Json};
use tachograph_testkit::spec::{Block, Body, Expected, Sign, Step};

use super::answer::{Answer, Row, Run};
use super::question::Question;

/// Does the engine answer what the case says?
///
/// # Errors
/// The first difference, with its line.
pub fn check(question: &Question<'_>, answer: &Answer) -> Result<(), String> {
    match (&question.case.body, answer) {
        (_, Answer::Timeout) => Err("the case did not return in time".into()),
        (Body::Error(_), Answer::Refused(_)) => Ok(()),
        (Body::Error(_), Answer::Ran(_)) => Err("the engine accepts the module".into()),
        (Body::Trace(_), Answer::Refused(why)) => {
            Err(format!("the engine refuses the module: {why}"))
        }
        (Body::Trace(_), Answer::Ran(run)) => ran(question, run),
    }
}

fn ran(question: &Question<'_>, run: &Run) -> Result<(), String> {
    if let Some(block) = &question.case.types {
        types(block, run)?;
    }
    for (step, outcome) in question.steps.iter().zip(&run.steps) {
        let line = step.lines.start + 1;
        if let Some(fault) = &outcome.fault {
            return Err(format!("line {line}: the engine throws {fault}"));
        }
        let mut names: Vec<&str> = outcome.rows.iter().map(|r| r.statement.as_str()).collect();
        names.extend(step.expected.iter().map(|e| statement(e, &outcome.rows)));
        names.sort_unstable();
        names.dedup();
        for name in names {
            let wanted = step.expected.iter();
            let wanted: Vec<&Expected> = wanted
                .filter(|e| statement(e, &outcome.rows) == name)
                .collect();
            let seen: Vec<&Row> = outcome
                .rows
                .iter()
                .filter(|r| r.statement == name)
                .collect();
            if !in_order(&wanted, &seen) {
                return Err(difference(step, name, &wanted, &seen));
            }
        }
    }
    Ok(())
}

/// The statement of a row that is expected; rows of an iteration need not name it.
fn statement<'a>(expected: &'a Expected, rows: &'a [Row]) -> &'a str {
    match rows.iter().find(|row| row.sign == Sign::Iterated) {
        Some(row) if expected.sign == Sign::Iterated => &row.statement,
        _ => &expected.statement,
    }
}

fn types(block: &Block, run: &Run) -> Result<(), String> {
    for (n, line) in block
        .text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
    {
        let place = format!("line {}", block.lines.start + n + 1);
        let (name, columns) = line.split_once(':').unwrap_or((line, ""));
        let seen = run.types.iter().find(|(s, _)| s == name.trim());
        let (_, seen) = seen.ok_or_else(|| format!("{place}: no statement is named `{name}`"))?;
        let mut seen: Vec<String> = seen.iter().map(|(n, ty)| format!("{n} {ty}")).collect();
        let mut wanted: Vec<&str> = columns.split(',').map(str::trim).collect();
        wanted.sort_unstable();
        seen.sort_unstable();
        if wanted != seen {
            let seen = seen.join(", ");
            return Err(format!(
                "{place}: the engine has other types\n  seen  {name}: {seen}"
            ));
        }
    }
    Ok(())
}

fn in_order(wanted: &[&Expected], seen: &[&Row]) -> bool {
    if wanted.len() != seen.len() {
        return false;
    }
    let runs = wanted.chunk_by(|a, b| a.any_order && b.any_order);
    let mut at = 0;
    for run in runs {
        let mut rest = seen[at..at + run.len()].to_vec();
        for wanted in run {
            let Some(place) = rest.iter().position(|row| same_row(wanted, row)) else {
                return false;
            };
            rest.swap_remove(place);
        }
        at += run.len();
    }
    true
}

fn same_row(wanted: &Expected, seen: &Row) -> bool {
    wanted.sign == seen.sign && same(&wanted.row, &seen.row)
}

/// Equal by value: 1 is 1.0, and what is missing is null.
fn same(wanted: &Json, seen: &Json) -> bool {
    match (wanted, seen) {
        (Json::Number(w), Json::Number(s)) => match (w.as_i64(), s.as_i64()) {
            (Some(w), Some(s)) => w == s,
            _ => w.as_f64() == s.as_f64(),
        },
        (Json::Array(w), Json::Array(s)) => {
            w.len() == s.len() && w.iter().zip(s).all(|(w, s)| same(w, s))
        }
        (Json::Object(w), Json::Object(s)) => {
            let get = |map: &Map<String, Json>, key: &str| map.get(key).cloned();
            w.keys().all(|key| s.contains_key(key))
                && s.iter()
                    .all(|(key, s)| same(&get(w, key).unwrap_or_default(), s))
        }
        _ => wanted == seen,
    }
}

fn difference(step: &Step, name: &str, wanted: &[&Expected], seen: &[&Row]) -> String {
    let mut text = format!("line {}: `{name}` posts other rows\n", step.lines.start + 1);
    let mut list = |title: &str, rows: Vec<String>| {
        text.push_str(&format!("  {title}\n"));
        let none = vec!["(nothing)".to_string()];
        for row in if rows.is_empty() { none } else { rows } {
            text.push_str(&format!("    {row}\n"));
        }
    };
    let line = |sign: Sign, row: &Json| format!("{} {row}", sign.mark());
    list(
        "expected",
        wanted.iter().map(|w| line(w.sign, &w.row)).collect(),
    );
    list("seen", seen.iter().map(|s| line(s.sign, &s.row)).collect());
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tachograph_testkit::spec::parse_trace;

    use super::*;

    fn fits(lines: &str, rows: &[Json]) -> bool {
        let steps = parse_trace(&format!("t=1\n{lines}"), 0).expect("in order");
        let wanted: Vec<&Expected> = steps[0].expected.iter().collect();
        let row = |row: &Json| Row {
            statement: "s".into(),
            sign: Sign::Insert,
            row: row.clone(),
            call: 1,
        };
        let seen: Vec<Row> = rows.iter().map(row).collect();
        in_order(&wanted, &seen.iter().collect::<Vec<_>>())
    }

    #[test]
    fn order_matters_unless_it_is_open() {
        let (one, two) = (json!({"a": 1}), json!({"a": 2}));
        let fixed = "  s + {\"a\":1}\n  s + {\"a\":2}\n";
        let open = "  s ~+ {\"a\":1}\n  s ~+ {\"a\":2}\n";
        assert!(fits(fixed, &[one.clone(), two.clone()]));
        assert!(!fits(fixed, &[two.clone(), one.clone()]));
        assert!(fits(open, &[two.clone(), one.clone()]));
        assert!(!fits(open, &[two.clone(), two]));
        assert!(!fits(open, &[one]));
    }

    #[test]
    fn numbers_are_held_by_value_and_missing_is_null() {
        assert!(fits("  s + {\"a\":1}\n", &[json!({"a": 1.0, "b": null})]));
        assert!(!fits("  s + {\"a\":1}\n", &[json!({"a": 1, "b": 2})]));
        assert!(!fits("  s + {\"a\":1,\"c\":null}\n", &[json!({"a": 1})]));
        let big = json!({"a": 9_007_199_254_740_993_i64});
        assert!(!fits("  s + {\"a\":9007199254740992}\n", &[big]));
    }
}
