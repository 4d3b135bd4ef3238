//! Operators as text, with the parentheses that they need and no others.
//!
//! Nouns: the *level* of an expression is how tight its outermost operator binds, as in the parser.

use super::Printer;
use super::literal::{is_negative, is_number};
use crate::ast::{
    BinaryOp, Expr, ExprKind, InSet, Literal, QuantifiedSet, Quantifier, Select, UnaryOp,
};
use crate::parser::level::{CONCAT, EQUALITY, Level, NOT, RELATION, SIGN, level_of};

/// Values that no operator takes apart.
const VALUE: Level = SIGN + 1;

/// How tight the outermost operator binds.
fn level(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::Case { .. } | ExprKind::Lambda { .. } => 0,
        ExprKind::Binary { op, .. } | ExprKind::Quantified { op, .. } => level_of(*op),
        ExprKind::Unary {
            op: UnaryOp::Not, ..
        } => NOT,
        ExprKind::Unary {
            op: UnaryOp::Negate,
            ..
        } => SIGN,
        ExprKind::In { .. }
        | ExprKind::Between { .. }
        | ExprKind::Like { .. }
        | ExprKind::Regexp { .. } => RELATION,
        _ => VALUE,
    }
}

impl Printer {
    /// An expression where any may stand.
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.operand(expr, 0);
    }

    /// An expression where only those that bind at least that tight may stand.
    pub(super) fn operand(&mut self, expr: &Expr, least: Level) {
        if level(expr) < least {
            self.parenthesised(expr);
        } else {
            self.bare(expr);
        }
    }

    pub(super) fn parenthesised(&mut self, expr: &Expr) {
        self.text("(");
        self.expr(expr);
        self.text(")");
    }

    pub(super) fn exprs(&mut self, exprs: &[Expr]) {
        self.text("(");
        self.list(exprs, ",", Self::expr);
        self.text(")");
    }

    pub(super) fn parenthesised_select(&mut self, select: &Select) {
        self.text("(");
        self.select(select);
        self.text(")");
    }

    fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } => {
                self.text("not ");
                self.operand(operand, NOT);
            }
            ExprKind::Unary {
                op: UnaryOp::Negate,
                operand,
            } => self.negated(operand),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::Quantified {
                operand,
                op,
                quantifier,
                set,
            } => {
                self.operand(operand, level_of(*op));
                self.text(symbol(*op));
                self.text(if *quantifier == Quantifier::Any {
                    "any "
                } else {
                    "all "
                });
                match set {
                    QuantifiedSet::List(list) => self.exprs(list),
                    QuantifiedSet::Subquery(select) => self.parenthesised_select(select),
                }
            }
            ExprKind::In {
                operand,
                negated,
                set,
            } => self.membership(operand, *negated, set),
            ExprKind::Between {
                operand,
                negated,
                low,
                high,
            } => self.between(operand, *negated, (low, high)),
            ExprKind::Like {
                operand,
                negated,
                pattern,
                escape,
            } => {
                self.relation(operand, *negated, "like ");
                self.operand(pattern, CONCAT);
                self.optional(" escape ", escape.as_deref(), |p, e| p.operand(e, CONCAT));
            }
            ExprKind::Regexp {
                operand,
                negated,
                pattern,
            } => {
                self.relation(operand, *negated, "regexp ");
                self.operand(pattern, CONCAT);
            }
            _ => self.value(expr),
        }
    }

    /// `-x`; parentheses keep the sign from becoming part of a number.
    fn negated(&mut self, operand: &Expr) {
        self.text("-");
        let number = matches!(&operand.kind, ExprKind::Literal(l) if is_number(l));
        if number || level(operand) <= SIGN || is_period(operand) {
            self.parenthesised(operand);
        } else {
            self.bare(operand);
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        self.operand(left, level_of(op));
        self.text(symbol(op));
        let signed = match &right.kind {
            ExprKind::Literal(literal) => is_negative(literal),
            ExprKind::Unary { op, .. } => *op == UnaryOp::Negate,
            _ => false,
        };
        if signed && level_of(op) > CONCAT {
            self.parenthesised(right);
        } else {
            self.operand(right, level_of(op) + 1);
        }
    }

    fn relation(&mut self, operand: &Expr, negated: bool, word: &str) {
        self.operand(operand, RELATION);
        self.text(if negated { " not " } else { " " });
        self.text(word);
    }

    /// `in`. A column's name tells neither a closed range from `between`, nor that another range is
    /// negated.
    fn membership(&mut self, operand: &Expr, negated: bool, set: &InSet) {
        match closed_range(set).filter(|_| self.bare_names) {
            Some(ends) => self.between(operand, negated, ends),
            None => {
                let is_told = !self.bare_names || !matches!(set, InSet::Range { .. });
                self.relation(operand, negated && is_told, "in ");
                self.in_set(set);
            }
        }
    }

    fn between(&mut self, operand: &Expr, negated: bool, (low, high): (&Expr, &Expr)) {
        self.relation(operand, negated, "between ");
        self.operand(low, CONCAT);
        self.text(" and ");
        self.operand(high, CONCAT);
    }

    fn in_set(&mut self, set: &InSet) {
        match set {
            InSet::List(list) => self.exprs(list),
            InSet::Subquery(select) => self.parenthesised_select(select),
            InSet::Range {
                low,
                high,
                low_inclusive,
                high_inclusive,
            } => {
                self.text(if *low_inclusive { "[" } else { "(" });
                self.expr(low);
                self.colon();
                self.expr(high);
                self.text(if *high_inclusive { "]" } else { ")" });
            }
        }
    }

    /// The colon of a range, kept apart from a parameter that a name could follow.
    pub(super) fn colon(&mut self) {
        let tail = self.out.rsplit(['[', '(', ',']).next().unwrap_or("");
        self.text(if tail.contains('?') { " : " } else { ":" });
    }

    /// `a = b` of a join.
    pub(super) fn join_pair(&mut self, pair: &(Expr, Expr)) {
        self.operand(&pair.0, EQUALITY);
        self.text("=");
        self.operand(&pair.1, EQUALITY + 1);
    }
}

fn is_period(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::TimePeriod(_))
}

/// Whether links hang on the value without parentheses around it.
pub(super) fn carries_links(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Path(_) | ExprKind::Call(_) | ExprKind::Subquery(_) => true,
        ExprKind::Literal(literal) => matches!(literal, Literal::String(_)),
        _ => false,
    }
}

fn symbol(op: BinaryOp) -> &'static str {
    use BinaryOp::*;
    match op {
        Or => " or ",
        And => " and ",
        BitAnd => "&",
        BitOr => "|",
        BitXor => "^",
        Equal => "=",
        NotEqual => "!=",
        Is => " is ",
        IsNot => " is not ",
        Less => "<",
        LessEqual => "<=",
        Greater => ">",
        GreaterEqual => ">=",
        Concat => "||",
        Add => "+",
        Subtract => "-",
        Multiply => "*",
        Divide => "/",
        Modulo => "%",
    }
}

/// The ends of a range that both belong to it.
fn closed_range(set: &InSet) -> Option<(&Expr, &Expr)> {
    match set {
        InSet::Range {
            low,
            high,
            low_inclusive: true,
            high_inclusive: true,
        } => Some((low, high)),
        _ => None,
    }
}
