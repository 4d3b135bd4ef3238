//! `match_recognize` as text.

use super::Printer;
use crate::ast::{MatchRecognize, MatchSkip, RowPattern, RowPatternKind, RowQuantifier};

impl Printer {
    pub(super) fn match_recognize(&mut self, clause: &MatchRecognize) {
        self.text("match_recognize (");
        self.clause("partition by ", &clause.partition_by, Self::expr);
        self.clause(" measures ", &clause.measures, |p, (expr, alias)| {
            p.expr(expr);
            p.optional(" as ", alias.as_ref(), Self::ident);
        });
        self.flag(clause.all_matches, " all matches");
        self.text(match clause.skip {
            None => "",
            Some(MatchSkip::PastLastRow) => " after match skip past last row",
            Some(MatchSkip::ToNextRow) => " after match skip to next row",
            Some(MatchSkip::ToCurrentRow) => " after match skip to current row",
        });
        self.text(" pattern (");
        self.row_pattern(&clause.pattern);
        self.text(")");
        self.optional(" interval ", clause.interval.as_ref(), Self::amount);
        self.flag(clause.or_terminated, " or terminated");
        self.clause(" define ", &clause.define, |p, (name, expr)| {
            p.ident(name);
            p.text(" as ");
            p.expr(expr);
        });
        self.text(")");
    }

    fn row_pattern(&mut self, pattern: &RowPattern) {
        match &pattern.kind {
            RowPatternKind::Variable(name) => self.ident(name),
            RowPatternKind::Sequence(parts) => self.list(parts, " ", Self::row_part),
            RowPatternKind::Alternation(parts) => {
                self.list(parts, " | ", |p, part| match part.kind {
                    RowPatternKind::Alternation(_) => p.row_group(part),
                    _ => p.row_pattern(part),
                });
            }
            RowPatternKind::Permute(parts) => {
                self.text("match_recognize_permute(");
                self.list(parts, ", ", Self::row_pattern);
                self.text(")");
            }
            RowPatternKind::Repeat {
                pattern,
                min,
                max,
                quantifier,
                reluctant,
            } => {
                match pattern.kind {
                    RowPatternKind::Repeat { .. } => self.row_group(pattern),
                    _ => self.row_part(pattern),
                }
                match quantifier {
                    RowQuantifier::ZeroOrMore => self.text("*"),
                    RowQuantifier::OneOrMore => self.text("+"),
                    RowQuantifier::ZeroOrOne => self.text("?"),
                    RowQuantifier::Exactly | RowQuantifier::Range => {
                        self.text("{");
                        self.optional("", min.as_deref(), Self::expr);
                        if *quantifier == RowQuantifier::Range {
                            self.text(",");
                            self.optional("", max.as_deref(), Self::expr);
                        }
                        self.text("}");
                    }
                }
                self.flag(*reluctant, "?");
            }
        }
    }

    /// A part of a sequence.
    fn row_part(&mut self, part: &RowPattern) {
        match part.kind {
            RowPatternKind::Sequence(_) | RowPatternKind::Alternation(_) => self.row_group(part),
            _ => self.row_pattern(part),
        }
    }

    fn row_group(&mut self, pattern: &RowPattern) {
        self.text("(");
        self.row_pattern(pattern);
        self.text(")");
    }
}
