//! Calls of aggregates: their arguments, and the condition that some events must meet to count.

use std::sync::Arc;

use tachograph_event::Type;
use tachograph_plan::{AggregateCall, AggregateFunction, Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, Arg, Call};

use crate::bind::Binder;

impl Binder<'_> {
    /// `fmin`, `fmax` and their `ever` forms: `name` without its `f`, and a condition.
    pub(crate) fn filtered_extreme(&mut self, name: &str, call: &Call, span: Span) -> Option<Expr> {
        if call.args.len() != 2 {
            self.faults
                .semantic(format!("f{name} takes a value and a condition"), span);
            return None;
        }
        self.aggregate(name, call, span)
    }

    pub(crate) fn aggregate(&mut self, name: &str, call: &Call, span: Span) -> Option<Expr> {
        let Some(mut found) = self.aggregates.take() else {
            let message = format!("the aggregate {name} cannot stand here");
            self.faults.with_help(
                message,
                span,
                "aggregates belong into select, having and order by",
            );
            return None;
        };
        // Arguments see events, not aggregates.
        let bound = self.aggregate_call(name, call, span);
        let expr = bound.map(|call| {
            let ty = call.ty.clone();
            Expr {
                kind: ExprKind::Aggregate(place(&mut found, call)),
                ty,
            }
        });
        self.aggregates = Some(found);
        expr
    }

    fn aggregate_call(&mut self, name: &str, call: &Call, span: Span) -> Option<AggregateCall> {
        let function = self.registry.aggregate(name).cloned()?;
        let mut filter = None;
        let mut arguments = Vec::new();
        for (i, arg) in call.args.iter().enumerate() {
            match is_condition(&*function, i, arg) {
                true if filter.is_some() => {
                    self.faults
                        .semantic(format!("{name} takes one condition, not two"), span);
                    return None;
                }
                true => filter = Some(self.condition(&arg.value, "filter")?),
                false => arguments.extend(self.aggregate_argument(name, arg)?),
            }
        }
        let types: Vec<Type> = arguments.iter().map(|a: &Expr| a.ty.clone()).collect();
        match function.result_type(&types) {
            Ok(ty) => Some(AggregateCall {
                function,
                arguments,
                distinct: call.distinct,
                filter,
                ty,
            }),
            Err(message) => {
                self.faults.semantic(message, span);
                None
            }
        }
    }

    /// The argument; `*` is the event itself, and nothing at all for a count.
    fn aggregate_argument(&mut self, name: &str, arg: &Arg) -> Option<Option<Expr>> {
        if let Some(named) = &arg.name {
            self.faults
                .unsupported(&format!("{}:", named.name), named.span);
            return None;
        }
        let whole = match &arg.value.kind {
            ast::ExprKind::Wildcard => true,
            ast::ExprKind::StreamWildcard(stream) => stream.name == self.alias,
            _ => false,
        };
        match whole {
            true if matches!(name, "count" | "countever") => Some(None),
            true => {
                let ty = Type::Event(Arc::new(self.event_type.clone()));
                Some(Some(Expr {
                    kind: ExprKind::Event,
                    ty,
                }))
            }
            false => self.bind(&arg.value).map(Some),
        }
    }
}

/// Is this argument, the `i`-th, the condition? It is `filter:`, or the second of a function that
/// does not read a second one.
fn is_condition(function: &dyn AggregateFunction, i: usize, arg: &Arg) -> bool {
    match &arg.name {
        Some(name) => name.name.eq_ignore_ascii_case("filter"),
        None => i == 1 && !function.takes_place(),
    }
}

/// Where the call stands among those of the statement; one that stands there already is not added.
fn place(found: &mut Vec<AggregateCall>, call: AggregateCall) -> usize {
    let text = format!("{call:?}");
    let same = found.iter().position(|other| format!("{other:?}") == text);
    same.unwrap_or_else(|| {
        found.push(call);
        found.len() - 1
    })
}
