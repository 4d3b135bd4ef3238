//! Types as they are written, `cast` and `instanceof`.
//!
//! Nouns: a type is a name, perhaps with `<…>` and brackets. Never: knows which types there are.

use super::{Abort, Parser, Production};
use crate::ast::{Arg, ExprKind, TypeName};

impl Parser<'_> {
    /// `int`, `int[]`, `int[primitive]`, `List<String>`
    pub(super) fn type_name(&mut self) -> Production<TypeName> {
        let start = self.start();
        let mut ty = self.plain_type_name()?;
        while self.at("[") {
            self.advance();
            ty.primitive_array |= ty.dimensions == 0 && self.eat_word("primitive");
            self.expect("]")?;
            ty.dimensions += 1;
        }
        ty.span = self.span_from(start);
        Ok(ty)
    }

    /// A type without brackets.
    pub(super) fn plain_type_name(&mut self) -> Production<TypeName> {
        self.enter(|p| {
            let start = p.start();
            let name = p.qualified_name("a type")?;
            let mut arguments = Vec::new();
            if p.eat("<") {
                arguments = p.comma_list(">", Self::type_name)?;
                p.expect(">")?;
            }
            let span = p.span_from(start);
            Ok(TypeName {
                name,
                arguments,
                dimensions: 0,
                primitive_array: false,
                span,
            })
        })
    }

    /// `cast(x, int)`, `cast(x as int)`
    pub(super) fn cast(&mut self) -> Production<ExprKind> {
        self.at += 2;
        let operand = Box::new(self.expr()?);
        if !self.eat(",") && !self.eat_word("as") {
            self.fail_expected("`,` or `as`");
            return Err(Abort);
        }
        let ty = self.type_name()?;
        self.eat("?");
        let mut options: Vec<Arg> = Vec::new();
        while self.eat(",") {
            options.push(self.arg()?);
        }
        self.expect(")")?;
        Ok(ExprKind::Cast {
            operand,
            ty,
            options,
        })
    }

    /// `instanceof(x, A, B)`
    pub(super) fn instance_of(&mut self) -> Production<ExprKind> {
        self.at += 2;
        let operand = Box::new(self.expr()?);
        let mut types = Vec::new();
        while types.is_empty() || self.at(",") {
            self.expect(",")?;
            types.push(self.type_name()?);
        }
        self.expect(")")?;
        Ok(ExprKind::InstanceOf { operand, types })
    }
}
