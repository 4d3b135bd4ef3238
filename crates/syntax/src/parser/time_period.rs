//! Time periods: `1 min 30 sec`.
//!
//! Nouns: a part is an amount and a unit; parts go from the longest unit to the shortest. Never: computes a length.

use super::{Parser, Production};
use crate::Diagnostic;
use crate::ast::{Expr, ExprKind, Literal, TimePart, TimeUnit};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// The time period that the value begins, or the value itself when no unit follows.
    pub(super) fn maybe_time_period(&mut self, first: Expr) -> Production<Expr> {
        let Some(unit) = self.unit_at(0).filter(|_| is_amount(&first)) else {
            return Ok(first);
        };
        let start = first.span.start;
        self.advance();
        let mut parts = vec![TimePart {
            amount: first,
            unit,
        }];
        while let Some((amount, unit)) = self.next_part()? {
            if parts.last().is_some_and(|p| p.unit >= unit) {
                let message = "the parts of a time period go from the longest unit to the shortest";
                return self.fail(Diagnostic::syntax(message, amount.span));
            }
            parts.push(TimePart { amount, unit });
        }
        Ok(Expr {
            kind: ExprKind::TimePeriod(parts),
            span: self.span_from(start),
        })
    }

    fn next_part(&mut self) -> Production<Option<(Expr, TimeUnit)>> {
        let Some(unit) = self.unit_at(1) else {
            return Ok(None);
        };
        let start = self.start();
        let kind = match self.token().kind.clone() {
            TokenKind::Literal(literal) if !matches!(literal, Literal::String(_)) => {
                self.advance();
                ExprKind::Literal(literal)
            }
            TokenKind::Sign("?") => {
                self.advance();
                ExprKind::Substitution {
                    name: None,
                    ty: None,
                }
            }
            _ if self.at_ident(0) => ExprKind::Path(self.path()?),
            _ => return Ok(None),
        };
        let amount = Expr {
            kind,
            span: self.span_from(start),
        };
        self.advance();
        Ok(Some((amount, unit)))
    }

    fn unit_at(&self, ahead: usize) -> Option<TimeUnit> {
        unit_of(self.word_at(ahead)?)
    }
}

fn is_amount(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(Literal::String(_) | Literal::Bool(_) | Literal::Null) => false,
        ExprKind::Literal(_) => true,
        ExprKind::Path(_) | ExprKind::Substitution { .. } => true,
        _ => false,
    }
}

fn unit_of(word: &str) -> Option<TimeUnit> {
    Some(match word.to_ascii_lowercase().as_str() {
        "year" | "years" => TimeUnit::Year,
        "month" | "months" => TimeUnit::Month,
        "week" | "weeks" => TimeUnit::Week,
        "day" | "days" => TimeUnit::Day,
        "hour" | "hours" => TimeUnit::Hour,
        "minute" | "minutes" | "min" => TimeUnit::Minute,
        "second" | "seconds" | "sec" => TimeUnit::Second,
        "millisecond" | "milliseconds" | "msec" => TimeUnit::Millisecond,
        "microsecond" | "microseconds" | "usec" => TimeUnit::Microsecond,
        _ => return None,
    })
}
