//! Values that no operator takes apart.
//!
//! Nouns: constants, parentheses, arrays, `case`, `new`, lambdas, parameters, subqueries; names are in `call`.
//! Never: accepts `case` behind an operator.

use super::{Abort, Parser, Production};
use crate::Diagnostic;
use crate::ast::{CaseBranch, Expr, ExprKind, Ident, Literal, NewField};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// One value, with the `.links` behind it.
    pub(super) fn primary(&mut self) -> Production<Expr> {
        if self.at("(") {
            return self.parenthesised();
        }
        let start = self.start();
        match self.plain_value() {
            Some(kind) => {
                let value = Expr {
                    kind: kind?,
                    span: self.span_from(start),
                };
                let value = self.maybe_time_period(value)?;
                self.chain_links(value, start)
            }
            None => self.named_value(),
        }
    }

    /// Values that begin with neither a name nor a parenthesis; none where a name stands.
    fn plain_value(&mut self) -> Option<Production<ExprKind>> {
        match &self.token().kind {
            TokenKind::Literal(literal) => {
                let literal = literal.clone();
                self.advance();
                Some(Ok(ExprKind::Literal(literal)))
            }
            TokenKind::Sign("{") => Some(self.array_value().map(|array| array.kind)),
            TokenKind::Sign("?") => Some(self.substitution()),
            TokenKind::Quoted => None,
            TokenKind::Word => self.keyword_value(),
            _ => {
                self.fail_expected("an expression");
                Some(Err(Abort))
            }
        }
    }

    /// Values that begin with a keyword.
    fn keyword_value(&mut self) -> Option<Production<ExprKind>> {
        let literal = match () {
            () if self.at_word("null") => Literal::Null,
            () if self.at_word("true") => Literal::Bool(true),
            () if self.at_word("false") => Literal::Bool(false),
            () if self.at_word("new") => return Some(self.enter(Self::new_value)),
            () if self.at_word("cast") && self.at_ahead(1, "(") => {
                return Some(self.enter(Self::cast));
            }
            () if self.at_word("instanceof") && self.at_ahead(1, "(") => {
                return Some(self.enter(Self::instance_of));
            }
            () if self.at_words(&["exists", "(", "select"]) => return Some(self.exists()),
            () if self.at_word("case") => {
                let span = self.token().span;
                let fault = Diagnostic::syntax("`case` cannot follow an operator", span)
                    .with_help("put it in parentheses: `(case … end)`");
                return Some(self.fail(fault));
            }
            () => return None,
        };
        self.advance();
        Some(Ok(ExprKind::Literal(literal)))
    }

    /// `(x)`, `(select …)`
    fn parenthesised(&mut self) -> Production<Expr> {
        let start = self.start();
        self.expect("(")?;
        let inner = if self.at_word("select") {
            self.lone_subselect()?
        } else {
            self.expr()?
        };
        self.expect(")")?;
        self.chain_links(inner, start)
    }

    /// `select …`, as an expression.
    pub(super) fn lone_subselect(&mut self) -> Production<Expr> {
        let start = self.start();
        let kind = ExprKind::Subquery(self.subselect()?);
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    /// `exists (select …)`
    fn exists(&mut self) -> Production<ExprKind> {
        self.at += 2;
        let select = self.subselect()?;
        self.expect(")")?;
        Ok(ExprKind::ExistsSubquery(select))
    }

    /// `case [x] when a then b … [else c] end`
    pub(super) fn case(&mut self) -> Production<Expr> {
        let start = self.start();
        self.expect_word("case")?;
        let operand = match self.at_word("when") {
            true => None,
            false => Some(Box::new(self.expr()?)),
        };
        let mut branches = Vec::new();
        while branches.is_empty() || self.at_word("when") {
            self.expect_word("when")?;
            let when = self.expr()?;
            self.expect_word("then")?;
            branches.push(CaseBranch {
                when,
                then: self.expr()?,
            });
        }
        let otherwise = match self.eat_word("else") {
            true => Some(Box::new(self.expr()?)),
            false => None,
        };
        self.expect_word("end")?;
        let kind = ExprKind::Case {
            operand,
            branches,
            otherwise,
        };
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    /// `?`, `?:name`, `?:name:type`
    fn substitution(&mut self) -> Production<ExprKind> {
        self.expect("?")?;
        let (mut name, mut ty) = (None, None);
        if self.touching_name_follows() {
            self.advance();
            name = Some(self.take_name());
            if self.touching_name_follows() {
                self.advance();
                ty = Some(self.type_name()?);
            }
        }
        Ok(ExprKind::Substitution { name, ty })
    }

    /// Whether `:name` follows without space, unlike the colon of a range.
    fn touching_name_follows(&self) -> bool {
        let end = self
            .at
            .checked_sub(1)
            .map(|before| self.tokens[before].span.end);
        self.at(":") && self.at_ident(1) && end == Some(self.start())
    }

    /// `new {…}`, `new C(…)`, `new int[] {…}`
    fn new_value(&mut self) -> Production<ExprKind> {
        self.expect_word("new")?;
        if self.eat("{") {
            let fields = self.comma_list("}", Self::new_field)?;
            self.expect("}")?;
            return Ok(ExprKind::NewStruct(fields));
        }
        let class = self.plain_type_name()?;
        if self.at("[") {
            return self.new_array(class);
        }
        let args = self.args()?;
        Ok(ExprKind::NewObject { class, args })
    }

    fn new_field(&mut self) -> Production<NewField> {
        let name = self.ident("a column name")?;
        let value = match self.eat("=") {
            true => Some(self.expr()?),
            false => None,
        };
        Ok(NewField { name, value })
    }

    fn new_array(&mut self, element: crate::ast::TypeName) -> Production<ExprKind> {
        let mut sizes = Vec::new();
        while self.eat("[") {
            sizes.push(match self.at("]") {
                true => None,
                false => Some(self.expr()?),
            });
            self.expect("]")?;
        }
        let values = match self.at("{") {
            true => Some(Box::new(self.array_value()?)),
            false => None,
        };
        Ok(ExprKind::NewArray {
            element,
            sizes,
            values,
        })
    }

    /// `{1, {2, 3}}` without links behind it.
    fn array_value(&mut self) -> Production<Expr> {
        let start = self.start();
        self.expect("{")?;
        let values = self.comma_list("}", Self::expr)?;
        self.expect("}")?;
        Ok(Expr {
            kind: ExprKind::Array(values),
            span: self.span_from(start),
        })
    }

    /// Whether `x =>` or `(x, y) =>` stands here.
    pub(super) fn at_lambda(&self) -> bool {
        if self.at_ident(0) {
            return self.at_ahead(1, "=>");
        }
        if !self.at("(") {
            return false;
        }
        let mut ahead = 1;
        while self.at_ident(ahead) && self.at_ahead(ahead + 1, ",") {
            ahead += 2;
        }
        ahead += usize::from(self.at_ident(ahead));
        self.at_ahead(ahead, ")") && self.at_ahead(ahead + 1, "=>")
    }

    /// `x => …`, `(x, y) => …`, which [`Parser::at_lambda`] has seen.
    pub(super) fn lambda(&mut self) -> Production<Expr> {
        let start = self.start();
        let params = self.lambda_params()?;
        let body = Box::new(self.expr()?);
        let kind = ExprKind::Lambda { params, body };
        Ok(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    /// The parameters and the arrow.
    pub(super) fn lambda_params(&mut self) -> Production<Vec<Ident>> {
        let params = if self.eat("(") {
            let params = self.comma_list(")", |p| p.ident("a parameter"))?;
            self.expect(")")?;
            params
        } else {
            vec![self.ident("a parameter")?]
        };
        self.expect("=>")?;
        Ok(params)
    }
}
