//! Values of held events by slot, typed.

use tachograph_event::{
    Bitmap, CodecError, Column, ColumnBuilder, ColumnData, Decoder, Encoder, StringColumn, Type,
    Value,
};

use super::texts::{Leaving, Texts};

/// What an arriving event does to a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// It is the slot's first.
    Fill(u32),
    /// The slot's event leaves for it.
    Replace(u32),
    /// It leaves at once itself.
    Pass,
}

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
    pub fn apply(&mut self, rows: &Column, moves: &[Move]) -> Column {
        let nulls = self.apply_nulls(rows, moves);
        let data = match (&mut self.data, rows.data()) {
            (SlotData::Bool(v), ColumnData::Bool(x)) => ColumnData::Bool(shift(v, x, moves).into()),
            (SlotData::Int(v), ColumnData::Int(x)) => ColumnData::Int(shift(v, x, moves).into()),
            (SlotData::Long(v), ColumnData::Long(x)) => ColumnData::Long(shift(v, x, moves).into()),
            (SlotData::Double(v), ColumnData::Double(x)) => {
                ColumnData::Double(shift(v, x, moves).into())
            }
            (SlotData::Text(v), ColumnData::Str(x)) => ColumnData::Str(shift_texts(v, x, moves)),
            _ => unreachable!("a slot column is of its select column's type"),
        };
        Column::new(data, nulls)
    }

    /// One row arrives: `left` becomes the row that leaves, where one does.
    pub fn apply_one(&mut self, rows: &Column, step: Move, left: &mut Column) {
        let slot = match step {
            Move::Pass => return left.set_one(rows, 0),
            Move::Fill(slot) => slot as usize,
            Move::Replace(slot) => {
                self.leave_one(slot as usize, left);
                slot as usize
            }
        };
        self.nulls[slot] = rows.is_null(0);
        self.any_null |= self.nulls[slot];
        match (&mut self.data, rows.data()) {
            (SlotData::Bool(v), ColumnData::Bool(x)) => v[slot] = x[0],
            (SlotData::Int(v), ColumnData::Int(x)) => v[slot] = x[0],
            (SlotData::Long(v), ColumnData::Long(x)) => v[slot] = x[0],
            (SlotData::Double(v), ColumnData::Double(x)) => v[slot] = x[0],
            (SlotData::Text(v), ColumnData::Str(x)) => v.put(slot as u32, x, 0),
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
            SlotData::Text(v) => left.set_one_text(held.then(|| v.get(slot as u32))),
        }
    }

    fn apply_nulls(&mut self, rows: &Column, moves: &[Move]) -> Option<Bitmap> {
        let (mut left, mut any) = (Bitmap::default(), false);
        if rows.nulls().is_none() && !self.any_null {
            return None;
        }
        self.any_null = true;
        for (i, step) in moves.iter().enumerate() {
            let null = rows.is_null(i);
            let leaves = match step {
                Move::Fill(slot) => {
                    self.nulls[*slot as usize] = null;
                    continue;
                }
                Move::Replace(slot) => std::mem::replace(&mut self.nulls[*slot as usize], null),
                Move::Pass => null,
            };
            left.push(leaves);
            any |= leaves;
        }
        any.then_some(left)
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
            SlotData::Text(v) => Value::str(v.get(slot as u32)),
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
        let fill: Vec<Move> = (0..slots as u32).map(Move::Fill).collect();
        self.apply(&builder.finish(), &fill);
        Ok(())
    }
}

fn shift_texts(slots: &mut Texts, rows: &StringColumn, moves: &[Move]) -> StringColumn {
    let mut left = Leaving::default();
    for (row, step) in moves.iter().enumerate() {
        match step {
            Move::Fill(slot) => slots.put(*slot, rows, row),
            Move::Replace(slot) => {
                slots.leave(*slot, &mut left);
                slots.put(*slot, rows, row);
            }
            Move::Pass => left.push(rows.get(row)),
        }
    }
    left.finish()
}

/// Puts values into slots; gives those that leave.
pub fn shift<T: Copy>(slots: &mut [T], rows: &[T], moves: &[Move]) -> Vec<T> {
    let mut left = Vec::with_capacity(moves.len());
    for (value, step) in rows.iter().zip(moves) {
        match step {
            Move::Fill(slot) => slots[*slot as usize] = *value,
            Move::Replace(slot) => {
                left.push(std::mem::replace(&mut slots[*slot as usize], *value));
            }
            Move::Pass => left.push(*value),
        }
    }
    left
}
