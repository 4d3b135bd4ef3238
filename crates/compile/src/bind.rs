//! The binder: names become slots, expressions get types.

use tachograph_event::{EventType, Type, Value};
use tachograph_plan::{AggregateCall, Expr, ExprKind, Registry};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, Literal, Path, PathSegment};

use crate::coerce;
use crate::faults::Faults;

/// Binds the expressions of one statement, or a lone one.
pub struct Binder<'a> {
    /// Type of the stream's events.
    pub event_type: &'a EventType,
    /// The name of the stream.
    pub alias: &'a str,
    /// The functions.
    pub registry: &'a Registry,
    /// Where faults go.
    pub faults: &'a mut Faults,
    /// Aggregates found so far; none where aggregates are not allowed.
    pub aggregates: Option<Vec<AggregateCall>>,
    /// Columns of the select clause, for `order by`.
    pub columns: Vec<(String, Type)>,
    /// Has the stream a data window, for `prev`?
    pub windowed: bool,
    /// Does the expression stand alone, outside statements? Then each row is a record.
    pub alone: bool,
}

impl<'a> Binder<'a> {
    /// A binder over the events of one type, without aggregates.
    pub fn new(
        event_type: &'a EventType,
        alias: &'a str,
        registry: &'a Registry,
        faults: &'a mut Faults,
    ) -> Binder<'a> {
        Binder {
            event_type,
            alias,
            registry,
            faults,
            aggregates: None,
            columns: Vec::new(),
            windowed: false,
            alone: false,
        }
    }

    /// Binds an expression; none where a fault was added.
    pub fn bind(&mut self, expr: &ast::Expr) -> Option<Expr> {
        use ast::ExprKind as E;
        match &expr.kind {
            E::Literal(literal) => Some(constant(literal)),
            E::Path(path) => self.path(path, expr.span),
            E::Call(call) => self.call(call, expr.span),
            E::Chain { base, links } => self.chain(base, links, expr.span),
            E::Unary { op, operand } => self.unary(*op, operand, expr.span),
            E::Binary { op, left, right } => self.binary(*op, left, right, expr.span),
            E::In {
                operand,
                negated,
                set,
            } => self.is_in(operand, *negated, set, expr.span),
            E::Quantified {
                operand,
                op,
                quantifier,
                set,
            } => self.quantified(operand, *op, *quantifier, set, expr.span),
            E::Between {
                operand,
                negated,
                low,
                high,
            } => self.between(operand, *negated, low, high, expr.span),
            E::Like {
                operand,
                negated,
                pattern,
                escape,
            } => self.like(operand, *negated, pattern, escape.as_deref(), expr.span),
            E::Regexp {
                operand,
                negated,
                pattern,
            } => self.regexp(operand, *negated, pattern, expr.span),
            E::Case {
                operand,
                branches,
                otherwise,
            } => self.case(
                operand.as_deref(),
                branches,
                otherwise.as_deref(),
                expr.span,
            ),
            E::Cast {
                operand,
                ty,
                options,
            } => self.cast(operand, ty, options, expr.span),
            E::InstanceOf { operand, types } => self.instance_of(operand, types),
            E::Array(items) => self.array(items, expr.span),
            E::TimePeriod(_) => self.period(expr),
            _ => {
                let feature = unsupported_name(&expr.kind);
                self.faults.unsupported(feature, expr.span);
                None
            }
        }
    }

    /// Binds several; all faults are added before none is given.
    pub fn bind_all(&mut self, exprs: &[ast::Expr]) -> Option<Vec<Expr>> {
        let bound: Vec<Option<Expr>> = exprs.iter().map(|e| self.bind(e)).collect();
        bound.into_iter().collect()
    }

    /// Binds a condition, which must be boolean.
    pub fn condition(&mut self, expr: &ast::Expr, what: &str) -> Option<Expr> {
        let bound = self.bind(expr)?;
        if !matches!(bound.ty, Type::Bool | Type::Null) {
            let message = format!("the {what} must be true or false, not {}", bound.ty);
            self.faults.semantic(message, expr.span);
            return None;
        }
        Some(bound)
    }

    fn path(&mut self, path: &Path, span: Span) -> Option<Expr> {
        let (first, rest) = path.segments.split_first()?;
        let plain = first.subscripts.is_empty() && !first.dynamic;
        let name = first.name.name.as_str();
        if let Some(slot) = self.event_type.slot(name) {
            let ty = self.event_type.properties[slot].ty.clone();
            let property = Expr {
                kind: ExprKind::Property(slot),
                ty,
            };
            return self.segments(property, first, rest, span);
        }
        if plain && name == self.alias && !rest.is_empty() {
            let tail = Path {
                segments: rest.to_vec(),
            };
            return self.property_path(&tail, span);
        }
        if plain && rest.is_empty() {
            if let Some(bound) = self.special_name(name) {
                return Some(bound);
            }
            if let Some(i) = self.columns.iter().position(|(column, _)| column == name) {
                let ty = self.columns[i].1.clone();
                return Some(Expr {
                    kind: ExprKind::Column(i),
                    ty,
                });
            }
        }
        self.unknown_property(&first.name);
        None
    }

    /// A path behind the stream's name: properties alone.
    fn property_path(&mut self, path: &Path, span: Span) -> Option<Expr> {
        let (first, rest) = path.segments.split_first()?;
        let Some(slot) = self.event_type.slot(&first.name.name) else {
            self.unknown_property(&first.name);
            return None;
        };
        let ty = self.event_type.properties[slot].ty.clone();
        self.segments(
            Expr {
                kind: ExprKind::Property(slot),
                ty,
            },
            first,
            rest,
            span,
        )
    }

    fn unknown_property(&mut self, name: &ast::Ident) {
        let known = self.event_type.properties.iter().map(|p| p.name.as_str());
        let what = format!("property of `{}`:", self.event_type.name);
        let known: Vec<&str> = known
            .chain(self.columns.iter().map(|(c, _)| c.as_str()))
            .collect();
        self.faults
            .unknown(what.trim_end_matches(':'), &name.name, name.span, known);
    }

    fn special_name(&mut self, name: &str) -> Option<Expr> {
        if name == self.alias {
            let ty = Type::Event(std::sync::Arc::new(self.event_type.clone()));
            return Some(Expr {
                kind: ExprKind::Event,
                ty,
            });
        }
        name.eq_ignore_ascii_case("current_timestamp")
            .then_some(Expr {
                kind: ExprKind::CurrentTimestamp,
                ty: Type::Long,
            })
    }

    /// What follows the first segment: nested properties.
    fn segments(
        &mut self,
        base: Expr,
        first: &PathSegment,
        rest: &[PathSegment],
        span: Span,
    ) -> Option<Expr> {
        if !first.subscripts.is_empty() {
            self.faults.unsupported("an indexed property", span);
            return None;
        }
        let mut bound = base;
        for segment in rest {
            let Type::Event(inner) = bound.ty.clone() else {
                let message = format!(
                    "{} has no properties, so no `{}`",
                    bound.ty, segment.name.name
                );
                self.faults.semantic(message, segment.span);
                return None;
            };
            let Some(slot) = inner.slot(&segment.name.name) else {
                let known = inner.properties.iter().map(|p| p.name.as_str());
                self.faults
                    .unknown("property", &segment.name.name, segment.span, known);
                return None;
            };
            if !segment.subscripts.is_empty() {
                self.faults.unsupported("an indexed property", span);
                return None;
            }
            let ty = inner.properties[slot].ty.clone();
            bound = Expr {
                kind: ExprKind::Nested(Box::new(bound), slot),
                ty,
            };
        }
        Some(bound)
    }

    fn array(&mut self, items: &[ast::Expr], span: Span) -> Option<Expr> {
        let items = self.bind_all(items)?;
        let types: Vec<&Type> = items.iter().map(|i| &i.ty).collect();
        let Some(common) = coerce::unify(&types) else {
            self.faults
                .semantic("the members of an array must be of one type", span);
            return None;
        };
        let items = items
            .into_iter()
            .map(|i| coerce::to_common(i, &common))
            .collect();
        let ty = Type::Array(Box::new(common));
        Some(Expr {
            kind: ExprKind::Array(items),
            ty,
        })
    }

    /// A period as a value is its length in seconds.
    fn period(&mut self, expr: &ast::Expr) -> Option<Expr> {
        match crate::constant::period(expr) {
            Some(period) if period.months == 0 => {
                let seconds = period.millis as f64 / 1_000.0;
                Some(Expr::literal(Value::Double(seconds), Type::Double))
            }
            _ => {
                self.faults
                    .unsupported("a time period of months as a value", expr.span);
                None
            }
        }
    }
}

fn constant(literal: &Literal) -> Expr {
    let (value, ty) = match literal {
        Literal::Null => (Value::Null, Type::Null),
        Literal::Bool(v) => (Value::Bool(*v), Type::Bool),
        Literal::Int(v) => (Value::Int(*v), Type::Int),
        Literal::Long(v) => (Value::Long(*v), Type::Long),
        Literal::Float(v) => (Value::Float(*v), Type::Float),
        Literal::Double(v) => (Value::Double(*v), Type::Double),
        Literal::String(v) => (Value::str(v), Type::Str),
    };
    Expr::literal(value, ty)
}

fn unsupported_name(kind: &ast::ExprKind) -> &'static str {
    use ast::ExprKind as E;
    match kind {
        E::NewStruct(_) | E::NewObject { .. } | E::NewArray { .. } => "new",
        E::Lambda { .. } => "a lambda expression",
        E::Subquery(_) | E::ExistsSubquery(_) => "a subquery",
        E::Substitution { .. } => "a substitution parameter",
        E::Wildcard | E::StreamWildcard(_) => "`*` here",
        _ => "this expression",
    }
}
