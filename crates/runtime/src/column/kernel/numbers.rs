//! Numbers in loops over typed slices.

use tachograph_event::{Column, ColumnData, Shared, Type};
use tachograph_plan::ArithmeticOp;

/// A widening cast; none where it has no loop.
pub(super) fn cast(column: &Column, to: &Type) -> Option<Column> {
    let data = match (column.data(), to) {
        (ColumnData::Int(v), Type::Long) => {
            ColumnData::Long(v.iter().map(|x| i64::from(*x)).collect())
        }
        (ColumnData::Int(v), Type::Double) => {
            ColumnData::Double(v.iter().map(|x| f64::from(*x)).collect())
        }
        (ColumnData::Long(v), Type::Double) => {
            ColumnData::Double(v.iter().map(|x| *x as f64).collect())
        }
        _ => return None,
    };
    Some(Column::new(data, column.nulls().cloned()))
}

/// The arithmetic of two columns of one type without nulls; none where it has no loop.
pub(super) fn arithmetic(op: ArithmeticOp, left: &Column, right: &Column) -> Option<Column> {
    if left.nulls().is_some() || right.nulls().is_some() {
        return None;
    }
    let data = match (left.data(), right.data()) {
        (ColumnData::Int(a), ColumnData::Int(b)) => ColumnData::Int(zip(a, b, int_op(op)?)),
        (ColumnData::Long(a), ColumnData::Long(b)) => ColumnData::Long(zip(a, b, long_op(op)?)),
        (ColumnData::Double(a), ColumnData::Double(b)) => {
            ColumnData::Double(zip(a, b, double_op(op)))
        }
        _ => return None,
    };
    Some(Column::new(data, None))
}

fn zip<T: Copy>(a: &[T], b: &[T], op: fn(T, T) -> T) -> Shared<T> {
    a.iter().zip(b).map(|(a, b)| op(*a, *b)).collect()
}

fn int_op(op: ArithmeticOp) -> Option<fn(i32, i32) -> i32> {
    match op {
        ArithmeticOp::Add => Some(i32::wrapping_add),
        ArithmeticOp::Subtract => Some(i32::wrapping_sub),
        ArithmeticOp::Multiply => Some(i32::wrapping_mul),
        _ => None,
    }
}

fn long_op(op: ArithmeticOp) -> Option<fn(i64, i64) -> i64> {
    match op {
        ArithmeticOp::Add => Some(i64::wrapping_add),
        ArithmeticOp::Subtract => Some(i64::wrapping_sub),
        ArithmeticOp::Multiply => Some(i64::wrapping_mul),
        _ => None,
    }
}

fn double_op(op: ArithmeticOp) -> fn(f64, f64) -> f64 {
    match op {
        ArithmeticOp::Add => |a, b| a + b,
        ArithmeticOp::Subtract => |a, b| a - b,
        ArithmeticOp::Multiply => |a, b| a * b,
        ArithmeticOp::Divide => |a, b| a / b,
        ArithmeticOp::Modulo => |a, b| a % b,
    }
}
