//! Values that no operator takes apart, as text.
//!
//! Nouns: paths, calls, chains, `case`, `cast`, `new` and the like.

use super::Printer;
use super::expr::carries_links;
use crate::ast::{
    Arg, Call, CaseBranch, ChainLink, Expr, ExprKind, NewField, PathSegment, SortOrder, Subscript,
    TimePart, TimeUnit, TypeName,
};
use crate::parser::{is_function, is_keyword_function, is_reserved};

impl Printer {
    pub(super) fn value(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Path(path) => self.path(&path.segments),
            ExprKind::Call(call) => self.call(call, false),
            ExprKind::Chain { base, links } => self.chain(base, links),
            ExprKind::TimePeriod(parts) => self.list(parts, " ", Self::time_part),
            ExprKind::Tuple(values) => self.exprs(values),
            ExprKind::Array(values) => {
                self.text("{");
                self.list(values, ",", Self::expr);
                self.text("}");
            }
            ExprKind::Subquery(select) => self.parenthesised_select(select),
            ExprKind::ExistsSubquery(select) => {
                self.text("exists ");
                self.parenthesised_select(select);
            }
            ExprKind::Wildcard => self.text("*"),
            ExprKind::StreamWildcard(stream) => {
                self.ident(stream);
                self.text(".*");
            }
            ExprKind::Ordered { operand, order } => {
                self.expr(operand);
                self.text(if *order == SortOrder::Ascending {
                    " asc"
                } else {
                    " desc"
                });
            }
            ExprKind::Substitution { name, ty } => {
                self.text("?");
                self.optional(":", name.as_ref(), Self::ident);
                self.optional(":", ty.as_ref(), Self::type_name);
            }
            _ => self.special(expr),
        }
    }

    /// Values that begin with a keyword.
    fn special(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Case {
                operand,
                branches,
                otherwise,
            } => {
                self.text("case");
                self.optional(" ", operand.as_deref(), Self::expr);
                branches.iter().for_each(|b| self.case_branch(b));
                self.optional(" else ", otherwise.as_deref(), Self::expr);
                self.text(" end");
            }
            ExprKind::Cast {
                operand,
                ty,
                options,
            } => {
                self.text("cast(");
                self.expr(operand);
                self.text(",");
                self.type_name(ty);
                options.iter().for_each(|o| {
                    self.text(",");
                    self.arg(o);
                });
                self.text(")");
            }
            ExprKind::InstanceOf { operand, types } => {
                self.text("instanceof(");
                self.expr(operand);
                self.text(",");
                self.list(types, ",", Self::type_name);
                self.text(")");
            }
            ExprKind::NewStruct(fields) => {
                self.text("new {");
                self.list(fields, ",", Self::new_field);
                self.text("}");
            }
            ExprKind::NewObject { class, args } => {
                self.text("new ");
                self.type_name(class);
                self.args(args);
            }
            ExprKind::NewArray {
                element,
                sizes,
                values,
            } => {
                self.text("new ");
                self.type_name(element);
                for size in sizes {
                    self.text("[");
                    self.optional("", size.as_ref(), Self::expr);
                    self.text("]");
                }
                self.optional(" ", values.as_deref(), Self::expr);
            }
            ExprKind::Lambda { params, body } => {
                match params.as_slice() {
                    [one] => self.ident(one),
                    many => self.ident_list(many),
                }
                self.text(" => ");
                self.expr(body);
            }
            // The operators and the plain values are printed by the callers.
            _ => {}
        }
    }

    fn case_branch(&mut self, branch: &CaseBranch) {
        self.text(" when ");
        self.expr(&branch.when);
        self.text(" then ");
        self.expr(&branch.then);
    }

    fn new_field(&mut self, field: &NewField) {
        self.ident(&field.name);
        self.optional("=", field.value.as_ref(), Self::expr);
    }

    fn path(&mut self, segments: &[PathSegment]) {
        for (i, segment) in segments.iter().enumerate() {
            self.flag(i > 0, ".");
            self.path_segment(segment, i > 0);
        }
    }

    fn path_segment(&mut self, segment: &PathSegment, after_point: bool) {
        if after_point {
            self.member(&segment.name);
        } else {
            self.ident(&segment.name);
        }
        segment.subscripts.iter().for_each(|s| self.subscript(s));
        self.flag(segment.dynamic, "?");
    }

    fn subscript(&mut self, subscript: &Subscript) {
        self.text("[");
        self.list(&subscript.keys, ",", Self::expr);
        self.text("]");
    }

    fn chain(&mut self, base: &Expr, links: &[ChainLink]) {
        let path = matches!(base.kind, ExprKind::Path(_));
        let property_first = !matches!(links.first(), Some(ChainLink::Method { .. }));
        if carries_links(base) && !(path && property_first) {
            self.value(base);
        } else {
            self.parenthesised(base);
        }
        for link in links {
            match link {
                ChainLink::Method { call, .. } => {
                    self.text(".");
                    self.call(call, true);
                }
                ChainLink::Property(segment) => {
                    self.text(".");
                    self.path_segment(segment, true);
                }
                ChainLink::Subscript(subscript) => self.subscript(subscript),
            }
        }
    }

    fn call(&mut self, call: &Call, after_point: bool) {
        let name = match self.bare_names {
            true => column_word(&call.name.name),
            false => &call.name.name,
        };
        let shouted = is_keyword_function(name) && name.chars().any(|c| c.is_ascii_uppercase());
        let reserved = is_reserved(name) && !is_function(name) && !after_point;
        self.name(name, super::is_plain(name) && !reserved && !shouted);
        self.text("(");
        self.flag(call.distinct, "distinct ");
        self.list(&call.args, ",", Self::arg);
        self.text(")");
    }

    pub(super) fn args(&mut self, args: &[Arg]) {
        self.text("(");
        self.list(args, ",", Self::arg);
        self.text(")");
    }

    fn arg(&mut self, arg: &Arg) {
        if let Some(name) = &arg.name {
            self.member(name);
            self.text(":");
        }
        self.expr(&arg.value);
    }

    fn time_part(&mut self, part: &TimePart) {
        self.expr(&part.amount);
        self.text(match part.unit {
            TimeUnit::Year => " years",
            TimeUnit::Month => " months",
            TimeUnit::Week => " weeks",
            TimeUnit::Day => " days",
            TimeUnit::Hour => " hours",
            TimeUnit::Minute => " minutes",
            TimeUnit::Second => " seconds",
            TimeUnit::Millisecond => " milliseconds",
            TimeUnit::Microsecond => " microseconds",
        });
    }

    pub(super) fn type_name(&mut self, ty: &TypeName) {
        self.qualified_name(&ty.name);
        if !ty.arguments.is_empty() {
            self.text("<");
            self.list(&ty.arguments, ",", Self::type_name);
            self.text(">");
        }
        for i in 0..ty.dimensions {
            self.text(if i == 0 && ty.primitive_array {
                "[primitive]"
            } else {
                "[]"
            });
        }
    }
}

/// The extremes that never forget, and those with a condition, name their columns as the plain ones.
fn column_word(name: &str) -> &str {
    match name.to_ascii_lowercase().as_str() {
        "maxever" | "fmax" | "fmaxever" => "max",
        "minever" | "fmin" | "fminever" => "min",
        _ => name,
    }
}
