//! `x = any (…)`, `x > all (…)`: a comparison with each member of a list.

use tachograph_event::{Type, Value};
use tachograph_plan::{Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, BinaryOp, QuantifiedSet, Quantifier};

use crate::bind::Binder;

impl Binder<'_> {
    pub(crate) fn quantified(
        &mut self,
        operand: &ast::Expr,
        op: BinaryOp,
        quantifier: Quantifier,
        set: &QuantifiedSet,
        span: Span,
    ) -> Option<Expr> {
        let QuantifiedSet::List(members) = set else {
            self.faults.unsupported("a subquery", span);
            return None;
        };
        let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        let value = self.bind(operand)?;
        if !equality && !value.ty.is_numeric() {
            let message = format!("any and all put numbers in order, not {}", value.ty);
            self.faults.semantic(message, operand.span);
            return None;
        }
        let mut parts = Vec::new();
        for member in members {
            let part = self.binary(op, operand, member, span)?;
            // In order, a null member is passed over by `any`, and not by `all`.
            parts.push(match (equality, quantifier) {
                (false, Quantifier::Any) => or_false(part),
                _ => part,
            });
        }
        let kind = match quantifier {
            Quantifier::Any => ExprKind::Or(parts),
            Quantifier::All => ExprKind::And(parts),
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }
}

fn or_false(condition: Expr) -> Expr {
    let no = Expr::literal(Value::Bool(false), Type::Bool);
    Expr {
        kind: ExprKind::Coalesce(vec![condition, no]),
        ty: Type::Bool,
    }
}
