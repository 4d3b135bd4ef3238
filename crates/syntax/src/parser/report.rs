//! Writing faults down.
//!
//! Nouns: "expected …, found …", and the advice that goes with it. Never: tells two faults of one place.

use super::keywords::is_reserved;
use super::{Abort, Parser, Production};
use crate::Diagnostic;
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// Writes "expected …" down, with advice when a keyword stands here.
    pub(super) fn fail_keyword<T>(&mut self, what: &str) -> Production<T> {
        let word = self
            .word_at(0)
            .filter(|w| is_reserved(w))
            .map(str::to_string);
        let faults = self.diagnostics.len();
        self.fail_expected(what);
        if let (Some(word), Some(last)) = (word, self.diagnostics.get_mut(faults)) {
            let text =
                format!("`{word}` is a keyword; as a name it needs backticks: `` `{word}` ``");
            last.help.get_or_insert(text);
        }
        Err(Abort)
    }

    /// Writes a fault down, once a place, and gives up.
    pub(super) fn fail<T>(&mut self, diagnostic: Diagnostic) -> Production<T> {
        let same_place = |d: &&Diagnostic| d.span == diagnostic.span;
        if !self
            .diagnostics
            .iter()
            .rev()
            .take(8)
            .any(|d| same_place(&d))
        {
            self.diagnostics.push(diagnostic);
        }
        Err(Abort)
    }

    /// Writes "expected …, found …" down, unless a fault of the characters explains it.
    pub(super) fn fail_expected(&mut self, what: &str) {
        let here = self.token().span;
        let before = self
            .at
            .checked_sub(1)
            .map_or(0, |at| self.tokens[at].span.end);
        let gap = before..here.start;
        if self.diagnostics.iter().any(|d| gap.contains(&d.span.start)) {
            return;
        }
        let message = format!("expected {what}, found {}", self.found());
        let mut fault = Diagnostic::syntax(message, here);
        fault.help = self.advice();
        let _: Production<()> = self.fail(fault);
    }

    /// How the next token is called in a report.
    pub(super) fn found(&self) -> String {
        let token = self.token();
        if token.kind == TokenKind::End {
            return "the end of the text".to_string();
        }
        let text: String = token.span.text(self.source).chars().take(40).collect();
        format!(
            "`{}`",
            text.trim_matches('`')
                .escape_debug()
                .to_string()
                .replace("\\'", "'")
                .replace("\\\"", "\"")
        )
    }

    /// What people mean who write the sign that stands here.
    fn advice(&self) -> Option<String> {
        let TokenKind::Sign(sign) = self.token().kind else {
            return None;
        };
        let text = match sign {
            "==" => "EPL compares with a single `=`",
            "&&" => "write `and`",
            "++" | "+=" | "-=" | "*=" | "/=" | "%=" => "write the sum out: `a = a + 1`",
            _ => return None,
        };
        Some(text.to_string())
    }
}
