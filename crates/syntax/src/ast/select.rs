//! The `select` statement and its streams.
//!
//! Nouns: a [`Select`] has [`SelectItem`]s, [`StreamSource`]s with [`View`]s, and clauses. Subqueries and
//! `on … select` use the same node. Never: checks that a clause makes sense where it stands.

use super::{
    Annotation, Expr, Ident, MatchRecognize, OutputLimit, Pattern, QualifiedName, SortOrder,
};
use crate::Span;

/// A `select` with all its clauses, in the order of the language.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// `insert into …`
    pub insert_into: Option<InsertInto>,
    /// `into table T`
    pub into_table: Option<Ident>,
    /// `istream`, `rstream`, `irstream` after `select`.
    pub selector: Option<StreamSelector>,
    /// `distinct`
    pub distinct: bool,
    /// What is selected, at least one.
    pub items: Vec<SelectItem>,
    /// The streams; the second and later ones say how they are joined. Empty without `from`.
    pub from: Vec<StreamSource>,
    /// `match_recognize ( … )`
    pub match_recognize: Option<Box<MatchRecognize>>,
    /// `where`
    pub where_: Option<Expr>,
    /// `group by`
    pub group_by: Vec<GroupItem>,
    /// `having`
    pub having: Option<Expr>,
    /// `output`
    pub output: Option<OutputLimit>,
    /// `order by`
    pub order_by: Vec<OrderItem>,
    /// `limit`
    pub limit: Option<Limit>,
    /// `for grouped_delivery(…)`
    pub for_clauses: Vec<ForClause>,
    /// Where it stands.
    pub span: Span,
}

/// Which of the two streams is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamSelector {
    /// What enters.
    Istream,
    /// What leaves.
    Rstream,
    /// Both.
    Irstream,
}

/// `insert [irstream] into T(a, b) [event-precedence(expr)]`
#[derive(Debug, Clone, PartialEq)]
pub struct InsertInto {
    /// Which of the statement's two streams is inserted.
    pub selector: Option<StreamSelector>,
    /// The event type, window or table.
    pub target: QualifiedName,
    /// The columns in parentheses; none without parentheses.
    pub columns: Vec<Ident>,
    /// `event-precedence(expr)`
    pub precedence: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// One entry of the select list.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// `*`
    Wildcard(Span),
    /// `s.*`, `s.* as x`
    StreamWildcard {
        /// The alias of the stream.
        stream: Ident,
        /// The name of the column that holds the whole event.
        alias: Option<Ident>,
        /// Where it stands.
        span: Span,
    },
    /// `expr [@eventbean] [as x]`
    Expr {
        /// What is computed.
        expr: Expr,
        /// The name it gets.
        alias: Option<Ident>,
        /// `@eventbean` and the like behind the expression.
        annotations: Vec<Annotation>,
        /// Where it stands.
        span: Span,
    },
}

/// One stream of the `from` clause.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamSource {
    /// How it is joined to those before; none for the first and after a comma.
    pub join: Option<Join>,
    /// Where its events come from.
    pub kind: StreamKind,
    /// `#length(5)` and the like, in order.
    pub views: Vec<View>,
    /// `retain-union`, `retain-intersection`
    pub retain: Option<Retain>,
    /// `as s`
    pub alias: Option<Ident>,
    /// `unidirectional`
    pub unidirectional: bool,
    /// Where it stands.
    pub span: Span,
}

/// Where a stream's events come from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StreamKind {
    /// `S(x > 1)`
    Filter(StreamFilter),
    /// `pattern [ … ]` with the annotations between word and bracket.
    Pattern {
        /// `@SuppressOverlappingMatches`, `@DiscardPartialsOnMatch`
        annotations: Vec<Annotation>,
        /// What is looked for.
        pattern: Box<Pattern>,
    },
}

/// `S(a = 1, b > 2)[contained]`
#[derive(Debug, Clone, PartialEq)]
pub struct StreamFilter {
    /// The event type, window, table or inserted-into stream.
    pub event_type: QualifiedName,
    /// What must all hold, as separated by commas; empty without parentheses.
    pub filter: Vec<Expr>,
    /// `[prop]`, `[select a from prop as x where …]`, in order.
    pub contained: Vec<ContainedEvent>,
    /// Where it stands.
    pub span: Span,
}

/// One step into the events contained in an event.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainedEvent {
    /// `select …`; empty without.
    pub items: Vec<SelectItem>,
    /// The property or expression that holds the events.
    pub source: Expr,
    /// `@type(T)`
    pub event_type: Option<QualifiedName>,
    /// `as x`
    pub alias: Option<Ident>,
    /// `where`
    pub where_: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `#time(30 sec)`, `.win:time(30 sec)`
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// `win`, `std`, `ext`, `stat` or another.
    pub namespace: Option<Ident>,
    /// The name of the view, as written.
    pub name: Ident,
    /// The arguments; `price desc` is [`super::ExprKind::Ordered`], `*` is [`super::ExprKind::Wildcard`].
    pub args: Vec<Expr>,
    /// Where it stands, from the `#` or the name.
    pub span: Span,
}

/// How several windows on one stream share its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retain {
    /// `retain-union`
    Union,
    /// `retain-intersection`
    Intersection,
}

/// How a stream is joined to those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Which rows without a partner stay.
    pub kind: JoinKind,
    /// `on a = b and c = d`: pairs of properties.
    pub on: Vec<(Expr, Expr)>,
    /// Where `join … on` stands.
    pub span: Span,
}

/// Which rows without a partner stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// `join`, `inner join`
    Inner,
    /// `left [outer] join`
    Left,
    /// `right [outer] join`
    Right,
    /// `full [outer] join`
    Full,
}

/// One entry of `group by`.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupItem {
    /// A plain expression.
    Expr(Expr),
    /// `(a, b)` or `()` within one of the following.
    Composite(Vec<Expr>, Span),
    /// `rollup(…)`
    Rollup(Vec<GroupItem>, Span),
    /// `cube(…)`
    Cube(Vec<GroupItem>, Span),
    /// `grouping sets(…)`
    GroupingSets(Vec<GroupItem>, Span),
}

/// One entry of `order by`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderItem {
    /// What is ordered by.
    pub expr: Expr,
    /// In which direction.
    pub order: SortOrder,
    /// Where it stands.
    pub span: Span,
}

/// `limit count [offset n]`, also from `limit offset, count`.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// How many rows: a whole number (negative for no limit), a variable or a parameter.
    pub count: Expr,
    /// How many are skipped first.
    pub offset: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `for grouped_delivery(a, b)`, `for discrete_delivery`
#[derive(Debug, Clone, PartialEq)]
pub struct ForClause {
    /// The name after `for`.
    pub name: Ident,
    /// The arguments.
    pub args: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}
