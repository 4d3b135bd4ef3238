//! Patterns as text, with the parentheses that they need.
//!
//! Nouns: the *level* of a pattern, from 1 for `->` to 6 for atoms, as in the parser.

use super::Printer;
use crate::ast::{Guard, Pattern, PatternKind, RepeatRange};

fn level(pattern: &Pattern) -> u8 {
    match &pattern.kind {
        PatternKind::FollowedBy { .. } => 1,
        PatternKind::Or(_) => 2,
        PatternKind::And(_) => 3,
        PatternKind::Repeat { .. } => 4,
        PatternKind::Every(_) | PatternKind::EveryDistinct { .. } | PatternKind::Not(_) => 5,
        PatternKind::Filter { .. } | PatternKind::Observer { .. } | PatternKind::Guarded { .. } => {
            6
        }
    }
}

impl Printer {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        self.pattern_at(pattern, 0);
    }

    fn pattern_at(&mut self, pattern: &Pattern, least: u8) {
        if level(pattern) < least {
            self.text("(");
            self.bare_pattern(pattern);
            self.text(")");
        } else {
            self.bare_pattern(pattern);
        }
    }

    fn bare_pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::FollowedBy { first, rest } => {
                self.pattern_at(first, 2);
                for (max, next) in rest {
                    match max {
                        None => self.text(" -> "),
                        Some(max) => {
                            self.text(" -[");
                            self.expr(max);
                            self.text("]> ");
                        }
                    }
                    self.pattern_at(next, 2);
                }
            }
            PatternKind::Or(parts) => self.list(parts, " or ", |p, a| p.pattern_at(a, 3)),
            PatternKind::And(parts) => self.list(parts, " and ", |p, a| p.pattern_at(a, 4)),
            PatternKind::Repeat {
                range,
                pattern,
                until,
            } => {
                self.optional("", range.as_ref(), Self::repeat_range);
                self.pattern_at(pattern, 5);
                self.optional(" until ", until.as_deref(), |p, u| p.pattern_at(u, 4));
            }
            PatternKind::Every(inner) => {
                self.text("every ");
                self.pattern_at(inner, 5);
            }
            PatternKind::EveryDistinct { args, pattern } => {
                self.text("every-distinct");
                self.exprs(args);
                self.text(" ");
                self.pattern_at(pattern, 5);
            }
            PatternKind::Not(inner) => {
                self.text("not ");
                self.pattern_at(inner, 5);
            }
            PatternKind::Guarded { pattern, guard } => {
                self.pattern_at(pattern, 6);
                self.guard(guard);
            }
            PatternKind::Filter {
                tag,
                filter,
                annotations,
            } => {
                if let Some(tag) = tag {
                    self.ident(tag);
                    self.text("=");
                }
                self.stream_filter(filter);
                self.annotations(annotations);
            }
            PatternKind::Observer {
                namespace,
                name,
                args,
                crontab,
            } => {
                self.ident(namespace);
                self.text(":");
                self.member(name);
                if crontab.is_empty() {
                    self.args(args)
                } else {
                    self.crontab(crontab)
                }
            }
        }
    }

    fn repeat_range(&mut self, range: &RepeatRange) {
        self.text("[");
        self.optional("", range.low.as_ref(), Self::expr);
        if !range.exact {
            self.colon();
            self.optional("", range.high.as_ref(), Self::expr);
        }
        self.text("] ");
    }

    fn guard(&mut self, guard: &Guard) {
        match guard {
            Guard::Timer {
                namespace,
                name,
                args,
            } => {
                self.text(" where ");
                self.ident(namespace);
                self.text(":");
                self.member(name);
                self.exprs(args);
            }
            Guard::While(condition) => {
                self.text(" while ");
                self.parenthesised(condition);
            }
        }
    }
}
