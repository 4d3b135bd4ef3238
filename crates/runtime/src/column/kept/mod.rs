//! Windows that keep a slot an event: `#unique`, `#lastevent`, `#length(n)`, `#sort(n, k)`,
//! `#rank(k, n, s)`.
//!
//! A window says of each arriving event which slot it takes and whether that slot's event leaves;
//! the select columns of held events then move by column.

mod holder;
mod moves;
mod order;
mod ranked;
mod run;
mod sieve;
mod slots;
mod sorted;
mod texts;

use tachograph_event::{Batch, CodecError, Column, Decoder, Encoder, Origin, Type, Value};
use tachograph_plan::{Expr, Statement, Window};

use self::holder::Holder;
use self::moves::Moves;
use self::slots::SlotColumn;
use super::frame::Frame;
use super::kernel;
use super::single::Source;
use crate::fault::Fault;

/// The held events of a statement.
#[derive(Debug)]
pub struct Kept {
    holder: Holder,
    columns: Vec<SlotColumn>,
    types: Vec<Type>,
    origins: Vec<Origin>,
    /// What the rows of the last batch did.
    moves: Moves,
}

/// Rows that leave.
pub struct Left {
    /// Select columns.
    pub columns: Vec<Column>,
    /// What brought them.
    pub origins: Vec<Origin>,
}

impl Kept {
    /// Can a statement's window and columns be kept this way?
    pub fn fits(statement: &Statement) -> bool {
        let [window] = statement.input.windows.as_slice() else {
            return false;
        };
        let fits = |expr: &Expr| {
            SlotColumn::fits(&expr.ty) && kernel::cannot_fault(expr) && kernel::is_fixed(expr)
        };
        Holder::fits(window) && statement.select.iter().all(fits)
    }

    /// The empty state of a statement that fits.
    pub fn new(statement: &Statement) -> Kept {
        let types: Vec<Type> = statement.select.iter().map(|s| s.ty.clone()).collect();
        Kept {
            holder: Holder::new(&statement.input.windows[0]),
            columns: types.iter().map(SlotColumn::new).collect(),
            types,
            origins: Vec::new(),
            moves: Moves::default(),
        }
    }

    /// Rows arrive, as their select columns; gives what leaves.
    ///
    /// # Errors
    /// [`Fault`] where a key has no result.
    pub fn arrive(
        &mut self,
        window: &Window,
        frame: &Frame<'_>,
        select: &[Column],
    ) -> Result<Left, Fault> {
        self.moves.clear();
        self.holder.find_moves(window, frame, &mut self.moves)?;
        let slots = self.holder.slots();
        self.columns.iter_mut().for_each(|c| c.grow(slots));
        self.origins
            .resize(slots.max(self.origins.len()), Origin::default());
        let columns = self.columns.iter_mut().zip(select);
        Ok(Left {
            columns: columns
                .map(|(c, rows)| c.apply(rows, &self.moves))
                .collect(),
            origins: self.moves.exchange(&mut self.origins, frame.origins),
        })
    }

    /// One event arrives, whose select columns are those properties; a row leaves into
    /// `removed` where true is given.
    ///
    /// # Errors
    /// [`Fault`] where a key has no result.
    pub fn arrive_one(
        &mut self,
        window: &Window,
        batch: &Batch,
        select: &[Source],
        removed: &mut Batch,
    ) -> Result<bool, Fault> {
        let frame = Frame::of(batch);
        self.moves.clear();
        self.holder.find_move(window, &frame, &mut self.moves)?;
        let slots = self.holder.slots();
        if self.origins.len() < slots {
            self.columns.iter_mut().for_each(|c| c.grow(slots));
            self.origins.resize(slots, Origin::default());
        }
        let slot = self.moves.takes().first().map(|take| take.slot);
        let arrived = batch.origins()[0];
        let left = match slot {
            None => arrived,
            Some(slot) => std::mem::replace(&mut self.origins[slot], arrived),
        };
        let columns = removed.set_one(batch.times()[0], left);
        for ((held, source), left) in self.columns.iter_mut().zip(select).zip(columns) {
            let Source::Property(property) = source else {
                unreachable!("a kept column is a property here");
            };
            held.apply_one(batch.column(*property), slot, left);
        }
        Ok(self.moves.fills().is_empty())
    }

    /// The held rows in window order.
    pub fn rows(&self) -> Vec<Vec<Value>> {
        let row = |slot| self.columns.iter().map(|c| c.value(slot)).collect();
        self.holder.in_order().into_iter().map(row).collect()
    }

    /// Writes the held events.
    pub fn save(&mut self, to: &mut Encoder) {
        let slots = self.holder.slots();
        self.holder.save(to);
        self.columns.iter().for_each(|c| c.save(to, slots));
        to.list(self.origins.iter().take(slots), |to, origin| {
            to.u32(origin.partition);
            to.u64(origin.position);
        });
    }

    /// Reads the held events into a new state.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.holder.load(from)?;
        for (column, ty) in self.columns.iter_mut().zip(&self.types) {
            column.load(from, ty)?;
        }
        self.origins = from.list(|from| {
            Ok(Origin {
                partition: from.u32()?,
                position: from.u64()?,
            })
        })?;
        Ok(())
    }
}
