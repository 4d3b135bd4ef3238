//! Annotations: `@Name('x')`.
//!
//! Nouns: an annotation, its arguments, their values. Never: knows which annotations mean something.

use super::{Abort, Parser, Production};
use crate::ast::{Annotation, AnnotationArg, AnnotationValue, Literal};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// All annotations that stand here.
    pub(super) fn annotations(&mut self) -> Production<Vec<Annotation>> {
        let mut list = Vec::new();
        while self.at("@") {
            list.push(self.annotation()?);
        }
        Ok(list)
    }

    /// `@Name`, `@Name('x')`, `@Tag(name='a', value='b')`
    pub(super) fn annotation(&mut self) -> Production<Annotation> {
        self.enter(|p| {
            let start = p.start();
            p.expect("@")?;
            let name = p.annotation_name()?;
            let mut args = Vec::new();
            if p.eat("(") {
                args = p.comma_list(")", Self::annotation_arg)?;
                p.expect(")")?;
            }
            Ok(Annotation {
                name,
                args,
                span: p.span_from(start),
            })
        })
    }

    fn annotation_name(&mut self) -> Production<crate::ast::QualifiedName> {
        let mut parts = vec![self.member()?];
        while self.eat(".") {
            parts.push(self.member()?);
        }
        let span = parts.iter().fold(parts[0].span, |s, p| s.to(p.span));
        Ok(crate::ast::QualifiedName { parts, span })
    }

    fn annotation_arg(&mut self) -> Production<AnnotationArg> {
        let start = self.start();
        let mut name = None;
        if self.at_ahead(1, "=") {
            name = Some(self.member()?);
            self.expect("=")?;
        }
        let value = self.annotation_value()?;
        Ok(AnnotationArg {
            name,
            value,
            span: self.span_from(start),
        })
    }

    fn annotation_value(&mut self) -> Production<AnnotationValue> {
        self.enter(|p| {
            if p.at("@") {
                return Ok(AnnotationValue::Annotation(Box::new(p.annotation()?)));
            }
            if p.eat("{") {
                let values = p.comma_list("}", Self::annotation_value)?;
                p.expect("}")?;
                return Ok(AnnotationValue::Array(values));
            }
            if let Some(literal) = p.annotation_literal() {
                return Ok(AnnotationValue::Literal(literal));
            }
            if !matches!(p.token().kind, TokenKind::Word | TokenKind::Quoted) {
                p.fail_expected("a value");
                return Err(Abort);
            }
            Ok(AnnotationValue::Name(p.annotation_name()?))
        })
    }

    fn annotation_literal(&mut self) -> Option<Literal> {
        let negative = self.at("-");
        let kind = &self.token_at(usize::from(negative)).kind;
        let literal = match kind {
            TokenKind::Literal(literal) => literal.clone(),
            TokenKind::Word if self.at_word("null") => Literal::Null,
            TokenKind::Word if self.at_word("true") => Literal::Bool(true),
            TokenKind::Word if self.at_word("false") => Literal::Bool(false),
            _ => return None,
        };
        let literal = match (negative, literal) {
            (false, literal) => literal,
            (true, Literal::Int(v)) => Literal::Int(-v),
            (true, Literal::Long(v)) => Literal::Long(-v),
            (true, Literal::Float(v)) => Literal::Float(-v),
            (true, Literal::Double(v)) => Literal::Double(-v),
            (true, _) => return None,
        };
        self.at += 1 + usize::from(negative);
        Some(literal)
    }
}
