//! The tree into text.
//!
//! Nouns: the *canonical* text has one line a statement, no needless parentheses, strings in double quotes; reading
//! it gives the same tree, places aside. State: the text so far. Never: keeps comments or layout.

mod context;
mod create;
mod expr;
mod literal;
mod output;
mod pattern;
mod recognize;
mod select;
mod statement;
mod trigger;
mod value;

use crate::ast::{Expr, Ident, Module, QualifiedName, Select, Statement};
use crate::lexer::{is_word_part, is_word_start};
use crate::parser::is_reserved;

/// The canonical text of a module, each statement on a line of its own, ended by `;`.
pub fn print_module(module: &Module) -> String {
    let mut p = Printer::default();
    p.module(module);
    p.out
}

/// The canonical text of a statement, without `;`.
pub fn print_statement(statement: &Statement) -> String {
    let mut p = Printer::default();
    p.statement(statement);
    p.out
}

/// The canonical text of a `select` with all its clauses.
pub fn print_select(select: &Select) -> String {
    let mut p = Printer::default();
    p.select(select);
    p.out
}

/// The canonical text of an expression.
pub fn print_expr(expr: &Expr) -> String {
    let mut p = Printer::default();
    p.expr(expr);
    p.out
}

/// The name of the column that a select list gives an expression without alias: its canonical text,
/// as `count(*)`, `sum(i+1)`, `"x"`, `s.a`; names have no backticks.
pub fn column_name(expr: &Expr) -> String {
    let mut p = Printer {
        bare_names: true,
        ..Printer::default()
    };
    p.expr(expr);
    p.out
}

/// The text so far.
#[derive(Default)]
struct Printer {
    out: String,
    bare_names: bool,
}

impl Printer {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Text when it is so.
    fn flag(&mut self, set: bool, text: &str) {
        if set {
            self.text(text);
        }
    }

    /// Text, then the thing, when there is one.
    fn optional<T>(&mut self, text: &str, thing: Option<&T>, print: impl Fn(&mut Self, &T)) {
        if let Some(thing) = thing {
            self.text(text);
            print(self, thing);
        }
    }

    fn list<T>(&mut self, items: &[T], separator: &str, print: impl Fn(&mut Self, &T)) {
        for (i, item) in items.iter().enumerate() {
            self.flag(i > 0, separator);
            print(self, item);
        }
    }

    /// Text, then the list, unless it is empty.
    fn clause<T>(&mut self, text: &str, items: &[T], print: impl Fn(&mut Self, &T)) {
        if !items.is_empty() {
            self.text(text);
            self.list(items, ", ", print);
        }
    }

    fn ident(&mut self, ident: &Ident) {
        let plain = is_plain(&ident.name) && !is_reserved(&ident.name) && !is_opener(&ident.name);
        self.name(&ident.name, plain);
    }

    /// A name after a point, where keywords are names too.
    fn member(&mut self, ident: &Ident) {
        self.name(&ident.name, is_plain(&ident.name));
    }

    fn name(&mut self, name: &str, plain: bool) {
        if plain || self.bare_names {
            self.text(name);
        } else {
            self.text("`");
            self.text(name);
            self.text("`");
        }
    }

    fn qualified_name(&mut self, name: &QualifiedName) {
        for (i, part) in name.parts.iter().enumerate() {
            self.flag(i > 0, ".");
            if i == 0 {
                self.ident(part)
            } else {
                self.member(part)
            }
        }
    }

    fn ident_list(&mut self, names: &[Ident]) {
        self.text("(");
        self.list(names, ", ", Self::ident);
        self.text(")");
    }
}

/// Whether the name reads as one word.
fn is_plain(name: &str) -> bool {
    name.starts_with(is_word_start) && name.chars().all(is_word_part)
}

/// Words that open something where a name may stand too.
fn is_opener(name: &str) -> bool {
    const WORDS: [&str; 6] = [
        "every",
        "pattern",
        "context",
        "expression",
        "last",
        "weekday",
    ];
    WORDS.iter().any(|w| w.eq_ignore_ascii_case(name))
}
