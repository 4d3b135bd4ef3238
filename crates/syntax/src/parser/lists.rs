//! Lists, and going on after a fault.
//!
//! Nouns: an entry of a list; a fault within one skips to the next, so that its neighbours are still
//! checked. Never: skips a `;`.

use super::{Abort, Parser, Production};
use crate::lexer::TokenKind;

/// Words that begin a clause of a statement.
const CLAUSES: [&str; 9] = [
    "from",
    "where",
    "group",
    "having",
    "output",
    "order",
    "limit",
    "match_recognize",
    "set",
];

impl Parser<'_> {
    /// Entries with commas between, up to the closing sign, which is not taken. May be empty.
    /// A list with a bad entry is read to its end, then given up.
    pub(super) fn comma_list<T>(
        &mut self,
        close: &str,
        entry: impl Fn(&mut Self) -> Production<T>,
    ) -> Production<Vec<T>> {
        let mut list = Vec::new();
        if self.at(close) {
            return Ok(list);
        }
        let mut broken = false;
        loop {
            match entry(self) {
                Ok(value) => list.push(value),
                Err(Abort) => broken = true,
            }
            if broken && !self.at(",") && !self.at(close) {
                return Err(Abort);
            }
            if !self.eat(",") {
                break;
            }
        }
        if broken { Err(Abort) } else { Ok(list) }
    }

    /// Entries with commas between, up to the next clause. At least one.
    pub(super) fn clause_list<T>(
        &mut self,
        entry: impl Fn(&mut Self) -> Production<T>,
    ) -> Production<Vec<T>> {
        let mut list = Vec::new();
        let mut broken = false;
        loop {
            match entry(self) {
                Ok(value) => list.push(value),
                Err(Abort) => {
                    broken = true;
                    self.skip_entry();
                }
            }
            if !self.eat(",") {
                break;
            }
        }
        if broken { Err(Abort) } else { Ok(list) }
    }

    /// Reads a clause; a fault skips to the next clause, and the statement is given up at its end.
    pub(super) fn clause<T: Default>(
        &mut self,
        production: impl FnOnce(&mut Self) -> Production<T>,
    ) -> T {
        production(self).unwrap_or_else(|Abort| {
            self.skip_clause();
            T::default()
        })
    }

    /// To the next `,` or clause outside brackets.
    pub(super) fn skip_entry(&mut self) {
        self.skip_until(|p| p.at(",") || p.at_any_word(&CLAUSES));
    }

    /// To the next clause outside brackets.
    pub(super) fn skip_clause(&mut self) {
        self.skip_until(|p| p.at_any_word(&CLAUSES));
    }

    /// To the next place outside brackets that suits, or to `;`.
    fn skip_until(&mut self, suits: impl Fn(&Self) -> bool) {
        let mut open = 0usize;
        while !(self.at_end() || self.at(";") || open == 0 && suits(self)) {
            match self.token().kind {
                TokenKind::Sign("(" | "[" | "{") => open += 1,
                TokenKind::Sign(")" | "]" | "}") => open = open.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
    }

    /// To the `;` that ends the statement, not taken.
    pub(super) fn skip_statement(&mut self) {
        while !self.at_end() && !self.at(";") {
            self.advance();
        }
    }

    /// To the `;` behind text that may hold further ones in brackets.
    pub(super) fn skip_foreign(&mut self) {
        let before = self.at;
        let mut open = 0usize;
        while !(self.at_end() || open == 0 && self.at(";")) {
            match self.token().kind {
                TokenKind::Sign("(" | "[" | "{") => open += 1,
                TokenKind::Sign(")" | "]" | "}") => open = open.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
        if self.at_end() && open > 0 {
            self.at = before;
            self.skip_statement();
        }
    }
}
