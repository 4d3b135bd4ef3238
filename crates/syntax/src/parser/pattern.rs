//! Event patterns, from the loosest to the tightest: `->`, `or`, `and`, `until` and repeats, `every` and `not`, then a guard
//! behind one atom or group.
//!
//! Nouns: as in the tree. Never: checks that a tag exists.

use super::{Parser, Production};
use crate::Diagnostic;
use crate::ast::{Pattern, PatternKind, RepeatRange};

impl Parser<'_> {
    /// `[ … ]` behind `pattern`.
    pub(super) fn bracketed_pattern(&mut self) -> Production<Pattern> {
        self.expect("[")?;
        let pattern = self.pattern()?;
        self.expect("]")?;
        Ok(pattern)
    }

    pub(super) fn pattern(&mut self) -> Production<Pattern> {
        self.enter_by(8, Self::followed_by)
    }

    /// `A -> B`, `A -[10]> B`
    fn followed_by(&mut self) -> Production<Pattern> {
        let start = self.start();
        let first = self.or_pattern()?;
        let mut rest = Vec::new();
        loop {
            if self.eat("->") {
                rest.push((None, self.or_pattern()?));
            } else if self.at("-") && self.at_ahead(1, "[") {
                self.at += 2;
                let max = self.expr()?;
                self.expect("]")?;
                self.expect(">")?;
                rest.push((Some(max), self.or_pattern()?));
            } else {
                break;
            }
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let kind = PatternKind::FollowedBy {
            first: Box::new(first),
            rest,
        };
        Ok(Pattern {
            kind,
            span: self.span_from(start),
        })
    }

    fn or_pattern(&mut self) -> Production<Pattern> {
        self.pattern_chain("or", Self::and_pattern, PatternKind::Or)
    }

    fn and_pattern(&mut self) -> Production<Pattern> {
        self.pattern_chain("and", Self::repeat_pattern, PatternKind::And)
    }

    fn pattern_chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Production<Pattern>,
        build: fn(Vec<Pattern>) -> PatternKind,
    ) -> Production<Pattern> {
        let start = self.start();
        let mut parts = vec![part(self)?];
        while self.eat_word(word) {
            parts.push(part(self)?);
        }
        if parts.len() == 1
            && let Some(only) = parts.pop()
        {
            return Ok(only);
        }
        Ok(Pattern {
            kind: build(parts),
            span: self.span_from(start),
        })
    }

    /// `[2:3] A until B`
    fn repeat_pattern(&mut self) -> Production<Pattern> {
        let start = self.start();
        let range = match self.at("[") {
            true => Some(self.repeat_range()?),
            false => None,
        };
        let pattern = self.prefixed_pattern()?;
        let until = match self.eat_word("until") {
            true => Some(Box::new(self.enter_by(3, Self::repeat_pattern)?)),
            false => None,
        };
        if range.is_none() && until.is_none() {
            return Ok(pattern);
        }
        let kind = PatternKind::Repeat {
            range,
            pattern: Box::new(pattern),
            until,
        };
        Ok(Pattern {
            kind,
            span: self.span_from(start),
        })
    }

    /// `[n]`, `[a:b]`, `[a:]`, `[:b]`
    fn repeat_range(&mut self) -> Production<RepeatRange> {
        let start = self.start();
        self.expect("[")?;
        let low = match self.at(":") {
            true => None,
            false => Some(self.expr()?),
        };
        let exact = !self.at(":");
        let mut high = None;
        if exact {
            high.clone_from(&low);
        } else {
            self.advance();
            if !self.at("]") {
                high = Some(self.expr()?);
            }
        }
        self.expect("]")?;
        let span = self.span_from(start);
        if low.is_none() && high.is_none() {
            return self.fail(Diagnostic::syntax(
                "a repeat needs a lower or an upper bound",
                span,
            ));
        }
        Ok(RepeatRange {
            low,
            high,
            exact,
            span,
        })
    }

    /// `every A`, `every-distinct(x) A`, `not A`
    fn prefixed_pattern(&mut self) -> Production<Pattern> {
        let start = self.start();
        let kind = if self.at_words(&["every", "-", "distinct"]) {
            self.at += 3;
            self.expect("(")?;
            let args = self.comma_list(")", Self::expr)?;
            self.expect(")")?;
            let pattern = Box::new(self.enter_by(3, Self::prefixed_or_range)?);
            PatternKind::EveryDistinct { args, pattern }
        } else if self.eat_word("every") {
            PatternKind::Every(Box::new(self.enter_by(3, Self::prefixed_or_range)?))
        } else if self.eat_word("not") {
            PatternKind::Not(Box::new(self.enter_by(3, Self::prefixed_or_range)?))
        } else {
            return self.guarded_pattern();
        };
        Ok(Pattern {
            kind,
            span: self.span_from(start),
        })
    }

    /// `every [2] A`: a repeat directly behind `every`.
    fn prefixed_or_range(&mut self) -> Production<Pattern> {
        if !self.at("[") {
            return self.prefixed_pattern();
        }
        let start = self.start();
        let range = Some(self.repeat_range()?);
        let pattern = Box::new(self.enter_by(3, Self::prefixed_pattern)?);
        let kind = PatternKind::Repeat {
            range,
            pattern,
            until: None,
        };
        Ok(Pattern {
            kind,
            span: self.span_from(start),
        })
    }
}
