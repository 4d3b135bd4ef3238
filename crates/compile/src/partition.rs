//! May a statement run as several tasks? Sharing the events out must not change its answer.

use std::collections::BTreeSet;

use tachograph_event::EventType;
use tachograph_plan::{Expr, ExprKind, Partitioning, Plan, Shape, Statement, Window};
use tachograph_syntax::{Diagnostic, Span};

/// The input property that a column passes on unchanged.
pub fn source(expr: &Expr, group_by: &[Expr]) -> Option<usize> {
    match &expr.kind {
        ExprKind::Property(slot) => Some(*slot),
        ExprKind::GroupKey(i) => source(group_by.get(*i)?, &[]),
        _ => None,
    }
}

/// What sharing out would do to a statement's answer.
pub fn of(statement: &Statement, event_type: &EventType) -> Partitioning {
    if let Some(reason) = global(statement) {
        return Partitioning::Global(reason);
    }
    let keys = |exprs: &[Expr]| -> Vec<String> {
        let slots = exprs.iter().filter_map(|e| source(e, &[]));
        slots
            .map(|slot| event_type.properties[slot].name.clone())
            .collect()
    };
    let grouped = !statement.group_by.is_empty();
    let mut candidates: Vec<Vec<String>> = Vec::new();
    if grouped {
        candidates.push(keys(&statement.group_by));
    }
    for window in &statement.input.windows {
        match window {
            Window::Unique(k) | Window::FirstUnique(k) | Window::GroupWin { keys: k, .. } => {
                candidates.push(keys(k));
            }
            _ => {}
        }
    }
    let Some((first, rest)) = candidates.split_first() else {
        return Partitioning::Stateless;
    };
    let common = |key: &&String| rest.iter().all(|other| other.contains(key));
    let common: Vec<String> = first.iter().filter(common).cloned().collect();
    if common.is_empty() {
        return Partitioning::Global(
            "its keys are computed; group by a plain property to share it out".into(),
        );
    }
    Partitioning::Keyed(common)
}

/// Why a statement sees all events together, if it does.
fn global(statement: &Statement) -> Option<String> {
    if matches!(statement.shape, Shape::RowForAll | Shape::RowPerEvent) {
        return Some("it aggregates over all events; add `group by`".into());
    }
    if lingers(statement) {
        return Some(
            "`maxever` and the like show an emptied group until an event of any key".into(),
        );
    }
    if statement.output.is_some() {
        return Some("its output clause counts from its first event; leave it out".into());
    }
    if statement.limit.is_some() {
        return Some("`limit` bounds what is posted together; leave it out".into());
    }
    if statement.distinct && !statement.input.windows.is_empty() {
        return Some("`distinct` works on what is posted together; use `group by`".into());
    }
    if looks_back(statement) && !looks_back_by_key(statement) {
        return Some("`prev` and `prior` look at the events of all keys".into());
    }
    statement.input.windows.iter().find_map(global_window)
}

/// Do groups over a window show what has left them?
fn lingers(statement: &Statement) -> bool {
    let mut aggregates = statement.aggregates.iter();
    !statement.input.windows.is_empty() && aggregates.any(|a| a.function.outlives_events())
}

fn looks_back(statement: &Statement) -> bool {
    let mut found = false;
    for expr in statement.expressions() {
        expr.walk(&mut |e| found |= matches!(e.kind, ExprKind::Prev(..) | ExprKind::Prior(..)));
    }
    found
}

/// `prev` looks back within its group where the window is one of each key.
fn looks_back_by_key(statement: &Statement) -> bool {
    let grouped = matches!(statement.input.windows[..], [Window::GroupWin { .. }]);
    let mut prior = false;
    for expr in statement.expressions() {
        expr.walk(&mut |e| prior |= matches!(e.kind, ExprKind::Prior(..)));
    }
    grouped && !prior
}

fn global_window(window: &Window) -> Option<String> {
    let reason = match window {
        Window::Length(_) | Window::LengthBatch(_) | Window::FirstLength(_) => {
            "a length window counts the events of all keys; write `#groupwin(key)#length(n)`"
        }
        Window::LastEvent | Window::FirstEvent | Window::Sort { .. } | Window::Rank { .. } => {
            "the window holds events of all keys together; write `#unique(key)`"
        }
        Window::TimeBatch {
            reference: None, ..
        } => {
            "the batch starts with the first event of all keys; write a reference point, as in \
             `#time_batch(30 sec, 0L)`"
        }
        Window::ExtTimed { .. } | Window::ExtTimedBatch { .. } => {
            "the window is moved by the events of all keys; use `#time` or `#time_batch`"
        }
        Window::TimeAccum(_) | Window::TimeLengthBatch { .. } | Window::FirstTime(_) => {
            "the window is moved by the events of all keys; write `#groupwin(key)` before it"
        }
        _ => return None,
    };
    Some(reason.into())
}

/// Checks that a plan may be run by several tasks that share the events of a stream by some
/// fields. A statement fed by another is followed back to the stream's own fields.
pub fn check_partitioning(
    plan: &Plan,
    stream: &str,
    fields: &[String],
    tasks: usize,
) -> Vec<Diagnostic> {
    if tasks <= 1 {
        return Vec::new();
    }
    let refusals = sharing(plan, &[(stream, Some(fields))]).refusals;
    let fault = |(statement, reason): (String, String)| {
        let message = format!("statement `{statement}` cannot run as {tasks} tasks: {reason}");
        let help = "set `tasks = 1`, or write the rule so that each key stands alone";
        Diagnostic::semantic(message, Span::default()).with_help(help)
    };
    refusals.into_iter().map(fault).collect()
}

/// What becomes of a plan whose events are shared out.
#[derive(Debug)]
pub struct Sharing {
    /// Statements whose answer would change, each with the reason.
    pub refusals: Vec<(String, String)>,
    /// By which of its columns each statement's rows are shared out, if they are by any.
    pub shared: Vec<Option<Vec<String>>>,
}

/// Follows through a plan how the events of streams are shared out; each stream is given with the
/// fields that say so, where there are any.
pub fn sharing(plan: &Plan, streams: &[(&str, Option<&[String]>)]) -> Sharing {
    // For each type: the fields of its events by which they are shared out, if known.
    let mut by_type: Vec<Option<Vec<String>>> = vec![None; plan.types.len()];
    for (stream, fields) in streams {
        if let Some(id) = plan.type_id(stream) {
            by_type[id.0] = fields.map(<[String]>::to_vec);
        }
    }
    let (mut refusals, mut shared) = (Vec::new(), Vec::new());
    let mut written = BTreeSet::new();
    for statement in &plan.statements {
        let by = by_type[statement.input.type_id.0].clone();
        if let Some(reason) = refusal(statement, by.as_deref()) {
            refusals.push((statement.name.clone(), reason));
        }
        let event_type = &plan.types[statement.input.type_id.0];
        let passed = by.and_then(|by| passed_on(statement, event_type, &by));
        if let Some(insert) = &statement.insert_into {
            let target = &mut by_type[insert.target.0];
            // Rows that another statement shares out otherwise are shared out by nothing.
            *target = match written.insert(insert.target.0) {
                true => passed.clone(),
                false => target.take().filter(|by| Some(by) == passed.as_ref()),
            };
        }
        shared.push(passed);
    }
    Sharing { refusals, shared }
}

fn refusal(statement: &Statement, by: Option<&[String]>) -> Option<String> {
    match (&statement.partitioning, by) {
        (Partitioning::Global(reason), _) => Some(reason.clone()),
        (Partitioning::Stateless, _) => None,
        (Partitioning::Keyed(keys), Some(by)) if !by.is_empty() => {
            let foreign = by.iter().find(|field| !keys.contains(field))?;
            Some(format!(
                "it groups by {}, but events are shared out by {foreign}",
                keys.join(", ")
            ))
        }
        (Partitioning::Keyed(keys), _) => Some(format!(
            "it groups by {}; share the events out by it (`fields`)",
            keys.join(", ")
        )),
    }
}

/// The names under which a statement passes on the fields that share its input out.
fn passed_on(statement: &Statement, event_type: &EventType, by: &[String]) -> Option<Vec<String>> {
    let name = |field: &String| {
        let slot = event_type.slot(field)?;
        let column = statement
            .lineage
            .iter()
            .position(|source| *source == Some(slot))?;
        Some(statement.output_type.properties[column].name.clone())
    };
    by.iter().map(name).collect()
}
