//! One aggregate's argument of the held events, typed.

use std::ops::Range;

use tachograph_event::{CodecError, Column, ColumnData, Decoder, Encoder, Type};
use tachograph_plan::AggregateCall;

/// One argument of the held events.
#[derive(Debug, Default)]
pub struct Arguments {
    /// The values, in the form in which cells take them.
    pub values: Values,
    /// Which are null; empty while none ever was.
    nulls: Vec<bool>,
}

/// Values by type; counts need none.
#[derive(Debug, Default)]
pub enum Values {
    /// Only nulls matter.
    #[default]
    Nothing,
    /// int and long
    Whole(Vec<i64>),
    /// double
    Double(Vec<f64>),
}

impl Arguments {
    /// No event yet; `wants_values` says whether the aggregate looks at values.
    pub fn new(call: &AggregateCall, wants_values: bool) -> Arguments {
        let double = call.arguments.first().map(|a| &a.ty);
        let values = match double {
            _ if !wants_values => Values::Nothing,
            Some(Type::Double) => Values::Double(Vec::new()),
            _ => Values::Whole(Vec::new()),
        };
        Arguments {
            values,
            nulls: Vec::new(),
        }
    }

    /// Is argument `i` null?
    #[inline]
    pub fn is_null(&self, i: usize) -> bool {
        self.nulls.get(i).is_some_and(|null| *null)
    }

    /// Was any of the held ones ever null?
    pub fn any_null(&self) -> bool {
        !self.nulls.is_empty()
    }

    /// Appends rows behind the `before` that there are.
    pub fn push(&mut self, column: Option<&Column>, before: usize, rows: usize) {
        match (&mut self.values, column.map(Column::data)) {
            (Values::Whole(v), Some(ColumnData::Int(x))) => {
                v.extend(x.iter().map(|x| i64::from(*x)));
            }
            (Values::Whole(v), Some(ColumnData::Long(x))) => v.extend_from_slice(x),
            (Values::Double(v), Some(ColumnData::Double(x))) => v.extend_from_slice(x),
            _ => {}
        }
        let nulls = column.filter(|c| c.nulls().is_some());
        if nulls.is_some() && self.nulls.is_empty() {
            self.nulls.resize(before, false);
        }
        match nulls {
            Some(column) => self.nulls.extend((0..rows).map(|i| column.is_null(i))),
            None if !self.nulls.is_empty() => self.nulls.resize(before + rows, false),
            None => {}
        }
    }

    /// Forgets the oldest rows.
    pub fn drop_first(&mut self, rows: usize) {
        match &mut self.values {
            Values::Nothing => {}
            Values::Whole(v) => drop(v.drain(..rows)),
            Values::Double(v) => drop(v.drain(..rows)),
        }
        if !self.nulls.is_empty() {
            self.nulls.drain(..rows);
        }
    }

    /// Writes some rows.
    pub fn save(&self, to: &mut Encoder, rows: Range<usize>) {
        match &self.values {
            Values::Nothing => {}
            Values::Whole(v) => to.list(v[rows.clone()].iter(), |to, x| to.i64(*x)),
            Values::Double(v) => to.list(v[rows.clone()].iter(), |to, x| to.f64(*x)),
        }
        let nulls = if self.any_null() {
            &self.nulls[rows]
        } else {
            &[]
        };
        to.list(nulls.iter(), |to, null| to.bool(*null));
    }

    /// Reads rows into a new argument.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not rows.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        match &mut self.values {
            Values::Nothing => {}
            Values::Whole(v) => *v = from.list(Decoder::i64)?,
            Values::Double(v) => *v = from.list(Decoder::f64)?,
        }
        self.nulls = from.list(Decoder::bool)?;
        Ok(())
    }
}
