//! `select` and its list, `insert into`.
//!
//! Nouns: the select list and its entries. A fault in one clause does not hide those of the next. Never:
//! checks that a clause makes sense where it stands.

use super::keywords::is_clause;
use super::{Parser, Production};
use crate::ast::{Ident, InsertInto, Select, SelectItem, StreamSelector};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// A whole statement from `insert`, `into table` or `select` on.
    pub(super) fn select(&mut self) -> Production<Select> {
        let insert_into = match self.at_word("insert") {
            true => Some(self.insert_into()?),
            false => None,
        };
        if insert_into.is_some() && self.at_any_word(&["values"]) {
            return self.foreign("values");
        }
        let mut select = self.select_from_clause()?;
        if let Some(insert) = &insert_into {
            select.span = insert.span.to(select.span);
        }
        select.insert_into = insert_into;
        Ok(select)
    }

    /// A `select` within an expression.
    pub(super) fn subselect(&mut self) -> Production<Box<Select>> {
        self.enter_by(4, |p| p.select_from_clause().map(Box::new))
    }

    fn select_from_clause(&mut self) -> Production<Select> {
        let start = self.start();
        let mut into_table = None;
        if self.at_words(&["into", "table"]) {
            self.at += 2;
            into_table = Some(self.ident("a table")?);
        }
        self.expect_word("select")?;
        Ok(self.select_body(start, into_table))
    }

    /// What follows the word `select`.
    pub(super) fn select_body(&mut self, start: usize, into_table: Option<Ident>) -> Select {
        let selector = self.stream_selector();
        let distinct = self.eat_word("distinct");
        let mut select = Select {
            insert_into: None,
            into_table,
            selector,
            distinct,
            items: self.clause(Self::select_list),
            from: Vec::new(),
            match_recognize: None,
            where_: None,
            group_by: Vec::new(),
            having: None,
            output: None,
            order_by: Vec::new(),
            limit: None,
            for_clauses: Vec::new(),
            span: self.span_from(start),
        };
        self.clauses(&mut select);
        select.span = self.span_from(start);
        select
    }

    /// `istream`, `rstream`, `irstream`, unless it is the function of that name.
    pub(super) fn stream_selector(&mut self) -> Option<StreamSelector> {
        let called = self.at_ahead(1, "(") && self.at_ahead(2, ")");
        if called || self.at_ahead(1, ".") {
            return None;
        }
        let selector = match () {
            () if self.at_word("istream") => StreamSelector::Istream,
            () if self.at_word("rstream") => StreamSelector::Rstream,
            () if self.at_word("irstream") => StreamSelector::Irstream,
            () => return None,
        };
        self.advance();
        Some(selector)
    }

    /// `a, b as c, *`
    pub(super) fn select_list(&mut self) -> Production<Vec<SelectItem>> {
        self.clause_list(Self::select_item)
    }

    fn select_item(&mut self) -> Production<SelectItem> {
        let start = self.start();
        if self.eat("*") {
            return Ok(SelectItem::Wildcard(self.span_from(start)));
        }
        if self.at_ident(0) && self.at_ahead(1, ".") && self.at_ahead(2, "*") {
            let stream = self.take_name();
            self.at += 2;
            let alias = self.alias()?;
            return Ok(SelectItem::StreamWildcard {
                stream,
                alias,
                span: self.span_from(start),
            });
        }
        let expr = self.expr()?;
        let annotations = self.annotations()?;
        let alias = self.alias()?;
        Ok(SelectItem::Expr {
            expr,
            alias,
            annotations,
            span: self.span_from(start),
        })
    }

    /// `as x`, or `x` alone where no clause begins.
    pub(super) fn alias(&mut self) -> Production<Option<Ident>> {
        if self.eat_word("as") {
            return self.ident("a name after `as`").map(Some);
        }
        let begins_clause = self.word_at(0).is_some_and(is_clause);
        let quoted = self.token().kind == TokenKind::Quoted;
        Ok((quoted || self.at_ident(0) && !begins_clause).then(|| self.take_name()))
    }

    /// `insert [irstream] into T (a, b) [event-precedence(expr)]`
    pub(super) fn insert_into(&mut self) -> Production<InsertInto> {
        let start = self.start();
        self.expect_word("insert")?;
        let selector = self.stream_selector();
        self.expect_word("into")?;
        let target = self.qualified_name("the name of a stream")?;
        let columns = match self.at("(") {
            true => self.ident_list()?,
            false => Vec::new(),
        };
        let mut precedence = None;
        if self.eat_words(&["event", "-", "precedence"]) {
            self.expect("(")?;
            precedence = Some(self.expr()?);
            self.expect(")")?;
        }
        Ok(InsertInto {
            selector,
            target,
            columns,
            precedence,
            span: self.span_from(start),
        })
    }

    /// `(a, b)`
    pub(super) fn ident_list(&mut self) -> Production<Vec<Ident>> {
        self.expect("(")?;
        let names = self.comma_list(")", |p| p.ident("a column name"))?;
        self.expect(")")?;
        Ok(names)
    }
}
