//! The `output` clause and crontab fields.
//!
//! Nouns: an [`OutputLimit`] says which rows ([`OutputKind`]) leave at which [`OutputRate`]; a [`CronField`]
//! is one field of a schedule. Never: computes a time.

use super::Expr;
use crate::Span;

/// `output [after …] [all|first|last|snapshot] every … [and when terminated …]`
#[derive(Debug, Clone, PartialEq)]
pub struct OutputLimit {
    /// `after 10 sec`, `after 5 events`
    pub after: Option<OutputAfter>,
    /// Which rows.
    pub kind: OutputKind,
    /// When.
    pub rate: OutputRate,
    /// `and when terminated …`
    pub and_terminated: Option<OutputTerminated>,
    /// Where it stands.
    pub span: Span,
}

/// When output begins.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputAfter {
    /// A time period.
    Period(Expr),
    /// A number of events.
    Events(Expr),
}

/// Which of the rows of an interval are put out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// Nothing is said: every row in order.
    Default,
    /// `all`
    All,
    /// `first`
    First,
    /// `last`
    Last,
    /// `snapshot`
    Snapshot,
}

/// When output happens.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputRate {
    /// Nothing is said but `after`.
    Always,
    /// `every 5 events`: a number or a variable.
    Events(Expr),
    /// `every 30 sec`: an [`super::ExprKind::TimePeriod`].
    Period(Expr),
    /// `at (*/5, *, *, *, *)`
    Crontab(Vec<CronField>),
    /// `when expr [then set …]`
    When {
        /// The condition.
        condition: Expr,
        /// What is set when it holds.
        then: Vec<Assignment>,
    },
    /// `when terminated …`
    Terminated(OutputTerminated),
}

/// `when terminated [and expr] [then set …]`
#[derive(Debug, Clone, PartialEq)]
pub struct OutputTerminated {
    /// A condition besides.
    pub condition: Option<Expr>,
    /// What is set.
    pub then: Vec<Assignment>,
    /// Where it stands.
    pub span: Span,
}

/// `a = 1`, `a.b[0] = 1`, or a plain call.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// What is set; none for a plain expression such as `f(x)`.
    pub target: Option<Expr>,
    /// To what.
    pub value: Expr,
    /// Where it stands.
    pub span: Span,
}

/// One field of a crontab.
#[derive(Debug, Clone, PartialEq)]
pub enum CronField {
    /// `*`
    Any,
    /// `*/5`
    Every(Expr),
    /// `5`, a variable, a parameter, a name.
    Value(Expr),
    /// `1:5`
    Range(Expr, Expr),
    /// `[1, 3, 5:8]`
    List(Vec<CronField>),
    /// `last`
    Last,
    /// `5 last`
    LastOf(Expr),
    /// `weekday`
    Weekday,
    /// `5 weekday`
    WeekdayOf(Expr),
}
