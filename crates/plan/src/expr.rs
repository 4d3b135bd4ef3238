//! Typed expressions. All coercion is explicit: operands of an operator already have the type
//! in which it computes, so that an evaluator never promotes.

use std::sync::Arc;

use tachograph_event::{Type, Value};

use crate::function::ScalarFunction;

/// An expression with the type of its result. Any result may be null.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What is computed.
    pub kind: ExprKind,
    /// Type of the result.
    pub ty: Type,
}

/// `+ - * / %`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithmeticOp {
    /// Integers wrap.
    Add,
    /// Integers wrap.
    Subtract,
    /// Integers wrap.
    Multiply,
    /// Always in doubles; a zero divisor gives an infinity or NaN.
    Divide,
    /// Sign of the dividend; an integer zero divisor is a fault.
    Modulo,
}

/// `= != < <= > >=`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// The four looks into a data window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrevKind {
    /// `prev(n, x)`: n events before, in window order.
    Prev,
    /// `prevtail(n, x)`: from the oldest end.
    Tail,
    /// `prevcount(x)`: how many.
    Count,
    /// `prevwindow(x)`: all, newest first.
    Window,
}

/// The operators.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// Property of the event at hand, by slot of the input's event type.
    Property(usize),
    /// Property of the first level's value: `inner.property` by slot of the nested type.
    Nested(Box<Expr>, usize),
    /// The event at hand, whole (a `Value::Row`).
    Event,
    /// The group key at this place of `group by`.
    GroupKey(usize),
    /// The present value of `Statement::aggregates[i]`, in the group at hand.
    Aggregate(usize),
    /// Column `i` of the row that `select` made, for `order by`.
    Column(usize),
    /// Number conversion, as a Java cast does.
    CastNumber(Box<Expr>),
    /// Text of a value, for `cast(x, string)`.
    CastText(Box<Expr>),
    /// A string parsed as the expression's type, for `cast('1', int)`; a bad text is a fault.
    ParseText(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// Operands have the expression's type (for `Divide`: double).
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// `& | ^` on integers or booleans of one type.
    Bitwise(char, Box<Expr>, Box<Expr>),
    /// `||` of strings; null if one is null.
    Concat(Vec<Expr>),
    /// Null if an operand is null. Numbers are already of one type.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `is` (or `is not` when negated): null-safe equality.
    Is {
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
        /// `is not`
        negated: bool,
    },
    /// Three-valued conjunction.
    And(Vec<Expr>),
    /// Three-valued disjunction.
    Or(Vec<Expr>),
    /// Three-valued negation.
    Not(Box<Expr>),
    /// `x [not] in (a, b, …)`; members already have the value's type, or are arrays of it.
    In {
        /// The value that is looked for.
        value: Box<Expr>,
        /// The members.
        list: Vec<Expr>,
        /// `not in`
        negated: bool,
    },
    /// `x [not] between a and b` and `x [not] in [a:b)`. A null operand gives false both ways.
    Range {
        /// The value that is tested.
        value: Box<Expr>,
        /// Lower bound.
        low: Box<Expr>,
        /// Upper bound.
        high: Box<Expr>,
        /// Is the lower bound within?
        include_low: bool,
        /// Is the upper bound within?
        include_high: bool,
        /// `not`
        negated: bool,
    },
    /// `like` with an escape character; the subject is already text.
    Like {
        /// The text.
        subject: Box<Expr>,
        /// The pattern (`%`, `_`).
        pattern: Box<Expr>,
        /// The escape character.
        escape: Option<char>,
        /// `not like`
        negated: bool,
    },
    /// Java-like `regexp`, matching the whole text.
    Regexp {
        /// The text.
        subject: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
        /// `not regexp`
        negated: bool,
    },
    /// `case when c then v … else e end`; results already have one type.
    Case {
        /// Conditions (booleans) with their results.
        branches: Vec<(Expr, Expr)>,
        /// Result where none holds.
        otherwise: Option<Box<Expr>>,
    },
    /// First value that is not null; all of one type.
    Coalesce(Vec<Expr>),
    /// Row-wise `min(a, b, …)`; null if one is null.
    Least(Vec<Expr>),
    /// Row-wise `max(a, b, …)`; null if one is null.
    Greatest(Vec<Expr>),
    /// `{a, b}`
    Array(Vec<Expr>),
    /// A registered scalar function.
    Call(Arc<dyn ScalarFunction>, Vec<Expr>),
    /// A look into the data window.
    Prev(PrevKind, Box<Expr>, Box<Expr>),
    /// `prior(n, x)`: the value of the event that arrived n events before this one.
    Prior(usize, Box<Expr>),
    /// `current_timestamp`, in milliseconds.
    CurrentTimestamp,
    /// `istream()`: is the row for the insert stream?
    IsIStream,
    /// `record_id()`: the record that the row came from, as text of fixed width.
    RecordId,
}

impl Expr {
    /// A constant.
    pub fn literal(value: Value, ty: Type) -> Expr {
        Expr {
            kind: ExprKind::Literal(value),
            ty,
        }
    }

    /// The direct operands.
    pub fn children(&self) -> Vec<&Expr> {
        use ExprKind::*;
        match &self.kind {
            Literal(_) | Property(_) | Event | GroupKey(_) | Aggregate(_) | Column(_)
            | CurrentTimestamp | IsIStream | RecordId => vec![],
            Nested(x, _)
            | CastNumber(x)
            | CastText(x)
            | ParseText(x)
            | Negate(x)
            | Not(x)
            | Prior(_, x) => vec![x],
            Arithmetic(_, l, r) | Bitwise(_, l, r) | Compare(_, l, r) | Prev(_, l, r) => {
                vec![l, r]
            }
            Is { left, right, .. } => vec![left, right],
            Concat(x)
            | And(x)
            | Or(x)
            | Coalesce(x)
            | Least(x)
            | Greatest(x)
            | Array(x)
            | Call(_, x) => x.iter().collect(),
            In { value, list, .. } => std::iter::once(&**value).chain(list).collect(),
            Range {
                value, low, high, ..
            } => vec![value, low, high],
            Like {
                subject, pattern, ..
            }
            | Regexp {
                subject, pattern, ..
            } => vec![subject, pattern],
            Case {
                branches,
                otherwise,
            } => branches
                .iter()
                .flat_map(|(c, v)| [c, v])
                .chain(otherwise.as_deref())
                .collect(),
        }
    }

    /// The direct operands, to be changed.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        use ExprKind::*;
        match &mut self.kind {
            Literal(_) | Property(_) | Event | GroupKey(_) | Aggregate(_) | Column(_)
            | CurrentTimestamp | IsIStream | RecordId => vec![],
            Nested(x, _)
            | CastNumber(x)
            | CastText(x)
            | ParseText(x)
            | Negate(x)
            | Not(x)
            | Prior(_, x) => vec![x],
            Arithmetic(_, l, r) | Bitwise(_, l, r) | Compare(_, l, r) | Prev(_, l, r) => {
                vec![l, r]
            }
            Is { left, right, .. } => vec![left, right],
            Concat(x)
            | And(x)
            | Or(x)
            | Coalesce(x)
            | Least(x)
            | Greatest(x)
            | Array(x)
            | Call(_, x) => x.iter_mut().collect(),
            In { value, list, .. } => std::iter::once(&mut **value).chain(list).collect(),
            Range {
                value, low, high, ..
            } => vec![value, low, high],
            Like {
                subject, pattern, ..
            }
            | Regexp {
                subject, pattern, ..
            } => vec![subject, pattern],
            Case {
                branches,
                otherwise,
            } => branches
                .iter_mut()
                .flat_map(|(c, v)| [c, v])
                .chain(otherwise.as_deref_mut())
                .collect(),
        }
    }

    /// Visits the expression and all below it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }
}
