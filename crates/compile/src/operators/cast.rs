//! `cast` and `instanceof`.

use tachograph_event::Type;
use tachograph_plan::{Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast;

use super::boxed;
use crate::bind::Binder;
use crate::coerce::{self, to_number};

impl Binder<'_> {
    pub(crate) fn cast(
        &mut self,
        operand: &ast::Expr,
        ty: &ast::TypeName,
        options: &[ast::Arg],
        span: Span,
    ) -> Option<Expr> {
        if let Some(option) = options.first() {
            self.faults.unsupported("an option of cast", option.span);
            return None;
        }
        let value = self.bind(operand)?;
        let name = ty.name.text();
        let Some(to) = Type::from_name(&name).filter(|_| ty.dimensions == 0) else {
            let known = [
                "boolean", "byte", "short", "int", "long", "float", "double", "string",
            ];
            self.faults.unknown("type", &name, ty.span, known);
            return None;
        };
        if value.ty == to || value.ty == Type::Null {
            return Some(Expr {
                kind: value.kind,
                ty: to,
            });
        }
        let kind = match (&value.ty, &to) {
            (from, to) if from.is_numeric() && to.is_numeric() => {
                return Some(to_number(value, to));
            }
            (_, Type::Str) => ExprKind::CastText(boxed(value)),
            (Type::Str, to) if to.is_numeric() || *to == Type::Bool => {
                ExprKind::ParseText(boxed(value))
            }
            (from, to) => {
                self.faults
                    .semantic(format!("{from} cannot be cast to {to}"), span);
                return None;
            }
        };
        Some(Expr { kind, ty: to })
    }

    /// Types are known beforehand, so only null is left to ask about.
    pub(crate) fn instance_of(
        &mut self,
        operand: &ast::Expr,
        types: &[ast::TypeName],
    ) -> Option<Expr> {
        let value = self.bind(operand)?;
        let fits = types
            .iter()
            .any(|t| Type::from_name(&t.name.text()).as_ref() == Some(&value.ty));
        if !fits {
            return Some(Expr::literal(
                tachograph_event::Value::Bool(false),
                Type::Bool,
            ));
        }
        let (left, right) = (boxed(value), boxed(coerce::null()));
        Some(Expr {
            kind: ExprKind::Is {
                left,
                right,
                negated: true,
            },
            ty: Type::Bool,
        })
    }
}
