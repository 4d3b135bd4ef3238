//! Operators, from the loosest to the tightest.
//!
//! Nouns: a *level* is how tight an operator binds. `case` is looser than all; then `or`, `and`, the
//! bitwise ones (one level), `not`, equality, relation, `||`, sum, product, sign. Never: folds constants.

use super::level::{EQUALITY, Level, NOT, RELATION, SIGN, level_of};
use super::{MAX_HEIGHT, Parser, Production};
use crate::Diagnostic;
use crate::ast::{BinaryOp, Expr, ExprKind, Literal, QuantifiedSet, Quantifier, UnaryOp};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expr(&mut self) -> Production<Expr> {
        if self.at_word("case") {
            self.enter(Self::case)
        } else if self.at_lambda() {
            self.enter(Self::lambda)
        } else {
            self.operators(0)
        }
    }

    /// A chain of operators that bind at least that tight.
    pub(super) fn operators(&mut self, least: Level) -> Production<Expr> {
        self.descend(1)?;
        let whole = self.measured_chain(least);
        self.depth -= 1;
        whole
    }

    /// The chain, with the height of its tree added to what stands around it.
    fn measured_chain(&mut self, least: Level) -> Production<Expr> {
        let before = std::mem::take(&mut self.height);
        let start = self.start();
        let left = self.operand(least)?;
        self.grow()?;
        let whole = self.operator_chain(left, start, least)?;
        self.height = self.height.max(before);
        Ok(whole)
    }

    /// The operators behind the first operand.
    fn operator_chain(&mut self, first: Expr, start: usize, least: Level) -> Production<Expr> {
        let mut left = first;
        loop {
            let kind = match self.peek_operator() {
                Some((op, words)) if level_of(op) >= least => {
                    self.at += words;
                    self.right_side(op, left)?
                }
                None if least <= RELATION && self.at_membership() => self.membership(left)?,
                _ => return Ok(left),
            };
            left = Expr {
                kind,
                span: self.span_from(start),
            };
            self.grow()?;
        }
    }

    /// Counts one more storey of the tree.
    fn grow(&mut self) -> Production<()> {
        self.height += 1;
        if self.height > MAX_HEIGHT {
            let message = format!("this expression has more than {MAX_HEIGHT} operators in a row");
            let help = "use `in (…)`, or split the statement in two";
            return self.fail(Diagnostic::syntax(message, self.token().span).with_help(help));
        }
        Ok(())
    }

    /// `not x`, `-x`, or a value.
    fn operand(&mut self, least: Level) -> Production<Expr> {
        if self.at_word("not") {
            self.negation(least)
        } else if self.at("-") {
            self.signed()
        } else {
            self.primary()
        }
    }

    fn negation(&mut self, least: Level) -> Production<Expr> {
        let start = self.start();
        if least > NOT {
            let fault = Diagnostic::syntax("`not` cannot follow this operator", self.token().span);
            return self.fail(fault.with_help("put it in parentheses: `(not …)`"));
        }
        self.advance();
        let operand = Box::new(self.operators(NOT)?);
        let kind = ExprKind::Unary {
            op: UnaryOp::Not,
            operand,
        };
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    fn signed(&mut self) -> Production<Expr> {
        let start = self.start();
        self.advance();
        let touches = self.start() == start + 1;
        if let (true, Some(literal)) = (touches, self.negative_number()) {
            self.advance();
            let number = Expr {
                kind: ExprKind::Literal(literal),
                span: self.span_from(start),
            };
            let number = self.maybe_time_period(number)?;
            return self.chain_links(number, start);
        }
        let operand = Box::new(self.operators(SIGN)?);
        let kind = ExprKind::Unary {
            op: UnaryOp::Negate,
            operand,
        };
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    /// The number that stands here, negated.
    fn negative_number(&self) -> Option<Literal> {
        let TokenKind::Literal(literal) = &self.token().kind else {
            return None;
        };
        match *literal {
            Literal::Int(v) => Some(Literal::Int(-v)),
            Literal::Long(v) => Some(match i32::try_from(-v) {
                Ok(i32::MIN) if !self.has_long_suffix() => Literal::Int(i32::MIN),
                _ => Literal::Long(-v),
            }),
            Literal::Float(v) => Some(Literal::Float(-v)),
            Literal::Double(v) => Some(Literal::Double(-v)),
            _ => None,
        }
    }

    fn has_long_suffix(&self) -> bool {
        self.token().span.text(self.source).ends_with(['l', 'L'])
    }

    /// The operator that stands here, and how many tokens it has.
    fn peek_operator(&self) -> Option<(BinaryOp, usize)> {
        use BinaryOp::*;
        let op = match self.token().kind {
            TokenKind::Sign(sign) => match sign {
                "&" => BitAnd,
                "|" => BitOr,
                "^" => BitXor,
                "=" => Equal,
                "!=" | "<>" => NotEqual,
                "<" => Less,
                "<=" => LessEqual,
                ">" => Greater,
                ">=" => GreaterEqual,
                "||" => Concat,
                "+" => Add,
                "-" => Subtract,
                "*" => Multiply,
                "/" => Divide,
                "%" => Modulo,
                _ => return None,
            },
            _ if self.at_word("or") => Or,
            _ if self.at_word("and") => And,
            _ if self.at_words(&["is", "not"]) => return Some((IsNot, 2)),
            _ if self.at_word("is") => Is,
            _ => return None,
        };
        Some((op, 1))
    }

    /// What stands right of an operator that was just taken.
    fn right_side(&mut self, op: BinaryOp, left: Expr) -> Production<ExprKind> {
        let operand = Box::new(left);
        if matches!(level_of(op), EQUALITY | RELATION)
            && let Some(quantifier) = self.quantifier()
        {
            self.advance();
            let set = self.quantified_set()?;
            return Ok(ExprKind::Quantified {
                operand,
                op,
                quantifier,
                set,
            });
        }
        let right = Box::new(self.operators(level_of(op) + 1)?);
        Ok(ExprKind::Binary {
            op,
            left: operand,
            right,
        })
    }

    fn quantifier(&self) -> Option<Quantifier> {
        if !self.at_ahead(1, "(") {
            None
        } else if self.at_any_word(&["any", "some"]) {
            Some(Quantifier::Any)
        } else if self.at_word("all") {
            Some(Quantifier::All)
        } else {
            None
        }
    }

    fn quantified_set(&mut self) -> Production<QuantifiedSet> {
        self.expect("(")?;
        let set = if self.at_word("select") {
            QuantifiedSet::Subquery(self.subselect()?)
        } else {
            QuantifiedSet::List(self.comma_list(")", Self::expr)?)
        };
        self.expect(")")?;
        Ok(set)
    }
}
