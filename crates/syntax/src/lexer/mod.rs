//! Text into tokens.
//!
//! Nouns: a [`Token`] is a [`TokenKind`] with its place; comments and space leave none. State: the
//! reading position. Never: knows keywords (a keyword is a word, the parser decides), stops at a fault.

mod number;
mod string;
mod token;

pub use token::{Token, TokenKind};

use crate::{Diagnostic, Span};

/// Signs of EPL, longer ones first. Those after the dot are no operators, but people write them.
const SIGNS: [&str; 39] = [
    "->", "=>", "==", "!=", "<>", "<=", ">=", "||", "&&", "++", "+=", "-=", "*=", "/=", "%=", "(",
    ")", "[", "]", "{", "}", ",", ";", ":", ".", "#", "@", "?", "=", "<", ">", "+", "-", "*", "/",
    "%", "|", "&", "^",
];

/// A text with more faults than this is no EPL; the rest is not read.
pub const MAX_FAULTS: usize = 200;

/// All tokens of a text, an [`TokenKind::End`] last, and what was wrong with it.
pub fn lex(source: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer {
        source,
        at: 0,
        tokens: Vec::with_capacity(source.len() / 4 + 1),
        diagnostics: Vec::new(),
    };
    while lexer.at < source.len() {
        lexer.step();
    }
    lexer.push(TokenKind::End, source.len());
    (lexer.tokens, lexer.diagnostics)
}

/// The reading position and what was read.
struct Lexer<'s> {
    source: &'s str,
    at: usize,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = Span::new(start, self.at);
        self.tokens.push(Token { kind, span });
    }

    fn complain(&mut self, start: usize, message: impl Into<String>) {
        let span = Span::new(start, self.at);
        self.diagnostics.push(Diagnostic::syntax(message, span));
        if self.diagnostics.len() >= MAX_FAULTS {
            let help = "this is one fault of very many; the rest of the text was not read";
            if let Some(last) = self.diagnostics.last_mut() {
                last.help = Some(help.to_string());
            }
            self.at = self.source.len();
        }
    }

    /// Reads one token, comment or run of space; always moves on.
    fn step(&mut self) {
        let Some(first) = self.rest().chars().next() else {
            return;
        };
        if first.is_whitespace() || first == '\u{feff}' {
            self.at += first.len_utf8();
        } else if self.rest().starts_with("//") {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        } else if self.rest().starts_with("/*") {
            self.block_comment();
        } else if is_word_start(first) {
            self.word();
        } else if first.is_ascii_digit() || self.is_leading_point() {
            self.number();
        } else if first == '\'' || first == '"' {
            self.string();
        } else if first == '`' {
            self.backticks();
        } else {
            self.sign(first);
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        match self.rest().find("*/") {
            Some(length) => self.at += length + 2,
            None => {
                self.at = self.source.len();
                self.complain(start, "this comment has no end: `*/` is missing");
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let mut chars = self.rest().char_indices().peekable();
        let mut length = 0;
        while let Some((at, c)) = chars.next() {
            let escaped_point = c == '\\' && chars.next_if(|(_, next)| *next == '.').is_some();
            if !escaped_point && !is_word_part(c) {
                break;
            }
            length = at + if escaped_point { 2 } else { c.len_utf8() };
        }
        self.at += length;
        self.push(TokenKind::Word, start);
    }

    fn backticks(&mut self) {
        let start = self.at;
        let end = self.rest()[1..].find(['`', '\n']);
        match end {
            Some(length) if length > 0 && self.rest()[1 + length..].starts_with('`') => {
                self.at += length + 2;
                self.push(TokenKind::Quoted, start);
            }
            _ => {
                self.at += 1 + end.unwrap_or(self.rest().len() - 1);
                if self.rest().starts_with('`') {
                    self.at += 1;
                    self.complain(start, "a name in backticks must not be empty");
                } else {
                    self.complain(start, "this name has no end: a backtick is missing");
                }
            }
        }
    }

    fn is_leading_point(&self) -> bool {
        let bytes = self.rest().as_bytes();
        let after_value = matches!(
            self.tokens.last(),
            Some(t) if t.span.end == self.at && !matches!(t.kind, TokenKind::Sign(s) if s != ")" && s != "]")
        );
        !after_value && bytes[0] == b'.' && bytes.get(1).is_some_and(u8::is_ascii_digit)
    }

    fn sign(&mut self, first: char) {
        let start = self.at;
        let sign = SIGNS.iter().find(|s| self.source[start..].starts_with(**s));
        if let Some(sign) = sign {
            self.at += sign.len();
            self.push(TokenKind::Sign(sign), start);
            return;
        }
        self.at += first.len_utf8();
        let shown = first.escape_debug();
        self.complain(start, format!("`{shown}` has no meaning in EPL"));
        if let ('!', Some(last)) = (first, self.diagnostics.last_mut()) {
            last.help = Some("write `not`, or `!=` to compare".to_string());
        }
    }
}

/// Whether a word may begin with it.
pub fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

/// Whether it may stand within a word.
pub fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
