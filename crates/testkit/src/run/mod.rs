//! Runs a case in every mode and says whether all agree with it.
//!
//! Nouns: a [`Mode`] is a way to run the same steps; a [`Group`] is what one or several steps
//! posted together; an [`Outcome`] is the verdict over one case.

mod compare;
mod driver;
mod mode;
mod report;
mod suite;

use tachograph_compile::{Compiled, compile};
use tachograph_event::Type;
use tachograph_functions::registry;
use tachograph_plan::{Plan, Registry};
use tachograph_syntax::{Diagnostic, DiagnosticKind, parse_module, print_module, render_all};

use crate::spec::{Action, Block, Body, Case, Step, parse_trace};
use driver::Driver;

pub use driver::{Group, Seen};
pub use mode::Mode;
pub use report::Tally;
pub use suite::{Entry, SuiteFault, find};

/// The verdict over one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every mode agrees.
    Passed,
    /// What differs.
    Failed(String),
    /// It uses something that is not built yet.
    Unsupported(String),
}

/// Runs a case.
pub fn run(case: &Case) -> Outcome {
    judge(case).unwrap_or_else(|outcome| outcome)
}

fn judge(case: &Case) -> Result<Outcome, Outcome> {
    let registry = registry();
    match &case.body {
        Body::Error(lines) => Ok(refused(case, lines, &registry)),
        Body::Trace(block) => {
            let steps = parse_trace(&block.text, block.lines.start)
                .map_err(|fault| Outcome::Failed(fault.to_string()))?;
            supported(&steps)?;
            let plan = compiled(&case.epl.text, &registry)?.plan;
            if let Some(block) = &case.types {
                types(&plan, block).map_err(Outcome::Failed)?;
            }
            traced(case, plan, &steps, &registry)
        }
    }
}

/// Steps that the machine has no counterpart for.
fn supported(steps: &[Step]) -> Result<(), Outcome> {
    let missing = steps.iter().find_map(|step| match step.action {
        Action::Deploy(_) => Some("deploy"),
        Action::Undeploy(_) => Some("undeploy"),
        Action::Query(_) => Some("fire-and-forget queries"),
        _ => None,
    });
    match missing {
        Some(feature) => Err(Outcome::Unsupported(format!("{feature} is not built yet"))),
        None => Ok(()),
    }
}

fn compiled(epl: &str, registry: &Registry) -> Result<Compiled, Outcome> {
    compile(epl, registry).map_err(|faults| {
        let text = render_all(&faults, "epl", epl, false);
        match unsupported(&faults) {
            Some(feature) => Outcome::Unsupported(feature),
            None => Outcome::Failed(format!("the module is refused:\n{text}")),
        }
    })
}

/// The first feature that is not built, where that is the only kind of fault.
fn unsupported(faults: &[Diagnostic]) -> Option<String> {
    let mut errors = faults.iter().filter(|f| f.is_error()).peekable();
    let first = errors.peek()?.message.clone();
    errors
        .all(|f| f.kind == DiagnosticKind::Unsupported)
        .then_some(first)
}

fn refused(case: &Case, lines: &Block, registry: &Registry) -> Outcome {
    let epl = &case.epl.text;
    let faults = match compile(epl, registry) {
        Ok(_) => return Outcome::Failed("the module must be refused, but compiles".into()),
        Err(faults) => faults,
    };
    if let Some(feature) = unsupported(&faults) {
        return Outcome::Unsupported(feature);
    }
    let text = render_all(&faults, "epl", epl, false);
    let expected = lines.text.lines().map(str::trim).filter(|l| !l.is_empty());
    let missing: Vec<&str> = expected.filter(|line| !text.contains(line)).collect();
    match missing.is_empty() {
        true => Outcome::Passed,
        false => Outcome::Failed(format!(
            "the diagnostics lack `{}`; they are:\n{text}",
            missing.join("`, `")
        )),
    }
}

/// Checks the `types` block: names and types of each statement's columns, in any order.
fn types(plan: &Plan, block: &Block) -> Result<(), String> {
    for (n, line) in block.text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("line {}", block.lines.start + n + 1);
        let (name, columns) = line
            .split_once(':')
            .ok_or_else(|| format!("{place}: write `NAME: property type, …`"))?;
        let statement = plan.statements.iter().find(|s| s.name == name.trim());
        let statement =
            statement.ok_or_else(|| format!("{place}: no statement is named `{}`", name.trim()))?;
        let mut expected: Vec<String> = columns.split(',').map(normal).collect();
        let mut seen: Vec<String> = statement
            .columns()
            .map(|(name, ty)| format!("{name} {ty}"))
            .collect();
        expected.retain(|column| !column.is_empty());
        expected.sort();
        seen.sort();
        if expected != seen {
            return Err(format!(
                "{place}: the types of `{}` differ\n  expected  {}\n  seen      {}",
                statement.name,
                expected.join(", "),
                seen.join(", ")
            ));
        }
    }
    Ok(())
}

/// `a Integer` and `a int` are the same.
fn normal(column: &str) -> String {
    let column = column.trim();
    match column.rsplit_once(char::is_whitespace) {
        Some((name, ty)) => {
            let ty = Type::from_name(ty).map_or_else(|| ty.to_string(), |t| t.to_string());
            format!("{} {ty}", name.trim())
        }
        None => column.to_string(),
    }
}

fn traced(
    case: &Case,
    plan: Plan,
    steps: &[Step],
    registry: &Registry,
) -> Result<Outcome, Outcome> {
    compare::names(&plan, steps).map_err(Outcome::Failed)?;
    let plan = std::sync::Arc::new(plan);
    let reference = Mode::REFERENCE;
    let mut first = Driver::new(&plan, &reference);
    let groups = first.run(steps, None).map_err(Outcome::Failed)?;
    compare::groups(&plan, steps, &groups, false).map_err(Outcome::Failed)?;
    let walkable = first.walkable().to_vec();
    for mode in Mode::others(&plan, steps) {
        let plan = match mode.printed {
            false => std::sync::Arc::clone(&plan),
            true => std::sync::Arc::new(reprinted(&case.epl.text, registry)?),
        };
        let seen = Driver::new(&plan, &mode).run(steps, Some(&walkable));
        seen.and_then(|groups| compare::groups(&plan, steps, &groups, mode.tasks > 1))
            .map_err(|detail| Outcome::Failed(format!("{mode}: {detail}")))?;
    }
    Ok(Outcome::Passed)
}

fn reprinted(epl: &str, registry: &Registry) -> Result<Plan, Outcome> {
    let printed = print_module(&parse_module(epl).module);
    let compiled = compiled(&printed, registry);
    compiled.map(|c| c.plan).map_err(|outcome| match outcome {
        Outcome::Failed(detail) => {
            Outcome::Failed(format!("printed and parsed again: {detail}\n{printed}"))
        }
        other => other,
    })
}
