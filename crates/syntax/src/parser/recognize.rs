//! `match_recognize`.
//!
//! Nouns: its clauses in the order of the language, and row patterns. Never: checks variables against definitions.

use super::{Abort, Parser, Production};
use crate::ast::{
    Expr, Ident, MatchRecognize, MatchSkip, RowPattern, RowPatternKind, RowQuantifier,
};

impl Parser<'_> {
    pub(super) fn match_recognize(&mut self) -> Production<MatchRecognize> {
        let start = self.start();
        self.expect_word("match_recognize")?;
        self.expect("(")?;
        let partition_by = match self.eat_words(&["partition", "by"]) {
            true => self.clause_list(Self::expr)?,
            false => Vec::new(),
        };
        let measures = match self.eat_word("measures") {
            true => self.clause_list(Self::measure)?,
            false => Vec::new(),
        };
        let all_matches = self.eat_words(&["all", "matches"]);
        let skip = self.match_skip()?;
        self.expect_word("pattern")?;
        self.expect("(")?;
        let pattern = self.row_pattern()?;
        self.expect(")")?;
        let mut interval = None;
        if self.eat_word("interval") {
            interval = Some(self.operators(super::level::SIGN)?);
        }
        let or_terminated = self.eat_words(&["or", "terminated"]);
        let define = match self.eat_word("define") {
            true => self.clause_list(Self::row_definition)?,
            false => Vec::new(),
        };
        self.expect(")")?;
        let span = self.span_from(start);
        Ok(MatchRecognize {
            partition_by,
            measures,
            all_matches,
            skip,
            pattern,
            interval,
            or_terminated,
            define,
            span,
        })
    }

    fn measure(&mut self) -> Production<(Expr, Option<Ident>)> {
        let expr = self.expr()?;
        let alias = match self.eat_word("as") {
            true => Some(self.ident("a name for the measure")?),
            false => None,
        };
        Ok((expr, alias))
    }

    fn row_definition(&mut self) -> Production<(Ident, Expr)> {
        let name = self.ident("a variable of the pattern")?;
        self.expect_word("as")?;
        Ok((name, self.expr()?))
    }

    fn match_skip(&mut self) -> Production<Option<MatchSkip>> {
        if !self.eat_words(&["after", "match"]) {
            return Ok(None);
        }
        self.expect_word("skip")?;
        let skip = match () {
            () if self.eat_words(&["past", "last", "row"]) => MatchSkip::PastLastRow,
            () if self.eat_words(&["to", "next", "row"]) => MatchSkip::ToNextRow,
            () if self.eat_words(&["to", "current", "row"]) => MatchSkip::ToCurrentRow,
            () => {
                self.fail_expected("`past last row`, `to next row` or `to current row`");
                return Err(Abort);
            }
        };
        Ok(Some(skip))
    }

    fn row_pattern(&mut self) -> Production<RowPattern> {
        self.enter(|p| {
            let start = p.start();
            let mut parts = vec![p.row_sequence()?];
            while p.eat("|") {
                parts.push(p.row_sequence()?);
            }
            Ok(p.row_group(parts, RowPatternKind::Alternation, start))
        })
    }

    fn row_sequence(&mut self) -> Production<RowPattern> {
        let start = self.start();
        let mut parts = vec![self.row_repeat()?];
        while self.at("(") || self.at_ident(0) {
            parts.push(self.row_repeat()?);
        }
        Ok(self.row_group(parts, RowPatternKind::Sequence, start))
    }

    fn row_group(
        &self,
        mut parts: Vec<RowPattern>,
        build: fn(Vec<RowPattern>) -> RowPatternKind,
        start: usize,
    ) -> RowPattern {
        match (parts.len(), parts.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                parts.extend(last);
                RowPattern {
                    kind: build(parts),
                    span: self.span_from(start),
                }
            }
        }
    }

    fn row_repeat(&mut self) -> Production<RowPattern> {
        let start = self.start();
        let atom = self.row_atom()?;
        let (mut min, mut max) = (None, None);
        let quantifier = match () {
            () if self.eat("*") => RowQuantifier::ZeroOrMore,
            () if self.eat("+") => RowQuantifier::OneOrMore,
            () if self.eat("?") => RowQuantifier::ZeroOrOne,
            () if self.at("{") => self.row_bounds(&mut min, &mut max)?,
            () => return Ok(atom),
        };
        let reluctant = self.eat("?");
        let pattern = Box::new(atom);
        let kind = RowPatternKind::Repeat {
            pattern,
            min,
            max,
            quantifier,
            reluctant,
        };
        Ok(RowPattern {
            kind,
            span: self.span_from(start),
        })
    }

    /// `{n}`, `{n,m}`, `{n,}`, `{,m}`
    fn row_bounds(
        &mut self,
        min: &mut Option<Box<Expr>>,
        max: &mut Option<Box<Expr>>,
    ) -> Production<RowQuantifier> {
        self.expect("{")?;
        if !self.at(",") {
            *min = Some(Box::new(self.expr()?));
        }
        if self.eat("}") {
            max.clone_from(min);
            return Ok(RowQuantifier::Exactly);
        }
        self.expect(",")?;
        if !self.at("}") {
            *max = Some(Box::new(self.expr()?));
        }
        self.expect("}")?;
        Ok(RowQuantifier::Range)
    }

    fn row_atom(&mut self) -> Production<RowPattern> {
        let start = self.start();
        if self.eat("(") {
            let inner = self.row_pattern()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.at_words(&["match_recognize_permute", "("]) {
            self.at += 2;
            let parts = self.comma_list(")", Self::row_pattern)?;
            self.expect(")")?;
            let kind = RowPatternKind::Permute(parts);
            return Ok(RowPattern {
                kind,
                span: self.span_from(start),
            });
        }
        let kind = RowPatternKind::Variable(self.ident("a variable of the pattern")?);
        Ok(RowPattern {
            kind,
            span: self.span_from(start),
        })
    }
}
