//! Tokens into the tree: recursive descent, one function a production.
//!
//! Nouns: the [`Parser`] with its position; [`Abort`] means "a fault has been written down, give this
//! production up". State: position, depth of nesting, faults so far. A fault skips to the next list
//! entry, clause or `;`, so that one run finds many. Never: panics, runs out of stack, reports the
//! same place twice.

mod annotation;
mod call;
mod clauses;
mod construct;
mod context;
mod create;
mod cursor;
mod expr;
mod from;
mod keywords;
pub(crate) mod level;
mod lists;
mod membership;
mod module;
mod output;
mod pattern;
mod pattern_atom;
mod primary;
mod recognize;
mod report;
mod schema;
mod select;
mod statement;
mod time_period;
mod trigger;
mod types;

pub use keywords::is_reserved;
pub(crate) use keywords::{is_function, is_keyword_function};

use crate::lexer::{Token, TokenKind, lex};
use crate::{Diagnostic, Parsed, ParsedExpression};

/// A fault has been written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abort;

/// What a production gives.
pub(crate) type Production<T> = Result<T, Abort>;

/// How deep productions may nest: parentheses count one, calls two, patterns more, by the stack that they take.
const MAX_DEPTH: usize = 150;

/// How high a tree of expressions may become, long chains of operators included.
const MAX_HEIGHT: usize = 500;

/// Position in the tokens, and what was found wrong.
pub(crate) struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    height: usize,
    diagnostics: Vec<Diagnostic>,
}

/// Reads a whole text: every statement that can be read, and every fault.
pub fn parse_module(source: &str) -> Parsed {
    let mut parser = Parser::new(source);
    let module = parser.module();
    Parsed {
        module,
        diagnostics: parser.finish(),
    }
}

/// Reads a lone expression such as `reverse(date) || '-' || carNumber`.
pub fn parse_expression(source: &str) -> ParsedExpression {
    let mut parser = Parser::new(source);
    let mut expr = parser.expr().ok();
    if expr.is_some() && !matches!(parser.token().kind, TokenKind::End) {
        parser.fail_expected("an operator or the end of the expression");
        expr = None;
    }
    let diagnostics = parser.finish();
    if diagnostics.iter().any(Diagnostic::is_error) {
        expr = None;
    }
    ParsedExpression { expr, diagnostics }
}

impl<'s> Parser<'s> {
    fn new(source: &'s str) -> Parser<'s> {
        let (tokens, diagnostics) = lex(source);
        Parser {
            source,
            tokens,
            at: 0,
            depth: 0,
            height: 0,
            diagnostics,
        }
    }

    fn finish(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics;
        diagnostics.sort_by_key(|d| d.span.start);
        diagnostics
    }

    /// Runs a production one level deeper, or refuses when the text nests too deep.
    fn enter<T>(&mut self, production: impl FnOnce(&mut Self) -> Production<T>) -> Production<T> {
        self.enter_by(1, production)
    }

    /// The same for a production that takes the stack of several.
    fn enter_by<T>(
        &mut self,
        levels: usize,
        production: impl FnOnce(&mut Self) -> Production<T>,
    ) -> Production<T> {
        self.descend(levels)?;
        let result = production(self);
        self.depth -= levels;
        result
    }

    /// Counts levels; whoever calls it counts back.
    fn descend(&mut self, levels: usize) -> Production<()> {
        if self.depth + levels > MAX_DEPTH {
            let message = "this is nested deeper than can be read";
            return self.fail(Diagnostic::syntax(message, self.token().span));
        }
        self.depth += levels;
        Ok(())
    }
}
