//! Event patterns.
//!
//! Nouns: a [`Pattern`] is a [`PatternKind`] with its place; an atom is a filter or an observer; a guard
//! stands behind an atom or a group. Never: matches anything.

use super::{Annotation, Arg, CronField, Expr, Ident, StreamFilter};
use crate::Span;

/// A pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// Where it stands.
    pub span: Span,
}

/// What a pattern is.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// `a=A(x > 1)`
    Filter {
        /// The tag before `=`.
        tag: Option<Ident>,
        /// What is waited for.
        filter: StreamFilter,
        /// `@consume(2)` and the like.
        annotations: Vec<Annotation>,
    },
    /// `timer:interval(5 sec)`, `timer:at(…)`, `timer:schedule(…)`
    Observer {
        /// The word before the colon.
        namespace: Ident,
        /// The word after it.
        name: Ident,
        /// The arguments; empty for `timer:at`.
        args: Vec<Arg>,
        /// The fields of `timer:at`; empty for others.
        crontab: Vec<CronField>,
    },
    /// `A -> B -> C`, `A -[10]> B`
    FollowedBy {
        /// The first.
        first: Box<Pattern>,
        /// Those after, each with the most sub-expressions that may be open before it.
        rest: Vec<(Option<Expr>, Pattern)>,
    },
    /// `A or B`
    Or(Vec<Pattern>),
    /// `A and B`
    And(Vec<Pattern>),
    /// `[2:3] A until B`
    Repeat {
        /// The bounds in brackets.
        range: Option<RepeatRange>,
        /// What is repeated.
        pattern: Box<Pattern>,
        /// What ends it.
        until: Option<Box<Pattern>>,
    },
    /// `every A`
    Every(Box<Pattern>),
    /// `every-distinct(a.x, 10 sec) a=A`
    EveryDistinct {
        /// The keys, and perhaps a period at the end.
        args: Vec<Expr>,
        /// What is looked for.
        pattern: Box<Pattern>,
    },
    /// `not A`
    Not(Box<Pattern>),
    /// `A where timer:within(5 sec)`, `A while (x > 1)`
    Guarded {
        /// What is guarded.
        pattern: Box<Pattern>,
        /// By what.
        guard: Guard,
    },
}

/// What stands in the brackets before a repeated pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatRange {
    /// The least number; none for `[:b]`.
    pub low: Option<Expr>,
    /// The greatest number; none for `[a:]`; the same as `low` for `[n]`.
    pub high: Option<Expr>,
    /// Whether it was written as `[n]`.
    pub exact: bool,
    /// Where it stands.
    pub span: Span,
}

/// What a guard is.
#[derive(Debug, Clone, PartialEq)]
pub enum Guard {
    /// `where timer:within(5 sec)`
    Timer {
        /// The word before the colon.
        namespace: Ident,
        /// The word after it.
        name: Ident,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `while (expr)`
    While(Box<Expr>),
}
