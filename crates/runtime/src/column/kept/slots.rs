//! Values of held events by slot, typed.

use tachograph_event::{
    Bitmap, CodecError, Column, ColumnBuilder, ColumnData, Decoder, Encoder, Type, Value,
};

use super::moves::Moves;
use super::texts::Texts;

/// One select column of the held events.
#[derive(Debug)]
pub struct SlotColumn {
    data: SlotData,
    nulls: Vec<bool>,
    /// Was a value ever null?
    any_null: bool,
}

#[derive(Debug)]
enum SlotData {
    Bool(Vec<bool>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Double(Vec<f64>),
    Text(Texts),
}

impl SlotColumn {
    /// Can values of a type be kept this way?
    pub fn fits(ty: &Type) -> bool {
        matches!(
            ty,
            Type::Bool | Type::Int | Type::Long | Type::Double | Type::Str
        )
    }

    /// The empty column of a type that fits.
    pub fn new(ty: &Type) -> SlotColumn {
        let data = match ty {
            Type::Bool => SlotData::Bool(Vec::new()),
            Type::Int => SlotData::Int(Vec::new()),
            Type::Long => SlotData::Long(Vec::new()),
            Type::Double => SlotData::Double(Vec::new()),
            _ => SlotData::Text(Texts::default()),
        };
        SlotColumn {
            data,
            nulls: Vec::new(),
            any_null: false,
        }
    }

    /// Makes room for slots below `slots`.
    pub fn grow(&mut self, slots: usize) {
        if self.nulls.len() >= slots {
            return;
        }
        self.nulls.resize(slots, false);
        match &mut self.data {
            SlotData::Bool(v) => v.resize(slots, false),
            SlotData::Int(v) => v.resize(slots, 0),
            SlotData::Long(v) => v.resize(slots, 0),
            SlotData::Double(v) => v.resize(slots, 0.0),
            SlotData::Text(v) => v.grow(slots),
        }
    }

    /// Puts each row's value into its slot; gives the values of those that leave, in order.
    pub fn apply(&mut self, rows: &Column, moves: &Moves) -> Column {
        let nulls = self.apply_nulls(rows, moves);
        let data = match (&mut self.data, rows.data()) {
            (SlotData::Bool(v), ColumnData::Bool(x)) => {
                ColumnData::Bool(moves.exchange(v, x).into())
            }
            (SlotData::Int(v), ColumnData::Int(x)) => ColumnData::Int(moves.exchange(v, x).into()),
            (SlotData::Long(v), ColumnData::Long(x)) => {
                ColumnData::Long(moves.exchange(v, x).into())
            }
            (SlotData::Double(v), ColumnData::Double(x)) => {
                ColumnData::Double(moves.exchange(v, x).into())
            }
            (SlotData::Text(v), ColumnData::Str(x)) => ColumnData::Str(v.exchange(x, moves)),
            _ => unreachable!("a slot column is of its select column's type"),
        };
        Column::new(data, nulls)
    }

    /// One row arrives, and takes a slot or none: `left` becomes the row that leaves.
    pub fn apply_one(&mut self, rows: &Column, slot: Option<usize>, left: &mut Column) {
        let Some(slot) = slot else {
            return left.set_one(rows, 0);
        };
        self.leave_one(slot, left);
        self.nulls[slot] = rows.is_null(0);
        self.any_null |= self.nulls[slot];
        match (&mut self.data, rows.data()) {
            (SlotData::Bool(v), ColumnData::Bool(x)) => v[slot] = x[0],
            (SlotData::Int(v), ColumnData::Int(x)) => v[slot] = x[0],
            (SlotData::Long(v), ColumnData::Long(x)) => v[slot] = x[0],
            (SlotData::Double(v), ColumnData::Double(x)) => v[slot] = x[0],
            (SlotData::Text(v), ColumnData::Str(x)) => v.put(slot, x, 0),
            _ => unreachable!("a slot column is of its select column's type"),
        }
    }

    fn leave_one(&self, slot: usize, left: &mut Column) {
        let held = !self.nulls[slot];
        match &self.data {
            SlotData::Bool(v) => left.set_one_bool(held.then(|| v[slot])),
            SlotData::Int(v) => left.set_one_whole(held.then(|| v[slot].into())),
            SlotData::Long(v) => left.set_one_whole(held.then(|| v[slot])),
            SlotData::Double(v) => left.set_one_double(held.then(|| v[slot])),
            SlotData::Text(v) => left.set_one_text(held.then(|| v.get(slot))),
        }
    }

    fn apply_nulls(&mut self, rows: &Column, moves: &Moves) -> Option<Bitmap> {
        if rows.nulls().is_none() && !self.any_null {
            return None;
        }
        self.any_null = true;
        let arrived: Vec<bool> = (0..rows.len()).map(|row| rows.is_null(row)).collect();
        let left = moves.exchange(&mut self.nulls, &arrived);
        let mut nulls = Bitmap::default();
        left.iter().for_each(|null| nulls.push(*null));
        (nulls.count() > 0).then_some(nulls)
    }

    /// The value in a slot.
    pub fn value(&self, slot: u32) -> Value {
        let slot = slot as usize;
        if self.nulls[slot] {
            return Value::Null;
        }
        match &self.data {
            SlotData::Bool(v) => Value::Bool(v[slot]),
            SlotData::Int(v) => Value::Int(v[slot]),
            SlotData::Long(v) => Value::Long(v[slot]),
            SlotData::Double(v) => Value::Double(v[slot]),
            SlotData::Text(v) => Value::str(v.get(slot)),
        }
    }

    /// Writes the first `slots` values.
    pub fn save(&self, to: &mut Encoder, slots: usize) {
        let values: Vec<Value> = (0..slots as u32).map(|slot| self.value(slot)).collect();
        to.values(&values);
    }

    /// Reads values into a new column of a type.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not values.
    pub fn load(&mut self, from: &mut Decoder<'_>, ty: &Type) -> Result<(), CodecError> {
        let mut builder = ColumnBuilder::new(ty);
        let values = from.values()?;
        let slots = values.len();
        values.into_iter().for_each(|v| builder.push(v));
        self.grow(slots);
        let mut fills = Moves::default();
        (0..slots).for_each(|slot| fills.fill(slot, slot as u32));
        self.apply(&builder.finish(), &fills);
        Ok(())
    }
}
