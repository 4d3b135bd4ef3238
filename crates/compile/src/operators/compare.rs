//! `= != < <= > >=`, `is` and `is not`.

use tachograph_event::{Type, number};
use tachograph_plan::{CompareOp, Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::BinaryOp;

use super::boxed;
use crate::bind::Binder;
use crate::coerce::to_number;

impl Binder<'_> {
    /// Brings two operands to the type in which they are compared.
    fn comparable(&mut self, word: &str, l: Expr, r: Expr, span: Span) -> Option<(Expr, Expr)> {
        if l.ty == Type::Null || r.ty == Type::Null {
            return Some((l, r));
        }
        if let Some(ty) = number::comparison_type(&l.ty, &r.ty) {
            return Some((to_number(l, &ty), to_number(r, &ty)));
        }
        if l.ty == r.ty || l.ty == Type::Object || r.ty == Type::Object {
            return Some((l, r));
        }
        self.faults.semantic(
            format!("{word} cannot compare {} with {}", l.ty, r.ty),
            span,
        );
        None
    }

    pub(super) fn is(&mut self, negated: bool, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        let (l, r) = self.comparable("`is`", l, r, span)?;
        let (left, right) = (boxed(l), boxed(r));
        Some(Expr {
            kind: ExprKind::Is {
                left,
                right,
                negated,
            },
            ty: Type::Bool,
        })
    }

    pub(super) fn compare(&mut self, op: BinaryOp, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        let (op, word) = match op {
            BinaryOp::Equal => (CompareOp::Equal, "`=`"),
            BinaryOp::NotEqual => (CompareOp::NotEqual, "`!=`"),
            BinaryOp::Less => (CompareOp::Less, "`<`"),
            BinaryOp::LessEqual => (CompareOp::LessOrEqual, "`<=`"),
            BinaryOp::Greater => (CompareOp::Greater, "`>`"),
            _ => (CompareOp::GreaterOrEqual, "`>=`"),
        };
        let ordered = |t: &Type| t.is_numeric() || matches!(t, Type::Str | Type::Null);
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        let sorted = ordered(&l.ty) && ordered(&r.ty);
        if !equality && !sorted {
            let message = format!("{word} needs numbers or strings, not {} and {}", l.ty, r.ty);
            self.faults.semantic(message, span);
            return None;
        }
        let (l, r) = self.comparable(word, l, r, span)?;
        Some(Expr {
            kind: ExprKind::Compare(op, boxed(l), boxed(r)),
            ty: Type::Bool,
        })
    }
}
