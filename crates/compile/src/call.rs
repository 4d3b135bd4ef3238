//! Calls: built-in forms and scalar functions.

use tachograph_event::{Type, Value};
use tachograph_plan::{Expr, ExprKind, PrevKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, Call, ChainLink};

use crate::bind::Binder;
use crate::coerce;
use crate::constant;

impl Binder<'_> {
    pub(crate) fn call(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let name = call.name.name.to_ascii_lowercase();
        let plain = call.args.iter().filter(|a| a.name.is_none()).count();
        match name.as_str() {
            "min" | "max" if plain > 1 => self.extreme(&name, call, span),
            "fmin" | "fmax" | "fminever" | "fmaxever" => {
                self.filtered_extreme(&name[1..], call, span)
            }
            "coalesce" => self.coalesce(call, span),
            "prev" => self.prev(PrevKind::Prev, call, span),
            "prevtail" => self.prev(PrevKind::Tail, call, span),
            "prevcount" => self.prev(PrevKind::Count, call, span),
            "prevwindow" => self.prev(PrevKind::Window, call, span),
            "prior" => self.prior(call, span),
            "istream" => Some(Expr {
                kind: ExprKind::IsIStream,
                ty: Type::Bool,
            }),
            "record_id" if self.alone => Some(Expr {
                kind: ExprKind::RecordId,
                ty: Type::Str,
            }),
            "current_timestamp" => Some(Expr {
                kind: ExprKind::CurrentTimestamp,
                ty: Type::Long,
            }),
            "exists" => {
                self.arguments(call)?;
                Some(Expr::literal(Value::Bool(true), Type::Bool))
            }
            "typeof" => self.type_of(call, span),
            _ if self.registry.aggregate(&name).is_some() => self.aggregate(&name, call, span),
            _ => self.scalar(&call.name.name, call, span),
        }
    }

    pub(crate) fn chain(
        &mut self,
        base: &ast::Expr,
        links: &[ChainLink],
        span: Span,
    ) -> Option<Expr> {
        if let (ast::ExprKind::Path(path), [ChainLink::Method { call, .. }]) = (&base.kind, links) {
            let names: Vec<&str> = path.segments.iter().map(|s| s.name.name.as_str()).collect();
            let dotted = format!("{}.{}", names.join("."), call.name.name);
            if self.registry.scalar(&dotted).is_some() {
                return self.scalar(&dotted, call, span);
            }
            self.faults.unsupported(&format!("method {dotted}"), span);
            return None;
        }
        self.faults.unsupported("a method call", span);
        None
    }

    fn arguments(&mut self, call: &Call) -> Option<Vec<Expr>> {
        let values: Vec<ast::Expr> = call.args.iter().map(|a| a.value.clone()).collect();
        self.bind_all(&values)
    }

    fn scalar(&mut self, name: &str, call: &Call, span: Span) -> Option<Expr> {
        let Some(function) = self.registry.scalar(name).cloned() else {
            self.faults
                .unknown("function", name, call.name.span, self.registry.names());
            return None;
        };
        let arguments = self.arguments(call)?;
        let types: Vec<Type> = arguments.iter().map(|a| a.ty.clone()).collect();
        match function.result_type(&types) {
            Ok(ty) => Some(Expr {
                kind: ExprKind::Call(function, arguments),
                ty,
            }),
            Err(message) => {
                self.faults.semantic(message, span);
                None
            }
        }
    }

    fn extreme(&mut self, name: &str, call: &Call, span: Span) -> Option<Expr> {
        let parts = self.arguments(call)?;
        let types: Vec<&Type> = parts.iter().map(|p| &p.ty).collect();
        let Some(common) = coerce::unify(&types).filter(|t| t.is_numeric() || *t == Type::Null)
        else {
            self.faults
                .semantic(format!("{name} of several values needs numbers"), span);
            return None;
        };
        let parts = parts
            .into_iter()
            .map(|p| coerce::to_common(p, &common))
            .collect();
        let kind = match name {
            "min" => ExprKind::Least(parts),
            _ => ExprKind::Greatest(parts),
        };
        Some(Expr { kind, ty: common })
    }

    fn coalesce(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let parts = self.arguments(call)?;
        let types: Vec<&Type> = parts.iter().map(|p| &p.ty).collect();
        if parts.len() < 2 {
            self.faults
                .semantic("coalesce takes two values or more", span);
            return None;
        }
        let Some(common) = coerce::unify(&types) else {
            self.faults
                .semantic("the values of coalesce must be of one type", span);
            return None;
        };
        let parts = parts
            .into_iter()
            .map(|p| coerce::to_common(p, &common))
            .collect();
        Some(Expr {
            kind: ExprKind::Coalesce(parts),
            ty: common,
        })
    }

    fn type_of(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let [value] = self.arguments(call)?.try_into().ok()?;
        let name = match &value.ty {
            Type::Int => "Integer".to_string(),
            Type::Event(event) => event.name.clone(),
            Type::Array(_) | Type::Object => {
                self.faults.unsupported("typeof of this type", span);
                return None;
            }
            other => {
                let text = other.to_string();
                text[..1].to_uppercase() + &text[1..]
            }
        };
        let known = Expr {
            kind: ExprKind::Is {
                left: Box::new(value),
                right: Box::new(coerce::null()),
                negated: true,
            },
            ty: Type::Bool,
        };
        let branches = vec![(known, Expr::literal(Value::str(name), Type::Str))];
        Some(Expr {
            kind: ExprKind::Case {
                branches,
                otherwise: None,
            },
            ty: Type::Str,
        })
    }

    fn prev(&mut self, kind: PrevKind, call: &Call, span: Span) -> Option<Expr> {
        if !self.windowed {
            let message = format!("{} needs a data window on the stream", call.name.name);
            self.faults.with_help(
                message,
                span,
                "write for example `#length(10)` after the stream",
            );
            return None;
        }
        let mut arguments: Vec<&ast::Expr> = call.args.iter().map(|a| &a.value).collect();
        // `prev(x, n)` is accepted as `prev(n, x)`.
        if arguments.len() == 2 && constant::integer(arguments[1]).is_some() {
            arguments.swap(0, 1);
        }
        let (index, inner) = match (kind, arguments.as_slice()) {
            (PrevKind::Count | PrevKind::Window, [inner]) => (None, *inner),
            (PrevKind::Prev | PrevKind::Tail, [inner]) => (None, *inner),
            (PrevKind::Prev | PrevKind::Tail, [index, inner]) => (Some(*index), *inner),
            _ => {
                self.faults.semantic(
                    format!("{} takes a number and a property", call.name.name),
                    span,
                );
                return None;
            }
        };
        let default = i64::from(kind == PrevKind::Prev);
        let index = match index {
            Some(index) => self.bind(index)?,
            None => Expr::literal(Value::Long(default), Type::Long),
        };
        let inner = self.bind(inner)?;
        let ty = match kind {
            PrevKind::Count => Type::Long,
            PrevKind::Window => Type::Array(Box::new(inner.ty.clone())),
            _ => inner.ty.clone(),
        };
        Some(Expr {
            kind: ExprKind::Prev(kind, Box::new(index), Box::new(inner)),
            ty,
        })
    }

    fn prior(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let (n, inner) = match call.args.as_slice() {
            [n, inner] => (constant::integer(&n.value), &inner.value),
            _ => (None, &call.args.first()?.value),
        };
        let Some(n) = n.and_then(|n| usize::try_from(n).ok()) else {
            self.faults
                .semantic("prior takes a constant number and a property", span);
            return None;
        };
        let inner = self.bind(inner)?;
        let ty = inner.ty.clone();
        Some(Expr {
            kind: ExprKind::Prior(n, Box::new(inner)),
            ty,
        })
    }
}
