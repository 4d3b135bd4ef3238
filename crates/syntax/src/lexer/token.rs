//! One token.
//!
//! Nouns: [`Token`], [`TokenKind`]. No state. Never: owns source text but for decoded constants.

use crate::Span;
use crate::ast::Literal;

/// A token and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// A name or keyword; `\.` within it stands for a point that is part of the name.
    Word,
    /// A name in backticks; the span includes them.
    Quoted,
    /// A number or string.
    Literal(Literal),
    /// Text between `"""` and `"""`.
    Triple,
    /// One of the signs.
    Sign(&'static str),
    /// The end of the text.
    End,
}
