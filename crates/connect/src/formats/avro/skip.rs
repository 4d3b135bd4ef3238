//! Passing over values that nobody wants.

use super::input::{DEEPEST, Fault, Input};
use super::shape::{Place, Shape, Shapes};

/// Passes over a value, as carefully as if it were wanted.
pub fn skip(shapes: &Shapes, place: Place, input: &mut Input<'_>) -> Result<(), Fault> {
    skip_within(shapes, place, input, DEEPEST)
}

fn skip_within(
    shapes: &Shapes,
    place: Place,
    input: &mut Input<'_>,
    deeper: usize,
) -> Result<(), Fault> {
    let next = deeper.checked_sub(1);
    let next = next.ok_or_else(|| format!("nested deeper than {DEEPEST}"))?;
    match shapes.at(place) {
        Shape::Null => {}
        Shape::Bool => drop(input.boolean()?),
        Shape::Whole(_) => drop(input.long()?),
        Shape::Float => drop(input.array::<4>()?),
        Shape::Double => drop(input.array::<8>()?),
        Shape::Bytes(_) => drop(input.bytes()?),
        Shape::Text => drop(input.text()?),
        Shape::Fixed(size, _) => drop(input.take(*size)?),
        Shape::Enum { symbols, .. } => drop(input.choice(symbols.len())?),
        Shape::Array(item) => blocks(input, |input| skip_within(shapes, *item, input, next))?,
        Shape::Map(value) => blocks(input, |input| {
            input.text()?;
            skip_within(shapes, *value, input, next)
        })?,
        Shape::Union(branches) => {
            let branch = branches[input.choice(branches.len())?];
            skip_within(shapes, branch, input, next)?;
        }
        Shape::Record(fields) => {
            for field in fields {
                skip_within(shapes, field.shape, input, next)?;
            }
        }
    }
    Ok(())
}

/// Blocks of items, which are passed over whole where their length is told.
fn blocks<'a>(
    input: &mut Input<'a>,
    mut item: impl FnMut(&mut Input<'a>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    loop {
        match input.block()? {
            (0, _) => return Ok(()),
            (_, Some(length)) => drop(input.take(length)?),
            (items, None) => (0..items).try_for_each(|_| item(input))?,
        }
    }
}
