//! Parameters, `new`, arrays and lambdas.
//!
//! Nouns: values that are made on the spot. Never: knows what a class is.

use super::{Parser, Production};
use crate::ast::{Expr, ExprKind, Ident, NewField, TypeName};

impl Parser<'_> {
    /// `?`, `?:name`, `?:name:type`
    pub(super) fn substitution(&mut self) -> Production<ExprKind> {
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
    pub(super) fn new_value(&mut self) -> Production<ExprKind> {
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

    fn new_array(&mut self, element: TypeName) -> Production<ExprKind> {
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
    pub(super) fn array_value(&mut self) -> Production<Expr> {
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
