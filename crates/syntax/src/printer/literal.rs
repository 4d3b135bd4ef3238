//! Constants as text.
//!
//! Nouns: strings stand in double quotes. Never: loses a digit.

use super::Printer;
use crate::ast::Literal;

impl Printer {
    pub(super) fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Null => self.text("null"),
            Literal::Bool(value) => self.text(if *value { "true" } else { "false" }),
            Literal::Int(value) => self.text(&value.to_string()),
            Literal::Long(value) => self.text(&format!("{value}L")),
            Literal::Float(value) => self.text(&format!("{value:?}f")),
            Literal::Double(value) => self.text(&format!("{value:?}")),
            Literal::String(text) => self.string(text),
        }
    }

    fn string(&mut self, text: &str) {
        self.text("\"");
        for c in text.chars() {
            match c {
                '"' => self.text("\\\""),
                '\\' => self.text("\\\\"),
                '\n' => self.text("\\n"),
                '\r' => self.text("\\r"),
                '\t' => self.text("\\t"),
                '\u{8}' => self.text("\\b"),
                '\u{c}' => self.text("\\f"),
                other => self.out.push(other),
            }
        }
        self.text("\"");
    }
}

/// Whether the constant's text begins with a minus sign.
pub(super) fn is_negative(literal: &Literal) -> bool {
    match literal {
        Literal::Int(v) => *v < 0,
        Literal::Long(v) => *v < 0,
        Literal::Float(v) => v.is_sign_negative(),
        Literal::Double(v) => v.is_sign_negative(),
        _ => false,
    }
}

/// Whether the constant is a number.
pub(super) fn is_number(literal: &Literal) -> bool {
    !matches!(
        literal,
        Literal::Null | Literal::Bool(_) | Literal::String(_)
    )
}
