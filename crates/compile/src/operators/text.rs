//! Of texts: `||`, `like` and `regexp`.

use tachograph_event::Type;
use tachograph_plan::{Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast;

use super::boxed;
use crate::bind::Binder;

impl Binder<'_> {
    pub(super) fn concat(&mut self, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        for operand in [&l, &r] {
            if operand.ty != Type::Str {
                let message = format!("`||` joins strings, not {}", operand.ty);
                self.faults
                    .with_help(message, span, "write cast(x, string)");
                return None;
            }
        }
        let parts = match l.kind {
            ExprKind::Concat(mut parts) => {
                parts.push(r);
                parts
            }
            kind => vec![Expr { kind, ty: l.ty }, r],
        };
        Some(Expr {
            kind: ExprKind::Concat(parts),
            ty: Type::Str,
        })
    }

    pub(crate) fn like(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        pattern: &ast::Expr,
        escape: Option<&ast::Expr>,
        span: Span,
    ) -> Option<Expr> {
        let (subject, pattern) = self.text_match("like", operand, pattern, span)?;
        let escape = match escape {
            None => None,
            Some(escape) => match crate::constant::text(escape).and_then(|t| t.chars().next()) {
                Some(escape) => Some(escape),
                None => {
                    self.faults
                        .semantic("the escape of `like` must be a character", escape.span);
                    return None;
                }
            },
        };
        let kind = ExprKind::Like {
            subject,
            pattern,
            escape,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    pub(crate) fn regexp(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        pattern: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let (subject, pattern) = self.text_match("regexp", operand, pattern, span)?;
        let kind = ExprKind::Regexp {
            subject,
            pattern,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    fn text_match(
        &mut self,
        word: &str,
        operand: &ast::Expr,
        pattern: &ast::Expr,
        span: Span,
    ) -> Option<(Box<Expr>, Box<Expr>)> {
        let (subject, pattern) = (self.bind(operand), self.bind(pattern));
        let (subject, pattern) = (subject?, pattern?);
        let readable = subject.ty.is_numeric() || matches!(subject.ty, Type::Str | Type::Null);
        if !readable || !matches!(pattern.ty, Type::Str | Type::Null) {
            let message = format!(
                "`{word}` matches a string or number against a string, not {} against {}",
                subject.ty, pattern.ty
            );
            self.faults.semantic(message, span);
            return None;
        }
        Some((boxed(subject), boxed(pattern)))
    }
}
