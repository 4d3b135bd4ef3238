//! `in` a list or a range, and `between`.

use tachograph_event::Type;
use tachograph_plan::{Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, InSet};

use super::boxed;
use crate::bind::Binder;
use crate::coerce;

impl Binder<'_> {
    pub(crate) fn is_in(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        set: &InSet,
        span: Span,
    ) -> Option<Expr> {
        match set {
            InSet::List(members) => self.in_list(operand, negated, members, span),
            InSet::Range {
                low,
                high,
                low_inclusive,
                high_inclusive,
            } => {
                let ends = (*low_inclusive, *high_inclusive);
                self.range(operand, negated, low, high, ends, span)
            }
            InSet::Subquery(_) => {
                self.faults.unsupported("a subquery", span);
                None
            }
        }
    }

    fn in_list(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        members: &[ast::Expr],
        span: Span,
    ) -> Option<Expr> {
        let value = self.bind(operand);
        let members = self.bind_all(members);
        let (mut value, mut members) = (value?, members?);
        let plain = |m: &Expr| !matches!(m.ty, Type::Array(_));
        let mut types: Vec<&Type> = members.iter().filter(|m| plain(m)).map(|m| &m.ty).collect();
        types.push(&value.ty);
        let Some(common) = coerce::unify(&types) else {
            let message = format!("`in` cannot look for {} in these members", value.ty);
            self.faults.semantic(message, span);
            return None;
        };
        value = coerce::to_common(value, &common);
        members = members
            .into_iter()
            .map(|m| coerce::to_common(m, &common))
            .collect();
        let kind = ExprKind::In {
            value: boxed(value),
            list: members,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    pub(crate) fn between(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        low: &ast::Expr,
        high: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        self.range(operand, negated, low, high, (true, true), span)
    }

    #[allow(clippy::too_many_arguments)]
    fn range(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        low: &ast::Expr,
        high: &ast::Expr,
        (include_low, include_high): (bool, bool),
        span: Span,
    ) -> Option<Expr> {
        let (value, low, high) = (self.bind(operand), self.bind(low), self.bind(high));
        let (value, low, high) = (value?, low?, high?);
        let common = coerce::unify(&[&value.ty, &low.ty, &high.ty]);
        let ordered = |t: &Type| t.is_numeric() || matches!(t, Type::Str | Type::Null);
        let Some(common) = common.filter(ordered) else {
            let message = format!(
                "a range needs numbers or strings, not {}, {} and {}",
                value.ty, low.ty, high.ty
            );
            self.faults.semantic(message, span);
            return None;
        };
        let bring = |e| boxed(coerce::to_common(e, &common));
        let kind = ExprKind::Range {
            value: bring(value),
            low: bring(low),
            high: bring(high),
            include_low,
            include_high,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }
}
