//! Operators: types of operands, coercion, result types. Here are those of logic, and the way to
//! the others.

mod arithmetic;
mod case;
mod cast;
mod compare;
mod member;
mod quantified;
mod text;

use tachograph_event::{Type, number};
use tachograph_plan::{Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, BinaryOp, UnaryOp};

use self::arithmetic::arithmetic_op;
use crate::bind::Binder;
use crate::coerce::to_number;

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

impl Binder<'_> {
    pub(crate) fn unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> Option<Expr> {
        if op == UnaryOp::Not {
            let operand = self.condition(operand, "operand of `not`")?;
            return Some(Expr {
                kind: ExprKind::Not(boxed(operand)),
                ty: Type::Bool,
            });
        }
        let bound = self.bind(operand)?;
        if !bound.ty.is_numeric() {
            self.faults
                .semantic(format!("`-` needs a number, not {}", bound.ty), span);
            return None;
        }
        // As the product with the whole number -1.
        let ty = number::arithmetic_type(&Type::Int, &bound.ty)?;
        let operand = to_number(bound, &ty);
        Some(Expr {
            kind: ExprKind::Negate(boxed(operand)),
            ty,
        })
    }

    pub(crate) fn binary(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        match op {
            BinaryOp::And | BinaryOp::Or => self.logic(op, left, right),
            _ => {
                let (l, r) = (self.bind(left), self.bind(right));
                let (l, r) = (l?, r?);
                match op {
                    BinaryOp::Concat => self.concat(l, r, span),
                    BinaryOp::BitAnd => self.bitwise('&', l, r, span),
                    BinaryOp::BitOr => self.bitwise('|', l, r, span),
                    BinaryOp::BitXor => self.bitwise('^', l, r, span),
                    BinaryOp::Is | BinaryOp::IsNot => self.is(op == BinaryOp::IsNot, l, r, span),
                    _ => match arithmetic_op(op) {
                        Some(op) => self.arithmetic(op, l, r, span),
                        None => self.compare(op, l, r, span),
                    },
                }
            }
        }
    }

    fn logic(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Expr> {
        let word = if op == BinaryOp::And { "and" } else { "or" };
        let what = format!("operand of `{word}`");
        let (l, r) = (self.condition(left, &what), self.condition(right, &what));
        let (l, r) = (l?, r?);
        let parts = match (op, l.kind) {
            (BinaryOp::And, ExprKind::And(mut parts)) | (BinaryOp::Or, ExprKind::Or(mut parts)) => {
                parts.push(r);
                parts
            }
            (_, kind) => vec![Expr { kind, ty: l.ty }, r],
        };
        let kind = if op == BinaryOp::And {
            ExprKind::And(parts)
        } else {
            ExprKind::Or(parts)
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }
}
