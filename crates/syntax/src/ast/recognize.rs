//! `match_recognize`: row patterns.
//!
//! Nouns: a [`MatchRecognize`] clause, its [`RowPattern`] over variables, their definitions.
//! Never: matches anything.

use super::{Expr, Ident};
use crate::Span;

/// `match_recognize ( … )`
#[derive(Debug, Clone, PartialEq)]
pub struct MatchRecognize {
    /// `partition by`
    pub partition_by: Vec<Expr>,
    /// `measures`: each with its name.
    pub measures: Vec<(Expr, Option<Ident>)>,
    /// `all matches`
    pub all_matches: bool,
    /// `after match skip …`
    pub skip: Option<MatchSkip>,
    /// `pattern ( … )`
    pub pattern: RowPattern,
    /// `interval 10 sec`
    pub interval: Option<Expr>,
    /// `or terminated` behind the interval.
    pub or_terminated: bool,
    /// `define A as …`
    pub define: Vec<(Ident, Expr)>,
    /// Where it stands.
    pub span: Span,
}

/// Where the search goes on after a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchSkip {
    /// `past last row`
    PastLastRow,
    /// `to next row`
    ToNextRow,
    /// `to current row`
    ToCurrentRow,
}

/// A regular expression over rows.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPattern {
    /// What it is.
    pub kind: RowPatternKind,
    /// Where it stands.
    pub span: Span,
}

/// What a row pattern is.
#[derive(Debug, Clone, PartialEq)]
pub enum RowPatternKind {
    /// A variable.
    Variable(Ident),
    /// `A B C`
    Sequence(Vec<RowPattern>),
    /// `A | B`
    Alternation(Vec<RowPattern>),
    /// `match_recognize_permute(A, B)`
    Permute(Vec<RowPattern>),
    /// `A*`, `(A B)+?`, `A{2,3}`
    Repeat {
        /// What is repeated.
        pattern: Box<RowPattern>,
        /// The least number.
        min: Option<Box<Expr>>,
        /// The greatest number; none for no bound.
        max: Option<Box<Expr>>,
        /// Which sign says so.
        quantifier: RowQuantifier,
        /// Whether `?` follows: as few as possible.
        reluctant: bool,
    },
}

/// How a repetition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowQuantifier {
    /// `*`
    ZeroOrMore,
    /// `+`
    OneOrMore,
    /// `?`
    ZeroOrOne,
    /// `{n}`: `min` and `max` are both `n`.
    Exactly,
    /// `{n,m}`, `{n,}`, `{,m}`
    Range,
}
