//! Looking at tokens and taking them.
//!
//! Nouns: `at…` looks, `eat…` takes when it is there, `expect…` takes or reports. Never: builds a node but names.

use super::keywords::is_reserved;
use super::{Abort, Parser, Production};
use crate::Span;
use crate::ast::{Ident, QualifiedName};
use crate::lexer::{Token, TokenKind};

impl Parser<'_> {
    pub(super) fn token(&self) -> &Token {
        self.token_at(0)
    }

    /// The token that many places further on; the end's token beyond the end.
    pub(super) fn token_at(&self, ahead: usize) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + ahead).min(last)]
    }

    pub(super) fn advance(&mut self) {
        if self.at < self.tokens.len() - 1 {
            self.at += 1;
        }
    }

    /// Where the next token begins.
    pub(super) fn start(&self) -> usize {
        self.token().span.start
    }

    /// From there to the end of the last token taken.
    pub(super) fn span_from(&self, start: usize) -> Span {
        let end = match self.at {
            0 => start,
            at => self.tokens[at - 1].span.end,
        };
        Span::new(start, end.max(start))
    }

    pub(super) fn at_end(&self) -> bool {
        self.token().kind == TokenKind::End
    }

    pub(super) fn at(&self, sign: &str) -> bool {
        self.at_ahead(0, sign)
    }

    pub(super) fn at_ahead(&self, ahead: usize, sign: &str) -> bool {
        matches!(self.token_at(ahead).kind, TokenKind::Sign(s) if s == sign)
    }

    pub(super) fn eat(&mut self, sign: &str) -> bool {
        let found = self.at(sign);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, sign: &str) -> Production<()> {
        if self.eat(sign) {
            return Ok(());
        }
        self.fail_expected(&format!("`{sign}`"));
        Err(Abort)
    }

    /// The text of an unquoted word there.
    pub(super) fn word_at(&self, ahead: usize) -> Option<&str> {
        let token = self.token_at(ahead);
        (token.kind == TokenKind::Word).then(|| token.span.text(self.source))
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.at_word_ahead(0, word)
    }

    pub(super) fn at_word_ahead(&self, ahead: usize, word: &str) -> bool {
        self.word_at(ahead)
            .is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    pub(super) fn at_any_word(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.at_word(w))
    }

    /// Several words in a row, `-` between them allowed to stand as a word.
    pub(super) fn at_words(&self, words: &[&str]) -> bool {
        let here = |(i, w): (usize, &&str)| self.at_word_ahead(i, w) || self.at_ahead(i, w);
        words.iter().enumerate().all(here)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        if found {
            self.at += words.len();
        }
        found
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Production<()> {
        if self.eat_word(word) {
            return Ok(());
        }
        self.fail_expected(&format!("`{word}`"));
        Err(Abort)
    }

    /// Whether a name stands there: a word that is not reserved, or one in backticks.
    pub(super) fn at_ident(&self, ahead: usize) -> bool {
        match self.token_at(ahead).kind {
            TokenKind::Quoted => true,
            TokenKind::Word => self.word_at(ahead).is_some_and(|w| !is_reserved(w)),
            _ => false,
        }
    }

    /// A name; `what` says of what, for the report.
    pub(super) fn ident(&mut self, what: &str) -> Production<Ident> {
        if self.at_ident(0) {
            return Ok(self.take_name());
        }
        self.fail_keyword(what)
    }

    /// A name after a point, where keywords are names too.
    pub(super) fn member(&mut self) -> Production<Ident> {
        match self.token().kind {
            TokenKind::Word | TokenKind::Quoted => Ok(self.take_name()),
            _ => {
                self.fail_expected("a name");
                Err(Abort)
            }
        }
    }

    /// Takes the word or quoted name that is known to stand here.
    pub(super) fn take_name(&mut self) -> Ident {
        let token = self.token();
        let (span, quoted) = (token.span, token.kind == TokenKind::Quoted);
        let text = span.text(self.source);
        let name = if quoted {
            text.trim_matches('`').to_string()
        } else {
            text.replace("\\.", ".")
        };
        self.advance();
        Ident { name, span }
    }

    /// Names with dots between. Stops before `.ns:view`.
    pub(super) fn qualified_name(&mut self, what: &str) -> Production<QualifiedName> {
        let mut parts = vec![self.ident(what)?];
        while self.at(".") && !self.at_ahead(1, "*") && !self.at_ahead(2, ":") {
            self.advance();
            parts.push(self.member()?);
        }
        let span = parts.iter().fold(parts[0].span, |s, p| s.to(p.span));
        Ok(QualifiedName { parts, span })
    }
}
