//! `+ - * / %`, and `& | ^` of integers and booleans.

use tachograph_event::{Type, number};
use tachograph_plan::{ArithmeticOp, Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::BinaryOp;

use super::boxed;
use crate::bind::Binder;
use crate::coerce::{self, to_number};

impl Binder<'_> {
    pub(super) fn arithmetic(
        &mut self,
        op: ArithmeticOp,
        l: Expr,
        r: Expr,
        span: Span,
    ) -> Option<Expr> {
        let Some(common) = number::arithmetic_type(&l.ty, &r.ty) else {
            let message = format!("arithmetic needs numbers, not {} and {}", l.ty, r.ty);
            self.faults.semantic(message, span);
            return None;
        };
        let ty = if op == ArithmeticOp::Divide {
            Type::Double
        } else {
            common
        };
        let (l, r) = (to_number(l, &ty), to_number(r, &ty));
        Some(Expr {
            kind: ExprKind::Arithmetic(op, boxed(l), boxed(r)),
            ty,
        })
    }

    pub(super) fn bitwise(&mut self, op: char, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        let whole = |t: &Type| matches!(t, Type::Byte | Type::Short | Type::Int | Type::Long);
        let ty = match (&l.ty, &r.ty) {
            (Type::Bool, Type::Bool) => Some(Type::Bool),
            (a, b) if whole(a) && whole(b) => coerce::unify(&[a, b]),
            _ => None,
        };
        let Some(ty) = ty else {
            let message = format!(
                "`{op}` needs integers or booleans, not {} and {}",
                l.ty, r.ty
            );
            self.faults.semantic(message, span);
            return None;
        };
        let (l, r) = (coerce::to_common(l, &ty), coerce::to_common(r, &ty));
        Some(Expr {
            kind: ExprKind::Bitwise(op, boxed(l), boxed(r)),
            ty,
        })
    }
}

/// The operator of arithmetic that a word stands for.
pub(super) fn arithmetic_op(op: BinaryOp) -> Option<ArithmeticOp> {
    Some(match op {
        BinaryOp::Add => ArithmeticOp::Add,
        BinaryOp::Subtract => ArithmeticOp::Subtract,
        BinaryOp::Multiply => ArithmeticOp::Multiply,
        BinaryOp::Divide => ArithmeticOp::Divide,
        BinaryOp::Modulo => ArithmeticOp::Modulo,
        _ => return None,
    })
}
