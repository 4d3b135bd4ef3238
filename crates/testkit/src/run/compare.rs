//! Holds what was posted against what a case expects.

use tachograph_event::Value;
use tachograph_plan::{Plan, Statement};

use super::driver::{Group, Seen};
use crate::spec::{Expected, Sign, Step, object, row};

/// Every statement that a trace names must exist.
pub fn names(plan: &Plan, steps: &[Step]) -> Result<(), String> {
    for step in steps {
        for expected in &step.expected {
            if expected.sign != Sign::Iterated && statement(plan, &expected.statement).is_none() {
                return Err(format!(
                    "line {}: no statement is named `{}`",
                    step.lines.start + 1,
                    expected.statement
                ));
            }
        }
    }
    Ok(())
}

fn statement<'a>(plan: &'a Plan, name: &str) -> Option<(usize, &'a Statement)> {
    let mut statements = plan.statements.iter().enumerate();
    statements.find(|(_, s)| s.named && s.name == name)
}

/// Holds all groups against their steps; `shuffled` lets rows of a group change places.
pub fn groups(plan: &Plan, steps: &[Step], groups: &[Group], shuffled: bool) -> Result<(), String> {
    let mut next = 0;
    for group in groups {
        // Steps between groups do nothing that could post.
        silent(&steps[next..group.steps.start])?;
        next = group.steps.end;
        let steps = &steps[group.steps.clone()];
        for (number, statement) in plan.statements.iter().enumerate() {
            if statement.named {
                one(number, statement, steps, group, shuffled)?;
            }
        }
    }
    silent(&steps[next..])
}

fn silent(steps: &[Step]) -> Result<(), String> {
    match steps.iter().find(|step| !step.expected.is_empty()) {
        None => Ok(()),
        Some(step) => Err(format!("line {}: nothing was posted", step.lines.start + 1)),
    }
}

/// A row that is expected.
struct Wanted {
    sign: Sign,
    values: Vec<Value>,
    /// Rows of one such group may change places.
    free: Option<usize>,
}

fn one(
    number: usize,
    statement: &Statement,
    steps: &[Step],
    group: &Group,
    shuffled: bool,
) -> Result<(), String> {
    let wanted = wanted(statement, steps)?;
    let seen = group.rows.iter().filter(|row| row.statement == number);
    let seen: Vec<&Seen> = seen.collect();
    let fits = match shuffled {
        true => same_set(&wanted.iter().collect::<Vec<_>>(), &seen),
        false => in_order(&wanted, &seen),
    };
    match fits {
        true => Ok(()),
        false => Err(difference(statement, steps, &wanted, &seen)),
    }
}

fn wanted(statement: &Statement, steps: &[Step]) -> Result<Vec<Wanted>, String> {
    let mut wanted = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let mine = |e: &&Expected| {
            e.statement == statement.name
                || matches!(&step.action, crate::spec::Action::Iterate(name)
                    if e.sign == Sign::Iterated && *name == statement.name)
        };
        let mut run = 0;
        for expected in step.expected.iter().filter(mine) {
            if !expected.any_order {
                run += 1;
            }
            let map = expected.row.as_object().expect("a row is an object");
            let values = row(map, &statement.output_type)
                .map_err(|fault| format!("line {}: {fault}", step.lines.start + 1))?;
            wanted.push(Wanted {
                sign: expected.sign,
                values,
                free: expected.any_order.then_some(number << 16 | run),
            });
        }
    }
    Ok(wanted)
}

fn in_order(wanted: &[Wanted], seen: &[&Seen]) -> bool {
    if wanted.len() != seen.len() {
        return false;
    }
    let mut at = 0;
    while at < wanted.len() {
        let free = wanted[at].free;
        let run = match free {
            None => 1,
            Some(_) => wanted[at..].iter().take_while(|w| w.free == free).count(),
        };
        let wanted: Vec<&Wanted> = wanted[at..at + run].iter().collect();
        if !same_set(&wanted, &seen[at..at + run]) {
            return false;
        }
        at += run;
    }
    true
}

fn same_set(wanted: &[&Wanted], seen: &[&Seen]) -> bool {
    let mut rest: Vec<&&Seen> = seen.iter().collect();
    let found = wanted.iter().all(|w| {
        let place = rest.iter().position(|s| same(w, s));
        place.map(|place| rest.swap_remove(place)).is_some()
    });
    found && rest.is_empty()
}

fn same(wanted: &Wanted, seen: &Seen) -> bool {
    let values = wanted.values.iter().zip(&seen.values);
    wanted.sign == seen.sign && values.into_iter().all(|(w, s)| same_value(w, s))
}

/// Equal as a reader of the document sees it: 0.0 is -0.0, and floats that print alike are alike.
fn same_value(wanted: &Value, seen: &Value) -> bool {
    match (wanted, seen) {
        (Value::Double(w), Value::Double(s)) => w == s || (w.is_nan() && s.is_nan()),
        (Value::Float(w), Value::Float(s)) => w == s || (w.is_nan() && s.is_nan()),
        (Value::Array(w), Value::Array(s)) | (Value::Row(w), Value::Row(s)) => {
            w.len() == s.len() && w.iter().zip(s.iter()).all(|(w, s)| same_value(w, s))
        }
        // Within `Object` a number has no declared type.
        _ if wanted == seen => true,
        _ => wanted.as_f64().is_some() && wanted.as_f64() == seen.as_f64(),
    }
}

fn difference(statement: &Statement, steps: &[Step], wanted: &[Wanted], seen: &[&Seen]) -> String {
    let line = |sign: Sign, values: &[Value]| {
        let json = object(values, &statement.output_type);
        format!("{} {} {json}", statement.name, sign.mark())
    };
    let first = steps.first().map_or(0, |s| s.lines.start + 1);
    let last = steps.last().map_or(0, |s| s.lines.start + 1);
    let place = match first == last {
        true => format!("line {first}"),
        false => format!("lines {first} to {last}"),
    };
    let mut text = format!("{place}: `{}` posts other rows\n", statement.name);
    let mut list = |title: &str, lines: Vec<String>| {
        text.push_str(&format!("    {title}\n"));
        let none = vec!["(nothing)".to_string()];
        for line in if lines.is_empty() { none } else { lines } {
            text.push_str(&format!("      {line}\n"));
        }
    };
    list(
        "expected",
        wanted.iter().map(|w| line(w.sign, &w.values)).collect(),
    );
    list(
        "seen",
        seen.iter().map(|s| line(s.sign, &s.values)).collect(),
    );
    text
}
