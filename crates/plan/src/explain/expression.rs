//! Expressions as text, with the names of their slots.

use std::fmt::{self, Display, Formatter};

use tachograph_event::{EventType, Type, Value};

use crate::expr::{ArithmeticOp, CompareOp, Expr, ExprKind, PrevKind};
use crate::statement::Statement;

/// An expression and the names of what it refers to.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub expr: &'a Expr,
    pub event_type: &'a EventType,
    pub statement: Option<&'a Statement>,
}

impl Shown<'_> {
    fn of<'b>(&'b self, expr: &'b Expr) -> Shown<'b> {
        Shown { expr, ..*self }
    }

    fn list(&self, f: &mut Formatter<'_>, items: &[Expr], between: &str) -> fmt::Result {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                f.write_str(between)?;
            }
            self.of(item).fmt(f)?;
        }
        Ok(())
    }

    fn property(&self, slot: usize) -> &str {
        let property = self.event_type.properties.get(slot);
        property.map_or("?", |p| p.name.as_str())
    }

    fn leaf(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.expr.kind {
            ExprKind::Literal(Value::Str(text)) => write!(f, "'{}'", text.replace('\'', "\\'")),
            ExprKind::Literal(value @ Value::Long(_)) => write!(f, "{value}L"),
            ExprKind::Literal(value) => write!(f, "{value}"),
            ExprKind::Property(slot) => f.write_str(self.property(*slot)),
            ExprKind::GroupKey(i) => match self.statement.and_then(|s| s.group_by.get(*i)) {
                Some(key) => write!(f, "key({})", self.of(key)),
                None => write!(f, "key({i})"),
            },
            ExprKind::Aggregate(i) => match self.statement.and_then(|s| s.aggregates.get(*i)) {
                Some(call) => aggregate(f, call, self.event_type),
                None => write!(f, "aggregate({i})"),
            },
            ExprKind::Column(i) => write!(f, "column({i})"),
            ExprKind::Event => f.write_str("the event"),
            ExprKind::CurrentTimestamp => f.write_str("current_timestamp"),
            ExprKind::IsIStream => f.write_str("istream()"),
            ExprKind::RecordId => f.write_str("record_id()"),
            _ => self.operator(f),
        }
    }

    fn operator(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ty = &self.expr.ty;
        match &self.expr.kind {
            ExprKind::CastNumber(x) | ExprKind::CastText(x) | ExprKind::ParseText(x) => {
                write!(f, "{ty}({})", self.of(x))
            }
            ExprKind::Negate(x) => write!(f, "-{}", self.of(x)),
            ExprKind::Not(x) => write!(f, "not {}", self.of(x)),
            ExprKind::Arithmetic(op, l, r) => self.binary(f, l, arithmetic(*op), r),
            ExprKind::Bitwise(op, l, r) => self.binary(f, l, &op.to_string(), r),
            ExprKind::Compare(op, l, r) => self.binary(f, l, compare(*op), r),
            ExprKind::Is {
                left,
                right,
                negated,
            } => self.binary(f, left, if *negated { "is not" } else { "is" }, right),
            ExprKind::Concat(parts) => self.group(f, parts, " || "),
            ExprKind::And(parts) => self.group(f, parts, " and "),
            ExprKind::Or(parts) => self.group(f, parts, " or "),
            ExprKind::Coalesce(parts) => self.call(f, "coalesce", parts),
            ExprKind::Least(parts) => self.call(f, "min", parts),
            ExprKind::Greatest(parts) => self.call(f, "max", parts),
            ExprKind::Call(function, parts) => self.call(f, function.name(), parts),
            ExprKind::Array(parts) => {
                f.write_str("{")?;
                self.list(f, parts, ", ")?;
                f.write_str("}")
            }
            ExprKind::Nested(x, slot) => match &x.ty {
                Type::Event(inner) => {
                    let name = inner.properties.get(*slot).map_or("?", |p| &p.name);
                    write!(f, "{}.{name}", self.of(x))
                }
                _ => write!(f, "{}.{slot}", self.of(x)),
            },
            ExprKind::Prev(kind, index, x) => {
                write!(f, "{}({}, {})", prev(*kind), self.of(index), self.of(x))
            }
            ExprKind::Prior(n, x) => write!(f, "prior({n}, {})", self.of(x)),
            _ => self.test(f),
        }
    }

    fn test(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = |negated: bool| if negated { "not " } else { "" };
        match &self.expr.kind {
            ExprKind::In {
                value,
                list,
                negated,
            } => {
                write!(f, "{} {}in (", self.of(value), not(*negated))?;
                self.list(f, list, ", ")?;
                f.write_str(")")
            }
            ExprKind::Range {
                value,
                low,
                high,
                include_low,
                include_high,
                negated,
                ..
            } => {
                let open = if *include_low { '[' } else { '(' };
                let close = if *include_high { ']' } else { ')' };
                let (low, high) = (self.of(low), self.of(high));
                let value = self.of(value);
                write!(f, "{value} {}in {open}{low}:{high}{close}", not(*negated))
            }
            ExprKind::Like {
                subject,
                pattern,
                negated,
                ..
            } => {
                let (subject, pattern) = (self.of(subject), self.of(pattern));
                write!(f, "{subject} {}like {pattern}", not(*negated))
            }
            ExprKind::Regexp {
                subject,
                pattern,
                negated,
            } => {
                let (subject, pattern) = (self.of(subject), self.of(pattern));
                write!(f, "{subject} {}regexp {pattern}", not(*negated))
            }
            ExprKind::Case {
                branches,
                otherwise,
            } => {
                f.write_str("case")?;
                for (condition, result) in branches {
                    write!(f, " when {} then {}", self.of(condition), self.of(result))?;
                }
                if let Some(otherwise) = otherwise {
                    write!(f, " else {}", self.of(otherwise))?;
                }
                f.write_str(" end")
            }
            other => write!(f, "{other:?}"),
        }
    }

    fn binary(&self, f: &mut Formatter<'_>, l: &Expr, op: &str, r: &Expr) -> fmt::Result {
        write!(f, "({} {op} {})", self.of(l), self.of(r))
    }

    fn group(&self, f: &mut Formatter<'_>, parts: &[Expr], between: &str) -> fmt::Result {
        f.write_str("(")?;
        self.list(f, parts, between)?;
        f.write_str(")")
    }

    fn call(&self, f: &mut Formatter<'_>, name: &str, parts: &[Expr]) -> fmt::Result {
        f.write_str(name)?;
        self.group(f, parts, ", ")
    }
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.leaf(f)
    }
}

/// An aggregate with its arguments, `distinct` and filter.
pub(super) fn aggregate(
    f: &mut Formatter<'_>,
    call: &crate::AggregateCall,
    event_type: &EventType,
) -> fmt::Result {
    let shown = |expr| Shown {
        expr,
        event_type,
        statement: None,
    };
    let distinct = if call.distinct { "distinct " } else { "" };
    write!(f, "{}({distinct}", call.function.name())?;
    match call.arguments.is_empty() {
        true => f.write_str("*")?,
        false => {
            let arguments = call.arguments.iter().map(|a| shown(a).to_string());
            f.write_str(&arguments.collect::<Vec<_>>().join(", "))?;
        }
    }
    if let Some(filter) = &call.filter {
        write!(f, ", filter: {}", shown(filter))?;
    }
    f.write_str(")")
}

fn arithmetic(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Subtract => "-",
        ArithmeticOp::Multiply => "*",
        ArithmeticOp::Divide => "/",
        ArithmeticOp::Modulo => "%",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    }
}

fn prev(kind: PrevKind) -> &'static str {
    match kind {
        PrevKind::Prev => "prev",
        PrevKind::Tail => "prevtail",
        PrevKind::Count => "prevcount",
        PrevKind::Window => "prevwindow",
    }
}
