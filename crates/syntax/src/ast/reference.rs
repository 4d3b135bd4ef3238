//! Properties and calls, as they are written.
//!
//! Nouns: a [`Path`] of [`PathSegment`]s, a [`Call`] with [`Arg`]s, the [`ChainLink`]s behind a value. Never: decides
//! what a name stands for.

use super::{Expr, Ident};
use crate::Span;

/// A property as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// At least one.
    pub segments: Vec<PathSegment>,
}

impl Path {
    /// The name when the path is a single plain name.
    pub fn as_name(&self) -> Option<&Ident> {
        match self.segments.as_slice() {
            [one] if one.subscripts.is_empty() && !one.dynamic => Some(&one.name),
            _ => None,
        }
    }
}

/// One step of a path: `a`, `a[0]`, `a?`.
#[derive(Debug, Clone, PartialEq)]
pub struct PathSegment {
    /// The name.
    pub name: Ident,
    /// `[0]`, `[key1, key2]`; one entry a bracket.
    pub subscripts: Vec<Subscript>,
    /// Whether `?` follows: the property need not exist.
    pub dynamic: bool,
    /// Where it stands.
    pub span: Span,
}

/// What stands in one pair of brackets.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscript {
    /// The index, or the keys of a table; at least one.
    pub keys: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `name([distinct|all] args)`
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The name. Names that are keywords (`SUM`, `Count`) are in lower case, others as written.
    pub name: Ident,
    /// Whether `distinct` stands before the arguments.
    pub distinct: bool,
    /// The arguments, named ones among them.
    pub args: Vec<Arg>,
}

/// One argument: `x`, `*`, `filter: x > 1`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// The name before the colon.
    pub name: Option<Ident>,
    /// The value; [`super::ExprKind::Tuple`] for `group_by: (…)`.
    pub value: Expr,
    /// Where it stands.
    pub span: Span,
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq)]
pub enum ChainLink {
    /// `.f(x)`
    Method {
        /// The method.
        call: Call,
        /// Where it stands, without the dot.
        span: Span,
    },
    /// `.a`, `.a[0]`
    Property(PathSegment),
    /// `[0]` directly behind a call.
    Subscript(Subscript),
}
