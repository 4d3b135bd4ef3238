//! Names, calls and what hangs on them.
//!
//! Nouns: a name with `(` behind it is a call, names with dots are a path, a method behind either makes
//! a chain. Never: tells a property from a stream, class or variable.

use super::keywords::{is_function, is_keyword_function, is_reserved};
use super::{Parser, Production};
use crate::ast::{Arg, Call, ChainLink, Expr, ExprKind, Path, PathSegment, SortOrder, Subscript};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// A value that begins with a name.
    pub(super) fn named_value(&mut self) -> Production<Expr> {
        let start = self.start();
        let reserved = self.word_at(0).is_some_and(is_reserved);
        let called = self.at_ahead(1, "(");
        if reserved && !(called && self.word_at(0).is_some_and(is_function)) {
            return self.fail_keyword("an expression");
        }
        let base = if called {
            let call = self.call()?;
            Expr {
                kind: ExprKind::Call(call),
                span: self.span_from(start),
            }
        } else {
            let path = self.path()?;
            let path = Expr {
                kind: ExprKind::Path(path),
                span: self.span_from(start),
            };
            self.maybe_time_period(path)?
        };
        self.chain_links(base, start)
    }

    /// `a.b[0].c?`, up to a method or the end.
    pub(super) fn path(&mut self) -> Production<Path> {
        let mut segments = vec![self.path_segment()?];
        while self.at(".") && self.names_member(1) && !self.at_ahead(2, "(") {
            self.advance();
            segments.push(self.path_segment()?);
        }
        Ok(Path { segments })
    }

    fn names_member(&self, ahead: usize) -> bool {
        matches!(
            self.token_at(ahead).kind,
            TokenKind::Word | TokenKind::Quoted
        )
    }

    fn path_segment(&mut self) -> Production<PathSegment> {
        let start = self.start();
        let name = self.member()?;
        let mut subscripts = Vec::new();
        while self.at("[") {
            subscripts.push(self.subscript()?);
        }
        let dynamic = self.eat("?");
        Ok(PathSegment {
            name,
            subscripts,
            dynamic,
            span: self.span_from(start),
        })
    }

    fn subscript(&mut self) -> Production<Subscript> {
        let start = self.start();
        self.expect("[")?;
        let mut keys = vec![self.enter(Self::expr)?];
        while self.eat(",") {
            keys.push(self.expr()?);
        }
        self.expect("]")?;
        Ok(Subscript {
            keys,
            span: self.span_from(start),
        })
    }

    /// `.method(…)`, `.property` and `[…]` behind a value.
    pub(super) fn chain_links(&mut self, base: Expr, start: usize) -> Production<Expr> {
        let mut links = Vec::new();
        loop {
            if self.at(".") && self.names_member(1) {
                self.advance();
                links.push(self.chain_link()?);
            } else if self.at("[") && (matches!(base.kind, ExprKind::Call(_)) || !links.is_empty())
            {
                links.push(ChainLink::Subscript(self.subscript()?));
            } else {
                break;
            }
        }
        if links.is_empty() {
            return Ok(base);
        }
        let kind = ExprKind::Chain {
            base: Box::new(base),
            links,
        };
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    fn chain_link(&mut self) -> Production<ChainLink> {
        if !self.at_ahead(1, "(") {
            return Ok(ChainLink::Property(self.path_segment()?));
        }
        let start = self.start();
        let call = self.call()?;
        Ok(ChainLink::Method {
            call,
            span: self.span_from(start),
        })
    }

    /// `name(…)`; the name is known to stand here.
    fn call(&mut self) -> Production<Call> {
        let keyword = self.word_at(0).is_some_and(is_keyword_function);
        let mut name = self.take_name();
        if keyword {
            name.name.make_ascii_lowercase();
        }
        self.expect("(")?;
        let distinct = self.at_word("distinct");
        if distinct || self.at_word("all") {
            self.advance();
        }
        let args = self.enter(|p| p.comma_list(")", Self::arg))?;
        self.expect(")")?;
        Ok(Call {
            name,
            distinct,
            args,
        })
    }

    /// `(x, y)`
    pub(super) fn args(&mut self) -> Production<Vec<Arg>> {
        self.expect("(")?;
        let args = self.comma_list(")", Self::arg)?;
        self.expect(")")?;
        Ok(args)
    }

    /// `x`, `*`, `s.*`, `x desc`, `name: x`
    pub(super) fn arg(&mut self) -> Production<Arg> {
        let start = self.start();
        let named = self.names_member(0) && self.at_ahead(1, ":");
        let mut name = None;
        if named {
            name = Some(self.take_name());
            self.expect(":")?;
        }
        let groups = name
            .as_ref()
            .is_some_and(|n| n.name.eq_ignore_ascii_case("group_by"));
        let value = if groups && self.at("(") {
            self.tuple()?
        } else {
            self.arg_value()?
        };
        Ok(Arg {
            name,
            value,
            span: self.span_from(start),
        })
    }

    /// `(a, b)`, `()`
    fn tuple(&mut self) -> Production<Expr> {
        let start = self.start();
        self.expect("(")?;
        let values = self.comma_list(")", Self::expr)?;
        self.expect(")")?;
        Ok(Expr {
            kind: ExprKind::Tuple(values),
            span: self.span_from(start),
        })
    }

    /// What may stand as an argument of a view or function.
    pub(super) fn arg_value(&mut self) -> Production<Expr> {
        let start = self.start();
        if self.eat("*") {
            return Ok(Expr {
                kind: ExprKind::Wildcard,
                span: self.span_from(start),
            });
        }
        if self.at_ident(0) && self.at_ahead(1, ".") && self.at_ahead(2, "*") {
            let stream = self.take_name();
            self.at += 2;
            let kind = ExprKind::StreamWildcard(stream);
            return Ok(Expr {
                kind,
                span: self.span_from(start),
            });
        }
        let value = self.expr()?;
        let order = match () {
            () if self.eat_word("asc") => SortOrder::Ascending,
            () if self.eat_word("desc") => SortOrder::Descending,
            () => return Ok(value),
        };
        let kind = ExprKind::Ordered {
            operand: Box::new(value),
            order,
        };
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }
}
