//! The streams of a statement: filters, views, aliases, joins.
//!
//! Nouns: a source is a filter or pattern with views and an alias; joins chain them. Never: knows a view.

use super::{Abort, Parser, Production};
use crate::Diagnostic;
use crate::ast::{
    BinaryOp, ContainedEvent, Expr, ExprKind, Join, JoinKind, Retain, StreamFilter, StreamKind,
    StreamSource, View,
};

impl Parser<'_> {
    pub(super) fn stream_sources(&mut self) -> Production<Vec<StreamSource>> {
        let mut sources = vec![self.stream_source()?];
        loop {
            if self.eat(",") {
                sources.push(self.stream_source()?);
            } else if let Some(kind) = self.join_kind()? {
                sources.push(self.joined_source(kind)?);
            } else {
                return Ok(sources);
            }
        }
    }

    /// `left outer join` and the like, taken.
    fn join_kind(&mut self) -> Production<Option<JoinKind>> {
        let kind = match () {
            () if self.at_any_word(&["join", "inner"]) => JoinKind::Inner,
            () if self.at_word("left") => JoinKind::Left,
            () if self.at_word("right") => JoinKind::Right,
            () if self.at_word("full") => JoinKind::Full,
            () => return Ok(None),
        };
        if !self.at_word("join") {
            self.advance();
        }
        if kind != JoinKind::Inner {
            self.eat_word("outer");
        }
        self.expect_word("join")?;
        Ok(Some(kind))
    }

    fn joined_source(&mut self, kind: JoinKind) -> Production<StreamSource> {
        let mut source = self.stream_source()?;
        let start = self.start();
        let mut on = Vec::new();
        if self.eat_word("on") {
            let condition = self.operators(0)?;
            self.join_pairs(condition, &mut on)?;
        }
        source.join = Some(Join {
            kind,
            on,
            span: self.span_from(start),
        });
        Ok(source)
    }

    /// Takes `a = b and c = d` apart.
    fn join_pairs(&mut self, condition: Expr, on: &mut Vec<(Expr, Expr)>) -> Production<()> {
        let span = condition.span;
        match condition.kind {
            ExprKind::Binary {
                op: BinaryOp::And,
                left,
                right,
            } => {
                self.join_pairs(*left, on)?;
                self.join_pairs(*right, on)
            }
            ExprKind::Binary {
                op: BinaryOp::Equal,
                left,
                right,
            } => {
                on.push((*left, *right));
                Ok(())
            }
            _ => {
                let message = "`on` takes properties that are equal, joined by `and`";
                let help = "put other conditions into `where`";
                self.fail(Diagnostic::syntax(message, span).with_help(help))
            }
        }
    }

    /// One stream with views, alias and flags.
    pub(super) fn stream_source(&mut self) -> Production<StreamSource> {
        let start = self.start();
        let kind = self.stream_kind()?;
        let views = self.views()?;
        let mut source = StreamSource {
            join: None,
            kind,
            views,
            retain: None,
            alias: None,
            unidirectional: false,
            span: self.span_from(start),
        };
        source.retain = self.retain();
        source.alias = self.alias()?;
        source.unidirectional = self.eat_word("unidirectional");
        source.retain = source.retain.or(self.retain());
        source.span = self.span_from(start);
        Ok(source)
    }

    /// `retain-union`, `retain-intersection`
    pub(super) fn retain(&mut self) -> Option<Retain> {
        if self.eat_words(&["retain", "-", "union"]) {
            Some(Retain::Union)
        } else if self.eat_words(&["retain", "-", "intersection"]) {
            Some(Retain::Intersection)
        } else {
            None
        }
    }

    fn stream_kind(&mut self) -> Production<StreamKind> {
        if self.at_word("pattern") && (self.at_ahead(1, "[") || self.at_ahead(1, "@")) {
            self.advance();
            let annotations = self.annotations()?;
            let pattern = Box::new(self.bracketed_pattern()?);
            return Ok(StreamKind::Pattern {
                annotations,
                pattern,
            });
        }
        if self.at_ahead(1, ":") {
            let feature = format!("from {}:", self.word_at(0).unwrap_or("sql"));
            return self.foreign(&feature);
        }
        self.stream_filter().map(StreamKind::Filter)
    }

    /// `S(x > 1)[contained]`
    pub(super) fn stream_filter(&mut self) -> Production<StreamFilter> {
        let start = self.start();
        let event_type = self.qualified_name("the name of a stream")?;
        let mut filter = Vec::new();
        if self.eat("(") {
            filter = self.comma_list(")", Self::expr)?;
            self.expect(")")?;
        }
        let mut contained = Vec::new();
        while self.at("[") {
            contained.push(self.contained_event()?);
        }
        Ok(StreamFilter {
            event_type,
            filter,
            contained,
            span: self.span_from(start),
        })
    }

    /// `[prop]`, `[select a from prop@type(T) as x where …]`
    pub(super) fn contained_event(&mut self) -> Production<ContainedEvent> {
        let start = self.start();
        self.expect("[")?;
        let mut items = Vec::new();
        if self.eat_word("select") {
            items = self.select_list()?;
            self.expect_word("from")?;
        }
        let source = self.expr()?;
        let mut event_type = None;
        if self.at("@") && self.at_word_ahead(1, "type") {
            self.at += 2;
            self.expect("(")?;
            event_type = Some(self.qualified_name("an event type")?);
            self.expect(")")?;
        }
        let alias = self.alias()?;
        let where_ = match self.eat_word("where") {
            true => Some(self.expr()?),
            false => None,
        };
        self.expect("]")?;
        Ok(ContainedEvent {
            items,
            source,
            event_type,
            alias,
            where_,
            span: self.span_from(start),
        })
    }

    /// `#time(30 sec)#unique(a)`, `.win:time(30 sec)`
    pub(super) fn views(&mut self) -> Production<Vec<View>> {
        let mut views = Vec::new();
        while self.at("#") || self.at(".") && self.at_ahead(2, ":") {
            views.push(self.view()?);
        }
        if self.at(".") {
            let span = self.token().span.to(self.token_at(1).span);
            let fault = Diagnostic::syntax("a data window is written with `#`", span);
            return self.fail(fault.with_help("write `#time(30 sec)` or `.win:time(30 sec)`"));
        }
        Ok(views)
    }

    fn view(&mut self) -> Production<View> {
        let start = self.start();
        self.advance();
        let mut namespace = None;
        if self.at_ahead(1, ":") {
            namespace = Some(self.member()?);
            self.advance();
        }
        if !self.names_view() {
            self.fail_expected("the name of a data window");
            return Err(Abort);
        }
        let name = self.take_name();
        let mut args = Vec::new();
        if self.eat("(") {
            args = self.comma_list(")", Self::arg_value)?;
            self.expect(")")?;
        }
        Ok(View {
            namespace,
            name,
            args,
            span: self.span_from(start),
        })
    }

    fn names_view(&self) -> bool {
        self.at_ident(0) || self.word_at(0).is_some()
    }
}
