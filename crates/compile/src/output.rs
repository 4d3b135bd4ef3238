//! The clauses `output` and `limit`.

use tachograph_plan::{After, Every, Limit, OutputKind, OutputLimit};
use tachograph_syntax::ast::{self, OutputAfter, OutputRate};

use crate::constant;
use crate::faults::Faults;

/// The output clause; none where a fault was added.
pub fn limit_rate(output: &ast::OutputLimit, faults: &mut Faults) -> Option<OutputLimit> {
    let every = match &output.rate {
        OutputRate::Always => None,
        OutputRate::Events(n) => Some(Every::Events(events(n, faults)?)),
        OutputRate::Period(p) => Some(Every::Time(period(p, faults)?)),
        OutputRate::Crontab(_) => return unsupported("output at", output, faults),
        OutputRate::When { .. } => return unsupported("output when", output, faults),
        OutputRate::Terminated(_) => return unsupported("output when terminated", output, faults),
    };
    if output.and_terminated.is_some() {
        return unsupported("and when terminated", output, faults);
    }
    let after = match &output.after {
        None => None,
        Some(OutputAfter::Events(n)) => Some(After::Events(events(n, faults)?)),
        Some(OutputAfter::Period(p)) => Some(After::Time(period(p, faults)?)),
    };
    let kind = match output.kind {
        ast::OutputKind::Default => OutputKind::Default,
        ast::OutputKind::All => OutputKind::All,
        ast::OutputKind::First => OutputKind::First,
        ast::OutputKind::Last => OutputKind::Last,
        ast::OutputKind::Snapshot => OutputKind::Snapshot,
    };
    Some(OutputLimit { kind, every, after })
}

fn unsupported(
    feature: &str,
    output: &ast::OutputLimit,
    faults: &mut Faults,
) -> Option<OutputLimit> {
    faults.unsupported(feature, output.span);
    None
}

fn events(expr: &ast::Expr, faults: &mut Faults) -> Option<u64> {
    let count = constant::integer(expr)
        .and_then(|n| u64::try_from(n).ok())
        .filter(|n| *n > 0);
    if count.is_none() {
        faults.semantic(
            "a constant number of events above zero is needed",
            expr.span,
        );
    }
    count
}

fn period(expr: &ast::Expr, faults: &mut Faults) -> Option<tachograph_plan::Period> {
    let period = constant::period(expr);
    if period.is_none() {
        faults.semantic(
            "a constant time period such as `30 sec` is needed",
            expr.span,
        );
    }
    period
}

/// The limit clause; a negative count means no bound.
pub fn limit_rows(limit: &ast::Limit, faults: &mut Faults) -> Option<Limit> {
    let mut whole = |expr: &ast::Expr| {
        let value = constant::integer(expr);
        if value.is_none() {
            faults.semantic("limit and offset take constant whole numbers", expr.span);
        }
        value
    };
    let count = whole(&limit.count)?;
    let offset = limit.offset.as_ref().map_or(Some(0), &mut whole)?;
    Some(Limit {
        count: usize::try_from(count).ok(),
        offset: usize::try_from(offset).unwrap_or(0),
    })
}
