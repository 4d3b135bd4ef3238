//! The syntax tree of EPL: what a text says, before anyone asks what it means.
//!
//! Nouns: a [`Module`] is a whole text, a [`Statement`] is one rule of it with its [`Annotation`]s,
//! an [`Ident`] is one name, a [`QualifiedName`] several with dots between. Plain data with a
//! [`Span`] on every node. Never: knows a type, a stream or a function; resolves a name.

mod context;
mod create;
mod expr;
mod operator;
mod output;
mod pattern;
mod recognize;
mod reference;
mod select;
mod trigger;

pub use context::*;
pub use create::*;
pub use expr::*;
pub use operator::*;
pub use output::*;
pub use pattern::*;
pub use recognize::*;
pub use reference::*;
pub use select::*;
pub use trigger::*;

use crate::Span;

/// One name, without the backticks it may have been written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Ident {
    /// The name, in the case in which it was written.
    pub name: String,
    /// Where it stands, backticks included.
    pub span: Span,
}

/// Names with dots between, as `org.acme.Trade`.
#[derive(Debug, Clone, PartialEq)]
pub struct QualifiedName {
    /// The names in order, at least one.
    pub parts: Vec<Ident>,
    /// Where they stand.
    pub span: Span,
}

impl QualifiedName {
    /// The names joined by dots, without backticks.
    pub fn text(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|p| p.name.as_str()).collect();
        parts.join(".")
    }
}

/// A whole text: an optional head, then statements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Module {
    /// `module a.b;`
    pub name: Option<QualifiedName>,
    /// `uses a.b;` in order.
    pub uses: Vec<QualifiedName>,
    /// `import a.b.*;` in order.
    pub imports: Vec<Import>,
    /// The statements that could be read, in order; those with errors are left out.
    pub items: Vec<Statement>,
    /// The whole text.
    pub span: Span,
}

/// `import org.acme.Functions;` or `import org.acme.*;`
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The name without the final star.
    pub name: QualifiedName,
    /// Whether `.*` follows.
    pub wildcard: bool,
    /// Where it stands.
    pub span: Span,
}

/// One statement, from its first annotation to just before its `;`.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// `@Name('x')` and the others, in order.
    pub annotations: Vec<Annotation>,
    /// `context C` before the statement's own words.
    pub context: Option<Ident>,
    /// `expression f { … }` before the statement's own words.
    pub expressions: Vec<ExpressionDeclaration>,
    /// What it states.
    pub kind: StatementKind,
    /// Where it stands, annotations included; `span.text(source)` is its text.
    pub span: Span,
}

impl Statement {
    /// The first annotation of that name, compared without regard to case.
    pub fn annotation(&self, name: &str) -> Option<&Annotation> {
        let same = |a: &&Annotation| a.name.text().eq_ignore_ascii_case(name);
        self.annotations.iter().find(same)
    }

    /// The text of `@Name('…')`, if there is one.
    pub fn name(&self) -> Option<&str> {
        match &self.annotation("Name")?.args.first()?.value {
            AnnotationValue::Literal(Literal::String(text)) => Some(text),
            _ => None,
        }
    }
}

/// What a statement states.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StatementKind {
    /// `[insert into …] select …`
    Select(Box<Select>),
    /// `create [map|json|…] schema …`
    CreateSchema(CreateSchema),
    /// `create window …`
    CreateWindow(Box<CreateWindow>),
    /// `create table …`
    CreateTable(CreateTable),
    /// `create [unique] index …`
    CreateIndex(CreateIndex),
    /// `create [constant] variable …`
    CreateVariable(CreateVariable),
    /// `create expression …`
    CreateExpression(ExpressionDeclaration),
    /// `create context …`
    CreateContext(Box<CreateContext>),
    /// `on … select/set/update/delete/merge/insert`
    OnTrigger(Box<OnTrigger>),
    /// `update istream … set …`
    UpdateIstream(UpdateIstream),
}

/// `@Name('x')`, `@Tag(name='a', value='b')`, `@NoLock`.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// The name after the `@`.
    pub name: QualifiedName,
    /// What stands in the parentheses; empty without any.
    pub args: Vec<AnnotationArg>,
    /// Where it stands.
    pub span: Span,
}

/// One value of an annotation, named or not.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotationArg {
    /// The name before `=`; none for the single plain value.
    pub name: Option<Ident>,
    /// The value.
    pub value: AnnotationValue,
    /// Where it stands.
    pub span: Span,
}

/// What may stand in an annotation.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnotationValue {
    /// A string, number, `true`, `false` or `null`.
    Literal(Literal),
    /// A bare name such as `SupportEnum.VALUE` or `map`.
    Name(QualifiedName),
    /// `{1, 2}`
    Array(Vec<AnnotationValue>),
    /// An annotation within an annotation.
    Annotation(Box<Annotation>),
}

/// `name { x => … }` or `name alias for { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpressionDeclaration {
    /// What it is called by.
    pub name: Ident,
    /// True for `alias for`, which has no parameters and is called without parentheses.
    pub alias: bool,
    /// The parameters before `=>`.
    pub params: Vec<Ident>,
    /// The body in the braces.
    pub body: Expr,
    /// Where it stands.
    pub span: Span,
}
