//! EPL: lexer, parser, syntax tree, diagnostics, printer.
//!
//! Nouns: [`parse_module`] turns a text into a [`ast::Module`] and [`Diagnostic`]s, [`parse_expression`] does so for
//! a lone expression. No state. Never: knows a type, a stream or a function; depends on another
//! crate; panics, whatever the text.

pub mod ast;
mod diagnostic;
mod lexer;
mod parser;
mod printer;
mod render;
mod span;
mod suggest;

pub use diagnostic::{Diagnostic, DiagnosticKind, Label, Severity};
pub use lexer::{Token, TokenKind, lex};
pub use parser::{is_reserved, parse_expression, parse_module};
pub use printer::{column_name, print_expr, print_module, print_select, print_statement};
pub use render::render_all;
pub use span::{LineColumn, Span};
pub use suggest::suggest;

/// What came of reading a module.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The statements that could be read.
    pub module: ast::Module,
    /// Every fault that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// What came of reading a lone expression.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedExpression {
    /// The expression; none when it could not be read.
    pub expr: Option<ast::Expr>,
    /// Every fault that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}
