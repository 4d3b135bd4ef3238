//! Operators: types of operands, coercion, result types.

use tachograph_event::{Type, number};
use tachograph_plan::{ArithmeticOp, CompareOp, Expr, ExprKind};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, BinaryOp, CaseBranch, InSet, UnaryOp};

use crate::bind::Binder;
use crate::coerce::{self, to_number};

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

impl Binder<'_> {
    pub(crate) fn unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> Option<Expr> {
        if op == UnaryOp::Not {
            let operand = self.condition(operand, "operand of `not`")?;
            return Some(Expr {
                kind: ExprKind::Not(boxed(operand)),
                ty: Type::Bool,
            });
        }
        let bound = self.bind(operand)?;
        if !bound.ty.is_numeric() {
            self.faults
                .semantic(format!("`-` needs a number, not {}", bound.ty), span);
            return None;
        }
        let ty = number::arithmetic_type(&bound.ty, &bound.ty)?;
        let operand = to_number(bound, &ty);
        Some(Expr {
            kind: ExprKind::Negate(boxed(operand)),
            ty,
        })
    }

    pub(crate) fn binary(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        match op {
            BinaryOp::And | BinaryOp::Or => self.logic(op, left, right),
            _ => {
                let (l, r) = (self.bind(left), self.bind(right));
                let (l, r) = (l?, r?);
                match op {
                    BinaryOp::Concat => self.concat(l, r, span),
                    BinaryOp::BitAnd => self.bitwise('&', l, r, span),
                    BinaryOp::BitOr => self.bitwise('|', l, r, span),
                    BinaryOp::BitXor => self.bitwise('^', l, r, span),
                    BinaryOp::Is | BinaryOp::IsNot => self.is(op == BinaryOp::IsNot, l, r, span),
                    _ => match arithmetic_op(op) {
                        Some(op) => self.arithmetic(op, l, r, span),
                        None => self.compare(op, l, r, span),
                    },
                }
            }
        }
    }

    fn logic(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Expr> {
        let word = if op == BinaryOp::And { "and" } else { "or" };
        let what = format!("operand of `{word}`");
        let (l, r) = (self.condition(left, &what), self.condition(right, &what));
        let (l, r) = (l?, r?);
        let parts = match (op, l.kind) {
            (BinaryOp::And, ExprKind::And(mut parts)) | (BinaryOp::Or, ExprKind::Or(mut parts)) => {
                parts.push(r);
                parts
            }
            (_, kind) => vec![Expr { kind, ty: l.ty }, r],
        };
        let kind = if op == BinaryOp::And {
            ExprKind::And(parts)
        } else {
            ExprKind::Or(parts)
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    fn concat(&mut self, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        for operand in [&l, &r] {
            if operand.ty != Type::Str {
                let message = format!("`||` joins strings, not {}", operand.ty);
                self.faults
                    .with_help(message, span, "write cast(x, string)");
                return None;
            }
        }
        let parts = match l.kind {
            ExprKind::Concat(mut parts) => {
                parts.push(r);
                parts
            }
            kind => vec![Expr { kind, ty: l.ty }, r],
        };
        Some(Expr {
            kind: ExprKind::Concat(parts),
            ty: Type::Str,
        })
    }

    fn arithmetic(&mut self, op: ArithmeticOp, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        let Some(common) = number::arithmetic_type(&l.ty, &r.ty) else {
            let message = format!("arithmetic needs numbers, not {} and {}", l.ty, r.ty);
            self.faults.semantic(message, span);
            return None;
        };
        let ty = if op == ArithmeticOp::Divide {
            Type::Double
        } else {
            common
        };
        let (l, r) = (to_number(l, &ty), to_number(r, &ty));
        Some(Expr {
            kind: ExprKind::Arithmetic(op, boxed(l), boxed(r)),
            ty,
        })
    }

    fn bitwise(&mut self, op: char, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        let whole = |t: &Type| matches!(t, Type::Byte | Type::Short | Type::Int | Type::Long);
        let ty = match (&l.ty, &r.ty) {
            (Type::Bool, Type::Bool) => Some(Type::Bool),
            (a, b) if whole(a) && whole(b) => coerce::unify(&[a, b]),
            _ => None,
        };
        let Some(ty) = ty else {
            let message = format!(
                "`{op}` needs integers or booleans, not {} and {}",
                l.ty, r.ty
            );
            self.faults.semantic(message, span);
            return None;
        };
        let (l, r) = (coerce::to_common(l, &ty), coerce::to_common(r, &ty));
        Some(Expr {
            kind: ExprKind::Bitwise(op, boxed(l), boxed(r)),
            ty,
        })
    }

    /// Brings two operands to the type in which they are compared.
    fn comparable(&mut self, word: &str, l: Expr, r: Expr, span: Span) -> Option<(Expr, Expr)> {
        if l.ty == Type::Null || r.ty == Type::Null {
            return Some((l, r));
        }
        if let Some(ty) = number::comparison_type(&l.ty, &r.ty) {
            return Some((to_number(l, &ty), to_number(r, &ty)));
        }
        if l.ty == r.ty || l.ty == Type::Object || r.ty == Type::Object {
            return Some((l, r));
        }
        self.faults.semantic(
            format!("{word} cannot compare {} with {}", l.ty, r.ty),
            span,
        );
        None
    }

    fn is(&mut self, negated: bool, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        let (l, r) = self.comparable("`is`", l, r, span)?;
        let (left, right) = (boxed(l), boxed(r));
        Some(Expr {
            kind: ExprKind::Is {
                left,
                right,
                negated,
            },
            ty: Type::Bool,
        })
    }

    fn compare(&mut self, op: BinaryOp, l: Expr, r: Expr, span: Span) -> Option<Expr> {
        let (op, word) = match op {
            BinaryOp::Equal => (CompareOp::Equal, "`=`"),
            BinaryOp::NotEqual => (CompareOp::NotEqual, "`!=`"),
            BinaryOp::Less => (CompareOp::Less, "`<`"),
            BinaryOp::LessEqual => (CompareOp::LessOrEqual, "`<=`"),
            BinaryOp::Greater => (CompareOp::Greater, "`>`"),
            _ => (CompareOp::GreaterOrEqual, "`>=`"),
        };
        let ordered = |t: &Type| t.is_numeric() || matches!(t, Type::Str | Type::Null);
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        let sorted = ordered(&l.ty) && ordered(&r.ty);
        if !equality && !sorted {
            let message = format!("{word} needs numbers or strings, not {} and {}", l.ty, r.ty);
            self.faults.semantic(message, span);
            return None;
        }
        let (l, r) = self.comparable(word, l, r, span)?;
        Some(Expr {
            kind: ExprKind::Compare(op, boxed(l), boxed(r)),
            ty: Type::Bool,
        })
    }

    pub(crate) fn is_in(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        set: &InSet,
        span: Span,
    ) -> Option<Expr> {
        match set {
            InSet::List(members) => self.in_list(operand, negated, members, span),
            InSet::Range {
                low,
                high,
                low_inclusive,
                high_inclusive,
            } => {
                let ends = (*low_inclusive, *high_inclusive);
                self.range(operand, negated, low, high, ends, span)
            }
            InSet::Subquery(_) => {
                self.faults.unsupported("a subquery", span);
                None
            }
        }
    }

    fn in_list(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        members: &[ast::Expr],
        span: Span,
    ) -> Option<Expr> {
        let value = self.bind(operand);
        let members = self.bind_all(members);
        let (mut value, mut members) = (value?, members?);
        let plain = |m: &Expr| !matches!(m.ty, Type::Array(_));
        let mut types: Vec<&Type> = members.iter().filter(|m| plain(m)).map(|m| &m.ty).collect();
        types.push(&value.ty);
        let Some(common) = coerce::unify(&types) else {
            let message = format!("`in` cannot look for {} in these members", value.ty);
            self.faults.semantic(message, span);
            return None;
        };
        value = coerce::to_common(value, &common);
        members = members
            .into_iter()
            .map(|m| coerce::to_common(m, &common))
            .collect();
        let kind = ExprKind::In {
            value: boxed(value),
            list: members,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    pub(crate) fn between(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        low: &ast::Expr,
        high: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        self.range(operand, negated, low, high, (true, true), span)
    }

    #[allow(clippy::too_many_arguments)]
    fn range(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        low: &ast::Expr,
        high: &ast::Expr,
        (include_low, include_high): (bool, bool),
        span: Span,
    ) -> Option<Expr> {
        let (value, low, high) = (self.bind(operand), self.bind(low), self.bind(high));
        let (value, low, high) = (value?, low?, high?);
        let common = coerce::unify(&[&value.ty, &low.ty, &high.ty]);
        let ordered = |t: &Type| t.is_numeric() || matches!(t, Type::Str | Type::Null);
        let Some(common) = common.filter(ordered) else {
            let message = format!(
                "a range needs numbers or strings, not {}, {} and {}",
                value.ty, low.ty, high.ty
            );
            self.faults.semantic(message, span);
            return None;
        };
        let bring = |e| boxed(coerce::to_common(e, &common));
        let kind = ExprKind::Range {
            value: bring(value),
            low: bring(low),
            high: bring(high),
            include_low,
            include_high,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    pub(crate) fn like(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        pattern: &ast::Expr,
        escape: Option<&ast::Expr>,
        span: Span,
    ) -> Option<Expr> {
        let (subject, pattern) = self.text_match("like", operand, pattern, span)?;
        let escape = match escape {
            None => None,
            Some(escape) => match crate::constant::text(escape).and_then(|t| t.chars().next()) {
                Some(escape) => Some(escape),
                None => {
                    self.faults
                        .semantic("the escape of `like` must be a character", escape.span);
                    return None;
                }
            },
        };
        let kind = ExprKind::Like {
            subject,
            pattern,
            escape,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    pub(crate) fn regexp(
        &mut self,
        operand: &ast::Expr,
        negated: bool,
        pattern: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let (subject, pattern) = self.text_match("regexp", operand, pattern, span)?;
        let kind = ExprKind::Regexp {
            subject,
            pattern,
            negated,
        };
        Some(Expr {
            kind,
            ty: Type::Bool,
        })
    }

    fn text_match(
        &mut self,
        word: &str,
        operand: &ast::Expr,
        pattern: &ast::Expr,
        span: Span,
    ) -> Option<(Box<Expr>, Box<Expr>)> {
        let (subject, pattern) = (self.bind(operand), self.bind(pattern));
        let (subject, pattern) = (subject?, pattern?);
        let readable = subject.ty.is_numeric() || matches!(subject.ty, Type::Str | Type::Null);
        if !readable || !matches!(pattern.ty, Type::Str | Type::Null) {
            let message = format!(
                "`{word}` matches a string or number against a string, not {} against {}",
                subject.ty, pattern.ty
            );
            self.faults.semantic(message, span);
            return None;
        }
        Some((boxed(subject), boxed(pattern)))
    }

    pub(crate) fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        branches: &[CaseBranch],
        otherwise: Option<&ast::Expr>,
        span: Span,
    ) -> Option<Expr> {
        let mut bound = Vec::new();
        for branch in branches {
            let when = match operand {
                None => self.condition(&branch.when, "condition of `when`"),
                Some(operand) => {
                    // The second form compares as `is` does: null matches null.
                    let (l, r) = (self.bind(operand)?, self.bind(&branch.when)?);
                    self.is(false, l, r, branch.when.span)
                }
            };
            let then = self.bind(&branch.then);
            bound.push((when?, then?));
        }
        let otherwise = match otherwise {
            Some(e) => Some(self.bind(e)?),
            None => None,
        };
        let results = bound.iter().map(|(_, r)| r).chain(&otherwise);
        let types: Vec<&Type> = results.map(|r| &r.ty).collect();
        let Some(common) = coerce::unify(&types) else {
            self.faults
                .semantic("the results of `case` must be of one type", span);
            return None;
        };
        let bring = |e| coerce::to_common(e, &common);
        let branches = bound.into_iter().map(|(c, r)| (c, bring(r))).collect();
        let otherwise = otherwise.map(|e| boxed(bring(e)));
        Some(Expr {
            kind: ExprKind::Case {
                branches,
                otherwise,
            },
            ty: common,
        })
    }

    pub(crate) fn cast(
        &mut self,
        operand: &ast::Expr,
        ty: &ast::TypeName,
        options: &[ast::Arg],
        span: Span,
    ) -> Option<Expr> {
        if let Some(option) = options.first() {
            self.faults.unsupported("an option of cast", option.span);
            return None;
        }
        let value = self.bind(operand)?;
        let name = ty.name.text();
        let Some(to) = Type::from_name(&name).filter(|_| ty.dimensions == 0) else {
            let known = [
                "boolean", "byte", "short", "int", "long", "float", "double", "string",
            ];
            self.faults.unknown("type", &name, ty.span, known);
            return None;
        };
        if value.ty == to || value.ty == Type::Null {
            return Some(Expr {
                kind: value.kind,
                ty: to,
            });
        }
        let kind = match (&value.ty, &to) {
            (from, to) if from.is_numeric() && to.is_numeric() => {
                return Some(to_number(value, to));
            }
            (_, Type::Str) => ExprKind::CastText(boxed(value)),
            (Type::Str, to) if to.is_numeric() || *to == Type::Bool => {
                ExprKind::ParseText(boxed(value))
            }
            (from, to) => {
                self.faults
                    .semantic(format!("{from} cannot be cast to {to}"), span);
                return None;
            }
        };
        Some(Expr { kind, ty: to })
    }

    /// Types are known beforehand, so only null is left to ask about.
    pub(crate) fn instance_of(
        &mut self,
        operand: &ast::Expr,
        types: &[ast::TypeName],
    ) -> Option<Expr> {
        let value = self.bind(operand)?;
        let fits = types
            .iter()
            .any(|t| Type::from_name(&t.name.text()).as_ref() == Some(&value.ty));
        if !fits {
            return Some(Expr::literal(
                tachograph_event::Value::Bool(false),
                Type::Bool,
            ));
        }
        let (left, right) = (boxed(value), boxed(coerce::null()));
        Some(Expr {
            kind: ExprKind::Is {
                left,
                right,
                negated: true,
            },
            ty: Type::Bool,
        })
    }
}

fn arithmetic_op(op: BinaryOp) -> Option<ArithmeticOp> {
    Some(match op {
        BinaryOp::Add => ArithmeticOp::Add,
        BinaryOp::Subtract => ArithmeticOp::Subtract,
        BinaryOp::Multiply => ArithmeticOp::Multiply,
        BinaryOp::Divide => ArithmeticOp::Divide,
        BinaryOp::Modulo => ArithmeticOp::Modulo,
        _ => return None,
    })
}
