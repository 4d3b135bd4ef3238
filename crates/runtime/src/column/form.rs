//! The forms in which a statement can take whole batches, decided by its plan alone.
//!
//! State: none.

use tachograph_event::Type;
use tachograph_plan::{
    Every, ExprKind, OutputKind, OutputLimit, Period, Selector, Shape, Statement, Window,
};

use super::cells::Cells;
use super::kept::Kept;
use super::kernel;
use super::sliding::ring::Ring;

/// What a statement must be for the column path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Filter and projection of an unwindowed stream.
    Project,
    /// Groups of an unwindowed stream, a row an event.
    Running,
    /// Groups of a `#time_batch`.
    TimeBatch,
    /// Aggregates over a window that slides.
    Sliding,
    /// Rows of a window that keeps a slot an event, both streams.
    Kept,
    /// Groups of an unwindowed stream, shown by `output last every`.
    Last,
}

/// The form in which a statement can take whole batches, if any.
pub fn form(statement: &Statement) -> Option<Form> {
    let plain = !statement.distinct
        && statement.order_by.is_empty()
        && statement.limit.is_none()
        && statement.aggregates.iter().all(Cells::fit)
        && !looks_back(statement);
    let inserts = |s: Selector| s == Selector::IStream;
    let new_alone = inserts(statement.selector)
        && (statement.insert_into.as_ref()).is_none_or(|i| inserts(i.selector));
    match (plain, new_alone) {
        (false, _) => None,
        (true, true) => form_of_new(statement),
        (true, false) => is_kept(statement).then_some(Form::Kept),
    }
}

/// The form of a statement that posts its insert stream alone.
fn form_of_new(statement: &Statement) -> Option<Form> {
    use Shape::*;
    if statement.output.is_some() {
        return last_every(statement).map(|_| Form::Last);
    }
    match (statement.shape, statement.input.windows.as_slice()) {
        (RowForEach, []) => Some(Form::Project),
        (_, []) => Some(Form::Running),
        (
            RowPerGroup,
            [
                Window::TimeBatch {
                    force_update: false,
                    start_eager: false,
                    ..
                },
            ],
        ) if exact(statement) => Some(Form::TimeBatch),
        (RowPerGroup | RowForAll, [window]) if slides(statement, window) => Some(Form::Sliding),
        (RowForEach, _) => is_kept(statement).then_some(Form::Kept),
        _ => None,
    }
}

/// Is the statement a plain look at a window that keeps a slot an event?
fn is_kept(statement: &Statement) -> bool {
    statement.shape == Shape::RowForEach
        && statement.selector != Selector::RStream
        && statement.output.is_none()
        && statement.insert_into.is_none()
        && statement.where_clause.is_none()
        && statement.having.is_none()
        && Kept::fits(statement)
}

/// A leaving row is not looked at again: nothing of it may fault, and `where` has let it in.
fn slides(statement: &Statement, window: &Window) -> bool {
    let arguments = statement.aggregates.iter().flat_map(|a| &a.arguments);
    let mut looked_at = statement.group_by.iter().chain(arguments);
    Ring::fits(window)
        && looked_at.all(|e| kernel::cannot_fault(e) && kernel::is_fixed(e))
        && (statement.where_clause.is_none() || matches!(window, Window::Time(_)))
}

/// The interval of an `output last every` that groups can be shown by.
pub fn last_every(statement: &Statement) -> Option<Period> {
    let plain = statement.shape == Shape::RowPerGroup
        && statement.input.windows.is_empty()
        && statement.having.is_none();
    match statement.output {
        Some(OutputLimit {
            kind: OutputKind::Last,
            every: Some(Every::Time(period)),
            after: None,
        }) if plain => Some(period),
        _ => None,
    }
}

fn looks_back(statement: &Statement) -> bool {
    let mut found = false;
    let filter = statement.input.filter.iter();
    for expr in statement.expressions().chain(filter) {
        expr.walk(&mut |e| {
            found |= matches!(
                e.kind,
                ExprKind::Prev(..) | ExprKind::Prior(..) | ExprKind::Event
            );
        });
    }
    found
}

/// Are all sums whole numbers, so that the order of adding and taking away leaves no trace?
fn exact(statement: &Statement) -> bool {
    let whole = |t: &Type| *t != Type::Double;
    let mut types = statement.aggregates.iter().flat_map(|a| a.argument_types());
    types.all(|t| whole(&t))
}
