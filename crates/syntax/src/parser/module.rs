//! A whole text: head, statements, the `;` between them.
//!
//! Nouns: a statement ends at its `;`; one with a fault is left out of the module. Never: lets a fault cross a `;`.

use super::{Abort, Parser, Production};
use crate::Span;
use crate::ast::{Import, Module};
use crate::lexer::{MAX_FAULTS, TokenKind};

impl Parser<'_> {
    pub(super) fn module(&mut self) -> Module {
        let mut module = Module {
            span: Span::new(0, self.source.len()),
            ..Module::default()
        };
        while !self.at_end() && self.diagnostics.len() < MAX_FAULTS {
            if self.eat(";") {
                continue;
            }
            let errors = self.diagnostics.len();
            if let Err(Abort) = self.item(&mut module, errors) {
                self.skip_statement();
            } else if !self.at_end() && !self.at(";") {
                self.trailing_text();
                self.skip_statement();
            }
            self.depth = 0;
            self.height = 0;
        }
        module
    }

    /// One statement or one line of the head, without its `;`.
    fn item(&mut self, module: &mut Module, errors: usize) -> Production<()> {
        let names_follow = matches!(self.token_at(1).kind, TokenKind::Word | TokenKind::Quoted);
        if names_follow && self.eat_word("module") {
            module.name = Some(self.qualified_name("a module name")?);
        } else if names_follow && self.eat_word("uses") {
            module.uses.push(self.qualified_name("a module name")?);
        } else if names_follow && self.at_word("import") {
            module.imports.push(self.import()?);
        } else {
            let statement = self.statement()?;
            let complete = self.at_end() || self.at(";");
            if complete
                && self.diagnostics.len() == errors
                && !self.fault_in(statement.span.start..self.start())
            {
                module.items.push(statement);
            }
        }
        Ok(())
    }

    fn import(&mut self) -> Production<Import> {
        let start = self.start();
        self.expect_word("import")?;
        let name = self.qualified_name("a class or package")?;
        let wildcard = self.eat(".") && self.eat("*");
        Ok(Import {
            name,
            wildcard,
            span: self.span_from(start),
        })
    }

    /// Whether a fault of any kind lies in there, that of a comment or sign included.
    fn fault_in(&self, range: std::ops::Range<usize>) -> bool {
        self.diagnostics
            .iter()
            .any(|d| range.contains(&d.span.start))
    }

    /// Reports what stands where the statement should have ended.
    fn trailing_text(&mut self) {
        let faults = self.diagnostics.len();
        let near = [self.word_at(0), self.word_before()]
            .into_iter()
            .flatten()
            .find_map(|w| Some((w, crate::suggest(w, CLAUSE_WORDS)?)));
        let help = near.map(|(word, near)| format!("did you mean `{near}` where `{word}` stands?"));
        self.fail_expected("`;` or the end of the statement");
        if let (Some(help), Some(last)) = (help, self.diagnostics.get_mut(faults)) {
            last.help.get_or_insert(help);
        }
    }

    fn word_before(&self) -> Option<&str> {
        let token = self.tokens.get(self.at.checked_sub(1)?)?;
        (token.kind == TokenKind::Word).then(|| token.span.text(self.source))
    }
}

/// What people misspell behind the streams of a statement.
const CLAUSE_WORDS: [&str; 12] = [
    "from",
    "where",
    "group",
    "having",
    "output",
    "order",
    "limit",
    "join",
    "unidirectional",
    "retain",
    "select",
    "insert",
];
