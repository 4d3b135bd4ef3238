//! Strings.
//!
//! Nouns: the text between two equal quotes, and the escapes in it. An unknown escape such as `\d` stays as it
//! is written, which keeps regular expressions readable. Never: runs over the end of a line.

use super::{Lexer, TokenKind};
use crate::ast::Literal;

impl Lexer<'_> {
    /// Reads a string in single, double or triple quotes.
    pub(super) fn string(&mut self) {
        let start = self.at;
        if self.rest().starts_with("\"\"\"") {
            return self.triple(start);
        }
        let quote = self.rest().as_bytes()[0] as char;
        let mut escaped = false;
        let end = self.rest()[1..].find(|c| {
            let ends = !escaped && (c == quote || c == '\n');
            escaped = !escaped && c == '\\';
            ends
        });
        let body = end.unwrap_or(self.rest().len() - 1);
        let text = unescape(&self.rest()[1..1 + body]);
        self.at += 1 + body;
        let closed = self.rest().starts_with(quote);
        self.at += usize::from(closed);
        let line_end = self.at;
        self.push(TokenKind::Literal(Literal::String(text)), start);
        if !closed {
            let message = format!("this string has no end: `{quote}` is missing");
            self.complain(start, message);
            // A `;` at the end of the line was meant as one: what follows is another statement.
            if self.source[start..line_end].trim_end().ends_with(';') {
                self.push(TokenKind::Sign(";"), line_end);
            }
        }
    }

    fn triple(&mut self, start: usize) {
        match self.rest()[3..].find("\"\"\"") {
            Some(length) => self.at += length + 6,
            None => {
                self.at = self.source.len();
                self.complain(start, "this text has no end: `\"\"\"` is missing");
            }
        }
        self.push(TokenKind::Triple, start);
    }
}

/// Replaces the escapes of a string's text.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else {
            out.push('\\');
            break;
        };
        let (replacement, length) = escape(c, rest);
        match replacement {
            Some(r) => out.push(r),
            None => {
                out.push('\\');
                out.push(c);
            }
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// What an escape stands for, and its length after the backslash.
fn escape(c: char, rest: &str) -> (Option<char>, usize) {
    match c {
        'n' => (Some('\n'), 1),
        'r' => (Some('\r'), 1),
        't' => (Some('\t'), 1),
        'b' => (Some('\u{8}'), 1),
        'f' => (Some('\u{c}'), 1),
        '\\' | '\'' | '"' => (Some(c), 1),
        'u' => match rest.get(1..5).and_then(|h| u32::from_str_radix(h, 16).ok()) {
            Some(code) => (
                char::from_u32(code),
                if char::from_u32(code).is_some() { 5 } else { 1 },
            ),
            None => (None, 1),
        },
        _ => (None, c.len_utf8()),
    }
}
