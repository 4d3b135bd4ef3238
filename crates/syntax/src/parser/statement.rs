//! One statement: annotations, declarations, context, and the words that say which kind it is.
//!
//! Nouns: the *verb* is a statement's first own word. What is EPL but not built yet is named in its report.
//! Never: guesses at a verb, though it suggests one.

use super::{Abort, Parser, Production};
use crate::Diagnostic;
use crate::ast::{ExpressionDeclaration, Statement, StatementKind};

const VERBS: [&str; 9] = [
    "select",
    "insert",
    "create",
    "on",
    "update",
    "delete",
    "context",
    "expression",
    "into",
];

impl Parser<'_> {
    pub(super) fn statement(&mut self) -> Production<Statement> {
        let start = self.start();
        let annotations = self.annotations()?;
        let mut expressions = Vec::new();
        while self.at_word("expression") {
            expressions.push(self.expression_declaration()?);
        }
        if self.at_word("inlined_class") {
            return self.foreign("inlined_class");
        }
        let mut context = None;
        if self.at_word("context") {
            self.advance();
            context = Some(self.ident("the name of a context")?);
        }
        let kind = self.statement_kind()?;
        Ok(Statement {
            annotations,
            context,
            expressions,
            kind,
            span: self.span_from(start),
        })
    }

    fn statement_kind(&mut self) -> Production<StatementKind> {
        let fire_and_forget = self.at_word("update") && !self.at_word_ahead(1, "istream");
        if self.at_any_word(&["select", "insert", "into"]) {
            Ok(StatementKind::Select(Box::new(self.select()?)))
        } else if self.at_word("create") {
            self.create()
        } else if self.at_word("on") {
            Ok(StatementKind::OnTrigger(Box::new(self.on_trigger()?)))
        } else if self.at_word("delete") || fire_and_forget {
            let word = if fire_and_forget {
                "update"
            } else {
                "delete from"
            };
            self.foreign(word)
        } else if self.at_word("update") {
            Ok(StatementKind::UpdateIstream(self.update_istream()?))
        } else {
            let near = self.word_at(0).and_then(|w| crate::suggest(w, VERBS));
            let help = near.map(|n| format!("did you mean `{n}`?"));
            let faults = self.diagnostics.len();
            self.fail_expected("a statement such as `select`, `insert into` or `create schema`");
            if let (Some(help), Some(last)) = (help, self.diagnostics.get_mut(faults)) {
                last.help.get_or_insert(help);
            }
            Err(Abort)
        }
    }

    /// Reports a part of EPL that is not built yet, and skips the statement.
    pub(super) fn foreign<T>(&mut self, feature: &str) -> Production<T> {
        let start = self.start();
        let words = feature.split(' ').count();
        let end = self.token_at(words - 1).span.end;
        let span = crate::Span::new(start, end.max(start));
        self.skip_foreign();
        self.fail(Diagnostic::unsupported(feature, span))
    }

    /// `expression f { x => … }`, with the word `expression`.
    pub(super) fn expression_declaration(&mut self) -> Production<ExpressionDeclaration> {
        let start = self.start();
        self.expect_word("expression")?;
        let opens = |p: &Self, ahead| ["(", "[", ":"].iter().any(|s| p.at_ahead(ahead, s));
        let script = opens(self, 1) || self.at_ident(1) && opens(self, 2);
        if script {
            return self.foreign("expression script");
        }
        let mut name = self.ident("the name of the expression")?;
        let alias = self.eat_words(&["alias", "for"]);
        if !alias && self.at_ident(0) {
            name = self.take_name();
        }
        self.expect("{")?;
        let params = match !alias && self.at_lambda() {
            true => self.lambda_params()?,
            false => Vec::new(),
        };
        let body = match self.at_word("select") {
            true => self.lone_subselect()?,
            false => self.expr()?,
        };
        self.expect("}")?;
        Ok(ExpressionDeclaration {
            name,
            alias,
            params,
            body,
            span: self.span_from(start),
        })
    }
}
