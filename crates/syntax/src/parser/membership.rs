//! `in`, `between`, `like`, `regexp`, each perhaps with `not`.
//!
//! Nouns: the words that ask whether a value belongs somewhere. Never: looks for nulls.

use super::level::CONCAT;
use super::{Parser, Production};
use crate::ast::{Expr, ExprKind, InSet};

const WORDS: [&str; 4] = ["in", "between", "like", "regexp"];

impl Parser<'_> {
    pub(super) fn at_membership(&self) -> bool {
        let ahead = usize::from(self.at_word("not"));
        WORDS.iter().any(|w| self.at_word_ahead(ahead, w))
    }

    /// What follows the operand, which [`Parser::at_membership`] has seen.
    pub(super) fn membership(&mut self, operand: Expr) -> Production<ExprKind> {
        let operand = Box::new(operand);
        let negated = self.eat_word("not");
        if self.eat_word("in") {
            let set = self.enter(Self::in_set)?;
            return Ok(ExprKind::In {
                operand,
                negated,
                set,
            });
        }
        if self.eat_word("between") {
            let low = Box::new(self.operators(CONCAT)?);
            self.expect_word("and")?;
            let high = Box::new(self.operators(CONCAT)?);
            return Ok(ExprKind::Between {
                operand,
                negated,
                low,
                high,
            });
        }
        let like = self.at_word("like");
        self.advance();
        let pattern = Box::new(self.operators(CONCAT)?);
        if !like {
            return Ok(ExprKind::Regexp {
                operand,
                negated,
                pattern,
            });
        }
        let escape = match self.eat_word("escape") {
            true => Some(Box::new(self.operators(CONCAT)?)),
            false => None,
        };
        Ok(ExprKind::Like {
            operand,
            negated,
            pattern,
            escape,
        })
    }

    fn in_set(&mut self) -> Production<InSet> {
        let low_inclusive = self.at("[");
        if !low_inclusive && !self.at("(") {
            return self.lone_set();
        }
        self.advance();
        if self.at_word("select") && !low_inclusive {
            let select = self.subselect()?;
            self.expect(")")?;
            return Ok(InSet::Subquery(select));
        }
        if !low_inclusive && self.eat(")") {
            return Ok(InSet::List(Vec::new()));
        }
        let first = self.expr()?;
        if low_inclusive || self.at(":") {
            return self.range(first, low_inclusive);
        }
        let mut list = vec![first];
        while self.eat(",") {
            list.push(self.expr()?);
        }
        self.expect(")")?;
        Ok(InSet::List(list))
    }

    /// `x in property`: a set without parentheses.
    fn lone_set(&mut self) -> Production<InSet> {
        if !self.at_ident(0) {
            self.fail_expected("`(` or `[`");
            return Err(super::Abort);
        }
        Ok(InSet::List(vec![self.operators(CONCAT)?]))
    }

    fn range(&mut self, low: Expr, low_inclusive: bool) -> Production<InSet> {
        self.expect(":")?;
        let high = self.expr()?;
        let high_inclusive = self.at("]");
        if !high_inclusive && !self.at(")") {
            self.fail_expected("`]` or `)`");
            return Err(super::Abort);
        }
        self.advance();
        Ok(InSet::Range {
            low: Box::new(low),
            high: Box::new(high),
            low_inclusive,
            high_inclusive,
        })
    }
}
