//! Values that no operator takes apart.
//!
//! Nouns: constants, parentheses, `case`, subqueries; `new` and the like are in `construct`, names in `call`.
//! Never: accepts `case` behind an operator.

use super::{Abort, Parser, Production};
use crate::Diagnostic;
use crate::ast::{CaseBranch, Expr, ExprKind, Literal};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// One value, with the `.links` behind it.
    pub(super) fn primary(&mut self) -> Production<Expr> {
        if self.at("(") {
            return self.parenthesised();
        }
        let start = self.start();
        match self.plain_value() {
            Some(kind) => {
                let value = Expr {
                    kind: kind?,
                    span: self.span_from(start),
                };
                let value = self.maybe_time_period(value)?;
                self.chain_links(value, start)
            }
            None => self.named_value(),
        }
    }

    /// Values that begin with neither a name nor a parenthesis; none where a name stands.
    fn plain_value(&mut self) -> Option<Production<ExprKind>> {
        match &self.token().kind {
            TokenKind::Literal(literal) => {
                let literal = literal.clone();
                self.advance();
                Some(Ok(ExprKind::Literal(literal)))
            }
            TokenKind::Sign("{") => Some(self.array_value().map(|array| array.kind)),
            TokenKind::Sign("?") => Some(self.substitution()),
            TokenKind::Quoted => None,
            TokenKind::Word => self.keyword_value(),
            _ => {
                self.fail_expected("an expression");
                Some(Err(Abort))
            }
        }
    }

    /// Values that begin with a keyword.
    fn keyword_value(&mut self) -> Option<Production<ExprKind>> {
        let literal = match () {
            () if self.at_word("null") => Literal::Null,
            () if self.at_word("true") => Literal::Bool(true),
            () if self.at_word("false") => Literal::Bool(false),
            () if self.at_word("new") => return Some(self.enter(Self::new_value)),
            () if self.at_word("cast") && self.at_ahead(1, "(") => {
                return Some(self.enter(Self::cast));
            }
            () if self.at_word("instanceof") && self.at_ahead(1, "(") => {
                return Some(self.enter(Self::instance_of));
            }
            () if self.at_words(&["exists", "(", "select"]) => return Some(self.exists()),
            () if self.at_word("case") => {
                let span = self.token().span;
                let fault = Diagnostic::syntax("`case` cannot follow an operator", span)
                    .with_help("put it in parentheses: `(case … end)`");
                return Some(self.fail(fault));
            }
            () => return None,
        };
        self.advance();
        Some(Ok(ExprKind::Literal(literal)))
    }

    /// `(x)`, `(select …)`
    fn parenthesised(&mut self) -> Production<Expr> {
        let start = self.start();
        self.expect("(")?;
        let inner = if self.at_word("select") {
            self.lone_subselect()?
        } else {
            self.expr()?
        };
        self.expect(")")?;
        self.chain_links(inner, start)
    }

    /// `select …`, as an expression.
    pub(super) fn lone_subselect(&mut self) -> Production<Expr> {
        let start = self.start();
        let kind = ExprKind::Subquery(self.subselect()?);
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    /// `exists (select …)`
    fn exists(&mut self) -> Production<ExprKind> {
        self.at += 2;
        let select = self.subselect()?;
        self.expect(")")?;
        Ok(ExprKind::ExistsSubquery(select))
    }

    /// `case [x] when a then b … [else c] end`
    pub(super) fn case(&mut self) -> Production<Expr> {
        let start = self.start();
        self.expect_word("case")?;
        let operand = match self.at_word("when") {
            true => None,
            false => Some(Box::new(self.expr()?)),
        };
        let mut branches = Vec::new();
        while branches.is_empty() || self.at_word("when") {
            self.expect_word("when")?;
            let when = self.expr()?;
            self.expect_word("then")?;
            branches.push(CaseBranch {
                when,
                then: self.expr()?,
            });
        }
        let otherwise = match self.eat_word("else") {
            true => Some(Box::new(self.expr()?)),
            false => None,
        };
        self.expect_word("end")?;
        let kind = ExprKind::Case {
            operand,
            branches,
            otherwise,
        };
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }
}
