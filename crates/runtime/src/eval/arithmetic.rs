//! Arithmetic on operands that already have one type.

use tachograph_event::Value;
use tachograph_plan::ArithmeticOp;

use super::Evaluated;
use crate::fault::Fault;

/// `left op right`; null if one is null.
pub fn apply(op: ArithmeticOp, left: &Value, right: &Value) -> Evaluated {
    Ok(match (left, right) {
        (Value::Int(a), Value::Int(b)) => Value::Int(int(op, *a, *b)?),
        (Value::Long(a), Value::Long(b)) => Value::Long(long(op, *a, *b)?),
        (Value::Float(a), Value::Float(b)) => Value::Float(float(op, *a, *b)),
        (Value::Double(a), Value::Double(b)) => Value::Double(double(op, *a, *b)),
        _ => Value::Null,
    })
}

fn int(op: ArithmeticOp, a: i32, b: i32) -> Result<i32, Fault> {
    Ok(match op {
        ArithmeticOp::Add => a.wrapping_add(b),
        ArithmeticOp::Subtract => a.wrapping_sub(b),
        ArithmeticOp::Multiply => a.wrapping_mul(b),
        ArithmeticOp::Divide if b != 0 => a.wrapping_div(b),
        ArithmeticOp::Modulo if b != 0 => a.wrapping_rem(b),
        _ => return Err(by_zero()),
    })
}

fn long(op: ArithmeticOp, a: i64, b: i64) -> Result<i64, Fault> {
    Ok(match op {
        ArithmeticOp::Add => a.wrapping_add(b),
        ArithmeticOp::Subtract => a.wrapping_sub(b),
        ArithmeticOp::Multiply => a.wrapping_mul(b),
        ArithmeticOp::Divide if b != 0 => a.wrapping_div(b),
        ArithmeticOp::Modulo if b != 0 => a.wrapping_rem(b),
        _ => return Err(by_zero()),
    })
}

fn by_zero() -> Fault {
    Fault("an integer was divided by zero".into())
}

fn float(op: ArithmeticOp, a: f32, b: f32) -> f32 {
    match op {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Subtract => a - b,
        ArithmeticOp::Multiply => a * b,
        ArithmeticOp::Divide => a / b,
        ArithmeticOp::Modulo => a % b,
    }
}

fn double(op: ArithmeticOp, a: f64, b: f64) -> f64 {
    match op {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Subtract => a - b,
        ArithmeticOp::Multiply => a * b,
        ArithmeticOp::Divide => a / b,
        ArithmeticOp::Modulo => a % b,
    }
}

/// `-x`
pub fn negate(value: Value) -> Evaluated {
    Ok(match value {
        Value::Byte(v) => Value::Byte(v.wrapping_neg()),
        Value::Short(v) => Value::Short(v.wrapping_neg()),
        Value::Int(v) => Value::Int(v.wrapping_neg()),
        Value::Long(v) => Value::Long(v.wrapping_neg()),
        Value::Float(v) => Value::Float(-v),
        Value::Double(v) => Value::Double(-v),
        _ => Value::Null,
    })
}

/// `& | ^` on two values of one type; null if one is null.
pub fn bitwise(op: char, left: &Value, right: &Value) -> Evaluated {
    let bits = |a: i64, b: i64| match op {
        '&' => a & b,
        '|' => a | b,
        _ => a ^ b,
    };
    Ok(match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => Value::Bool(bits(i64::from(*a), i64::from(*b)) != 0),
        (Value::Byte(a), Value::Byte(b)) => Value::Byte(bits((*a).into(), (*b).into()) as i8),
        (Value::Short(a), Value::Short(b)) => Value::Short(bits((*a).into(), (*b).into()) as i16),
        (Value::Int(a), Value::Int(b)) => Value::Int(bits((*a).into(), (*b).into()) as i32),
        (Value::Long(a), Value::Long(b)) => Value::Long(bits(*a, *b)),
        _ => Value::Null,
    })
}
