//! `case`, with an operand and without.

use tachograph_event::Type;
use tachograph_plan::{Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, CaseBranch};

use super::boxed;
use crate::bind::Binder;
use crate::coerce;

impl Binder<'_> {
    pub(crate) fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        branches: &[CaseBranch],
        otherwise: Option<&ast::Expr>,
        span: Span,
    ) -> Option<Expr> {
        let mut bound = Vec::new();
        for branch in branches {
            let when = match operand {
                None => self.condition(&branch.when, "condition of `when`"),
                Some(operand) => {
                    // The second form compares as `is` does: null matches null.
                    let (l, r) = (self.bind(operand)?, self.bind(&branch.when)?);
                    self.is(false, l, r, branch.when.span)
                }
            };
            let then = self.bind(&branch.then);
            bound.push((when?, then?));
        }
        let otherwise = match otherwise {
            Some(e) => Some(self.bind(e)?),
            None => None,
        };
        let results = bound.iter().map(|(_, r)| r).chain(&otherwise);
        let types: Vec<&Type> = results.map(|r| &r.ty).collect();
        let Some(common) = coerce::unify(&types) else {
            self.faults
                .semantic("the results of `case` must be of one type", span);
            return None;
        };
        let bring = |e| coerce::to_common(e, &common);
        let branches = bound.into_iter().map(|(c, r)| (c, bring(r))).collect();
        let otherwise = otherwise.map(|e| boxed(bring(e)));
        Some(Expr {
            kind: ExprKind::Case {
                branches,
                otherwise,
            },
            ty: common,
        })
    }
}
