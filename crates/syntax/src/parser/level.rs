//! How tight operators bind, from 1 for `or` upwards; parser and printer share it.
//!
//! Nouns: a *level*. No state. Never: depends on operands.

use crate::ast::BinaryOp;

/// How tight an operator binds.
pub(crate) type Level = u8;

/// `not`
pub(crate) const NOT: Level = 4;
/// `=`, `is`
pub(crate) const EQUALITY: Level = 5;
/// `<`, `in`, `between`, `like`
pub(crate) const RELATION: Level = 6;
/// `||`
pub(crate) const CONCAT: Level = 7;
/// A sign before its operand.
pub(crate) const SIGN: Level = 10;

/// How tight the operator binds.
pub(crate) fn level_of(op: BinaryOp) -> Level {
    use BinaryOp::*;
    match op {
        Or => 1,
        And => 2,
        BitAnd | BitOr | BitXor => 3,
        Equal | NotEqual | Is | IsNot => EQUALITY,
        Less | LessEqual | Greater | GreaterEqual => RELATION,
        Concat => CONCAT,
        Add | Subtract => 8,
        Multiply | Divide | Modulo => 9,
    }
}
