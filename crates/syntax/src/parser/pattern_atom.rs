//! The tightest parts of a pattern: atoms, groups and the guards behind them.
//!
//! Nouns: filters, observers, guards. Never: checks that a tag exists.

use super::{Abort, Parser, Production};
use crate::Diagnostic;
use crate::ast::{Guard, Ident, Pattern, PatternKind};

impl Parser<'_> {
    /// An atom or group with the guards behind it.
    pub(super) fn guarded_pattern(&mut self) -> Production<Pattern> {
        let start = self.start();
        let mut pattern = self.pattern_atom()?;
        let mut guards = 0;
        while self.at_any_word(&["where", "while"]) {
            guards += 1;
            if guards > super::MAX_DEPTH {
                let fault = Diagnostic::syntax("too many guards on one pattern", self.token().span);
                return self.fail(fault);
            }
            let guard = self.guard()?;
            let kind = PatternKind::Guarded {
                pattern: Box::new(pattern),
                guard,
            };
            pattern = Pattern {
                kind,
                span: self.span_from(start),
            };
        }
        Ok(pattern)
    }

    fn guard(&mut self) -> Production<Guard> {
        if self.eat_word("while") {
            self.expect("(")?;
            let condition = self.expr()?;
            self.expect(")")?;
            return Ok(Guard::While(Box::new(condition)));
        }
        self.expect_word("where")?;
        let (namespace, name) = self.namespaced("a guard such as `timer:within(5 sec)`")?;
        self.expect("(")?;
        let args = self.comma_list(")", Self::expr)?;
        self.expect(")")?;
        Ok(Guard::Timer {
            namespace,
            name,
            args,
        })
    }

    fn namespaced(&mut self, what: &str) -> Production<(Ident, Ident)> {
        if !self.at_ahead(1, ":") {
            self.fail_expected(what);
            return Err(Abort);
        }
        let namespace = self.ident(what)?;
        self.expect(":")?;
        Ok((namespace, self.member()?))
    }

    /// A filter, an observer or a group.
    fn pattern_atom(&mut self) -> Production<Pattern> {
        if self.at("(") {
            self.advance();
            let inner = self.pattern()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let start = self.start();
        let kind = match self.at_ahead(1, ":") {
            true => self.observer()?,
            false => self.filter_atom()?,
        };
        Ok(Pattern {
            kind,
            span: self.span_from(start),
        })
    }

    fn observer(&mut self) -> Production<PatternKind> {
        let (namespace, name) = self.namespaced("an observer such as `timer:interval(5 sec)`")?;
        let (mut args, mut crontab) = (Vec::new(), Vec::new());
        if name.name.eq_ignore_ascii_case("at") {
            crontab = self.crontab()?;
        } else {
            args = self.args()?;
        }
        Ok(PatternKind::Observer {
            namespace,
            name,
            args,
            crontab,
        })
    }

    fn filter_atom(&mut self) -> Production<PatternKind> {
        let mut tag = None;
        if self.at_ahead(1, "=") {
            tag = Some(self.ident("a tag")?);
            self.advance();
        }
        let filter = self.stream_filter()?;
        let annotations = self.annotations()?;
        Ok(PatternKind::Filter {
            tag,
            filter,
            annotations,
        })
    }
}
