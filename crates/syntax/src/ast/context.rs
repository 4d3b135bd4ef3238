//! `create context`.
//!
//! Nouns: a [`ContextSpec`] says how events are shared out into partitions; a [`ContextCondition`] says when one
//! begins or ends. Never: holds a partition.

use super::{CronField, Expr, Ident, Pattern, StreamFilter};
use crate::Span;

/// `create context C …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateContext {
    /// The context.
    pub name: Ident,
    /// What it is.
    pub spec: ContextSpec,
}

/// How events are shared out.
#[derive(Debug, Clone, PartialEq)]
pub enum ContextSpec {
    /// `partition by a, b from S, c, d from T [initiated by …] [terminated by …]`
    Keyed {
        /// The keys of each stream, at least one.
        items: Vec<ContextKey>,
        /// `initiated by`
        initiated: Vec<(StreamFilter, Option<Ident>)>,
        /// `terminated by`
        terminated: Option<ContextCondition>,
    },
    /// `coalesce by consistent_hash_crc32(a) from S granularity 16 [preallocate]`
    Hash {
        /// The hash of each stream, at least one.
        items: Vec<ContextHash>,
        /// `granularity`
        granularity: Expr,
        /// `preallocate`
        preallocate: bool,
    },
    /// `group by x < 0 as low, group by x > 0 as high from S`
    Category {
        /// The categories, at least one.
        categories: Vec<(Expr, Ident)>,
        /// Of which stream.
        source: StreamFilter,
    },
    /// `start … end …`: one at a time.
    NonOverlapping {
        /// `start`
        start: ContextCondition,
        /// `end`
        end: Option<ContextCondition>,
    },
    /// `initiated by … terminated by …`: many at a time.
    Overlapping {
        /// `distinct(…)`
        distinct: Vec<Expr>,
        /// `initiated by`
        start: ContextCondition,
        /// `terminated by`
        end: Option<ContextCondition>,
    },
    /// `context A …, context B …`
    Nested(Vec<(Ident, ContextSpec)>),
}

/// `a, b from S as s`
#[derive(Debug, Clone, PartialEq)]
pub struct ContextKey {
    /// The properties, at least one.
    pub keys: Vec<Expr>,
    /// Of which stream.
    pub source: StreamFilter,
    /// `as s`
    pub alias: Option<Ident>,
    /// Where it stands.
    pub span: Span,
}

/// `consistent_hash_crc32(a) from S`
#[derive(Debug, Clone, PartialEq)]
pub struct ContextHash {
    /// The hash function and its arguments, as a call or chain.
    pub hash: Expr,
    /// Of which stream.
    pub source: StreamFilter,
    /// Where it stands.
    pub span: Span,
}

/// When a partition begins or ends.
#[derive(Debug, Clone, PartialEq)]
pub enum ContextCondition {
    /// `@now`
    Now(Span),
    /// `@now and …`
    NowAnd(Box<ContextCondition>),
    /// `S(x > 1) as s`
    Filter {
        /// What is waited for.
        filter: StreamFilter,
        /// `as s`
        alias: Option<Ident>,
    },
    /// `pattern [ … ] [@inclusive] [as p]`
    Pattern {
        /// What is looked for.
        pattern: Box<Pattern>,
        /// `@inclusive`
        inclusive: bool,
        /// `as p`
        alias: Option<Ident>,
    },
    /// One or more crontabs: `(0, 9, *, *, *)`.
    Crontab(Vec<Vec<CronField>>),
    /// `after 10 sec`
    After(Expr),
}
