//! Reading a record by its plan.

use std::sync::Arc;

use tachograph_event::{Type, Value};

use super::super::cell::Cell;
use super::super::scalar;
use super::decimal;
use super::input::{Fault, Input};
use super::plan::{Make, Plan, Rows, Step};
use super::shape::Shapes;
use super::skip::skip;

/// A fault, with the slot of the value that has it.
type At = (Option<usize>, Fault);

/// Reads a record into slots.
pub fn record<'a>(plan: &Plan, record: &'a [u8], cells: &mut [Cell<'a>]) -> Result<(), At> {
    let mut input = Input::new(record);
    rows(&plan.writer, &plan.rows, &mut input, cells)?;
    match input.left() {
        0 => Ok(()),
        left => Err((None, format!("{left} bytes follow the record"))),
    }
}

fn rows<'a>(
    shapes: &Shapes,
    rows: &Rows,
    input: &mut Input<'a>,
    cells: &mut [Cell<'a>],
) -> Result<(), At> {
    for (slot, value) in &rows.constants {
        cells[*slot] = Cell::Value(value.clone());
    }
    step(shapes, &rows.step, input, cells)
}

fn step<'a>(
    shapes: &Shapes,
    of: &Step,
    input: &mut Input<'a>,
    cells: &mut [Cell<'a>],
) -> Result<(), At> {
    let plain = |fault| (None, fault);
    match of {
        Step::Skip(place) => skip(shapes, *place, input).map_err(plain),
        Step::Take(slot, make) => {
            let cell = cell(shapes, make, input).map_err(|fault| (Some(*slot), fault))?;
            cells[*slot] = cell;
            Ok(())
        }
        Step::Record(steps) => steps
            .iter()
            .try_for_each(|of| step(shapes, of, input, cells)),
        Step::Union(steps) => {
            let branch = input.choice(steps.len()).map_err(plain)?;
            step(shapes, &steps[branch], input, cells)
        }
        Step::Map(keys, other) => loop {
            let (items, _) = input.block().map_err(plain)?;
            if items == 0 {
                return Ok(());
            }
            for _ in 0..items {
                let key = input.text().map_err(plain)?;
                match keys.iter().find(|(name, _)| name == key) {
                    Some((_, of)) => step(shapes, of, input, cells)?,
                    None => skip(shapes, *other, input).map_err(plain)?,
                }
            }
        },
        Step::Several(steps) => {
            let start = input.clone();
            for of in steps {
                *input = start.clone();
                step(shapes, of, input, cells)?;
            }
            Ok(())
        }
        Step::Never(why) => Err(plain(why.clone())),
    }
}

/// A value, or a text where it stands.
#[inline]
fn cell<'a>(shapes: &Shapes, make: &Make, input: &mut Input<'a>) -> Result<Cell<'a>, Fault> {
    match make {
        Make::Text(Type::Str) => Ok(Cell::Text(input.text()?)),
        Make::Union(branches) => {
            let branch = input.choice(branches.len())?;
            cell(shapes, &branches[branch], input)
        }
        other => value(shapes, other, input).map(Cell::Value),
    }
}

fn value(shapes: &Shapes, make: &Make, input: &mut Input<'_>) -> Result<Value, Fault> {
    let made = match make {
        Make::Null => Some(Value::Null),
        Make::Bool => Some(Value::Bool(input.boolean()?)),
        Make::Whole(kind, ty) => {
            let number = input.long()?;
            let made = scalar::whole(*kind, number, ty);
            return made.ok_or_else(|| format!("{number} is not of type {ty}"));
        }
        Make::Float(ty) => {
            let number = f32::from_le_bytes(input.array()?);
            scalar::real(f64::from(number), ty)
        }
        Make::Double(ty) => scalar::real(f64::from_le_bytes(input.array()?), ty),
        Make::Bytes(kind, ty) => decimal::value(*kind, input.bytes()?, ty),
        Make::Fixed(size, kind, ty) => decimal::value(*kind, input.take(*size)?, ty),
        Make::Text(ty) => scalar::text(input.text()?, ty),
        Make::Enum(symbols) => return symbols[input.choice(symbols.len())?].clone(),
        Make::Array(item) => return array(shapes, item, input),
        Make::Row(inner) => {
            let mut cells = vec![Cell::NULL; inner.width];
            rows(shapes, inner, input, &mut cells).map_err(|(_, fault)| fault)?;
            Some(Value::Row(
                cells.into_iter().map(Cell::into_value).collect(),
            ))
        }
        Make::Union(branches) => {
            let branch = input.choice(branches.len())?;
            return value(shapes, &branches[branch], input);
        }
        Make::Never(why) => return Err(why.clone()),
    };
    made.ok_or_else(|| "is not of the property's type".to_string())
}

fn array(shapes: &Shapes, item: &Make, input: &mut Input<'_>) -> Result<Value, Fault> {
    let mut items = Vec::new();
    loop {
        match input.block()? {
            (0, _) => return Ok(Value::Array(Arc::from(items))),
            (count, _) => {
                for _ in 0..count {
                    items.push(value(shapes, item, input)?);
                }
            }
        }
    }
}
