//! From EPL syntax to a typed plan.
//!
//! Nouns: a [`catalog::Catalog`] knows the event types, a binder gives names their slots and
//! expressions their types, a lowering makes a [`tachograph_plan::Statement`] of each select.
//! State: none beyond one compilation.
//!
//! Never: stops at the first fault, panics on a text, evaluates anything, knows a function other
//! than through the registry.

mod aggregate;
mod annotation;
mod bind;
mod call;
mod catalog;
mod coerce;
mod constant;
mod faults;
mod operators;
mod output;
mod partition;
mod schema;
mod select;
mod window;

pub use catalog::Catalog;
pub use partition::{Sharing, check_partitioning, sharing};

use tachograph_event::EventType;
use tachograph_plan::{Expr, Plan, Registry};
use tachograph_syntax::ast::StatementKind;
use tachograph_syntax::{Diagnostic, parse_expression, parse_module};

use crate::bind::Binder;
use crate::faults::Faults;

/// A compiled module.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// What the machine runs.
    pub plan: Plan,
    /// What may not mean what its author thinks.
    pub warnings: Vec<Diagnostic>,
}

/// Compiles a module that declares all its event types itself.
///
/// # Errors
/// Every fault that was found, with its place in `source`.
pub fn compile(source: &str, registry: &Registry) -> Result<Compiled, Vec<Diagnostic>> {
    compile_with(source, registry, &Catalog::default())
}

/// Compiles a module that may use the event types of a catalog.
///
/// # Errors
/// Every fault that was found, with its place in `source`.
pub fn compile_with(
    source: &str,
    registry: &Registry,
    catalog: &Catalog,
) -> Result<Compiled, Vec<Diagnostic>> {
    let parsed = parse_module(source);
    let mut faults = Faults::new(parsed.diagnostics);
    let mut catalog = catalog.clone();
    let mut statements = Vec::new();
    for item in &parsed.module.items {
        let place = select::Place {
            source,
            number: statements.len(),
        };
        match &item.kind {
            StatementKind::CreateSchema(schema) => {
                schema::declare(schema, item, &mut catalog, &mut faults);
            }
            StatementKind::Select(select) => {
                let lowered =
                    select::lower(item, select, place, registry, &mut catalog, &mut faults);
                statements.extend(lowered);
            }
            other => faults.unsupported(statement_name(other), item.span),
        }
    }
    let warnings = faults.finish()?;
    let plan = Plan {
        types: catalog.into_types(),
        statements,
    };
    Ok(Compiled { plan, warnings })
}

/// Compiles a lone expression over the events of a type, such as a row key.
///
/// # Errors
/// Every fault that was found, with its place in `source`.
pub fn compile_expression(
    source: &str,
    event_type: &EventType,
    registry: &Registry,
) -> Result<Expr, Vec<Diagnostic>> {
    let parsed = parse_expression(source);
    let mut faults = Faults::new(parsed.diagnostics);
    let bound = parsed.expr.and_then(|expr| {
        let mut binder = Binder::new(event_type, &event_type.name, registry, &mut faults);
        binder.alone = true;
        binder.bind(&expr)
    });
    faults.finish()?;
    bound.ok_or_else(|| {
        let span = tachograph_syntax::Span::new(0, source.len());
        vec![Diagnostic::syntax("an expression is missing", span)]
    })
}

fn statement_name(kind: &StatementKind) -> &'static str {
    match kind {
        StatementKind::CreateWindow(_) => "create window",
        StatementKind::CreateTable(_) => "create table",
        StatementKind::CreateIndex(_) => "create index",
        StatementKind::CreateVariable(_) => "create variable",
        StatementKind::CreateExpression(_) => "create expression",
        StatementKind::CreateContext(_) => "create context",
        StatementKind::OnTrigger(_) => "on … (triggers)",
        StatementKind::UpdateIstream(_) => "update istream",
        _ => "this statement",
    }
}
