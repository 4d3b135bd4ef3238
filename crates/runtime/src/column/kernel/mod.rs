//! Kernels: expressions over whole columns, for the rows that are selected.
//!
//! Hot forms run in loops over typed slices: comparisons with constants, arithmetic, joined texts.
//! Every other form asks the row evaluator, row by row. A fault of a row is reported to the caller
//! and leaves the row out, as it does in the row path.

mod calls;
mod compare;
mod numbers;
mod texts;
mod values;

pub use values::column;

use tachograph_plan::{ArithmeticOp, Expr, ExprKind};

use super::frame::Frame;
use super::selected::Selected;
use crate::eval::holds;
use crate::fault::FaultLog;
use compare::compare;

/// Keeps the rows of a selection for which a condition holds.
pub fn filter(condition: &Expr, frame: &Frame<'_>, rows: &mut Selected, faults: &mut FaultLog) {
    match &condition.kind {
        ExprKind::And(parts) if parts.iter().all(cannot_fault) => {
            for part in parts {
                filter(part, frame, rows, faults);
            }
        }
        ExprKind::Compare(op, left, right) => {
            if !compare(*op, left, right, frame, rows) {
                filter_by_row(condition, frame, rows, faults);
            }
        }
        _ => filter_by_row(condition, frame, rows, faults),
    }
}

/// May the parts of a conjunction be tested one after the other? Only if none can fault, since
/// the row path would test the later ones first when an earlier one is null.
pub fn cannot_fault(expr: &Expr) -> bool {
    let mut safe = true;
    expr.walk(&mut |e| {
        safe &= !matches!(
            e.kind,
            ExprKind::Call(..)
                | ExprKind::ParseText(_)
                | ExprKind::Regexp { .. }
                | ExprKind::Arithmetic(ArithmeticOp::Modulo, ..)
                | ExprKind::Arithmetic(ArithmeticOp::Divide, ..)
        );
    });
    safe
}

/// Does an expression over an event always give the same, whenever it is asked?
pub fn is_fixed(expr: &Expr) -> bool {
    let mut fixed = true;
    expr.walk(&mut |e| {
        fixed &= !matches!(
            e.kind,
            ExprKind::CurrentTimestamp
                | ExprKind::IsIStream
                | ExprKind::RecordId
                | ExprKind::Event
                | ExprKind::Prev(..)
                | ExprKind::Prior(..)
        );
    });
    fixed
}

fn filter_by_row(condition: &Expr, frame: &Frame<'_>, rows: &mut Selected, faults: &mut FaultLog) {
    rows.retain(|row| {
        let held = frame.with_scope(row, |scope| holds(Some(condition), scope));
        held.unwrap_or_else(|fault| {
            faults.record(&fault);
            false
        })
    });
}
