//! Windows that keep a slot an event: `#unique`, `#lastevent`, `#length(n)`, `#sort(n, k)`.
//!
//! A window says of each arriving event which slot it takes and whether that slot's event leaves;
//! the select columns of held events then move by column.

use tachograph_event::{
    Batch, CodecError, Column, ColumnData, Decoder, Encoder, Millis, Origin, Type, Value,
};
use tachograph_plan::{ExprKind, Statement, Window};

use super::frame::Frame;
use super::interner::Interner;
use super::kernel;
use super::single::Source;
use super::slots::{Move, SlotColumn, shift};
use crate::fault::Fault;

/// How slots are chosen.
#[derive(Debug)]
enum Holder {
    /// A slot a key.
    Unique(Interner),
    /// Slots in turn; the number of the next event.
    Ring { size: usize, next: u64 },
    /// Keys with their slots, in order.
    Sort {
        size: usize,
        descending: bool,
        order: Vec<(Option<i64>, u32)>,
    },
}

/// The held events of a statement.
#[derive(Debug)]
pub struct Kept {
    holder: Holder,
    columns: Vec<SlotColumn>,
    types: Vec<Type>,
    origins: Vec<Origin>,
    moves: Vec<Move>,
}

/// Rows that leave, beside the number of them after each arriving row.
pub struct Left {
    /// Select columns.
    pub columns: Vec<Column>,
    /// What brought them.
    pub origins: Vec<Origin>,
    /// The clock at which each leaves.
    pub times: Vec<Millis>,
    /// How many have left once row `i` has come.
    pub counts: Vec<usize>,
}

impl Kept {
    /// Can a statement's window and columns be kept this way?
    pub fn fits(statement: &Statement) -> bool {
        let window = match statement.input.windows.as_slice() {
            [Window::Unique(keys)] => keys.iter().all(kernel::cannot_fault),
            [Window::LastEvent] => true,
            [Window::Length(size)] => *size > 0,
            [Window::Sort { size, keys }] => {
                *size > 0
                    && matches!(keys.as_slice(), [(key, _)] if whole(&key.ty) && kernel::cannot_fault(key))
            }
            _ => false,
        };
        let fits = |expr: &tachograph_plan::Expr| {
            SlotColumn::fits(&expr.ty) && kernel::cannot_fault(expr) && kernel::is_fixed(expr)
        };
        window && statement.select.iter().all(fits)
    }

    /// The empty state of a statement that fits.
    pub fn new(statement: &Statement) -> Kept {
        let holder = match &statement.input.windows[0] {
            Window::Unique(keys) => {
                let types: Vec<Type> = keys.iter().map(|k| k.ty.clone()).collect();
                Holder::Unique(Interner::new(&types))
            }
            Window::Length(size) => Holder::Ring {
                size: *size,
                next: 0,
            },
            Window::Sort { size, keys } => Holder::Sort {
                size: *size,
                descending: keys[0].1,
                order: Vec::new(),
            },
            _ => Holder::Ring { size: 1, next: 0 },
        };
        let types: Vec<Type> = statement.select.iter().map(|s| s.ty.clone()).collect();
        Kept {
            holder,
            columns: types.iter().map(SlotColumn::new).collect(),
            types,
            origins: Vec::new(),
            moves: Vec::new(),
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
        self.find_moves(window, frame)?;
        let slots = self.slots();
        self.columns.iter_mut().for_each(|c| c.grow(slots));
        self.origins
            .resize(slots.max(self.origins.len()), Origin::default());
        let columns = self.columns.iter_mut().zip(select);
        let mut left = Left {
            columns: columns
                .map(|(c, rows)| c.apply(rows, &self.moves))
                .collect(),
            origins: shift(&mut self.origins, frame.origins, &self.moves),
            times: Vec::with_capacity(self.moves.len()),
            counts: Vec::with_capacity(self.moves.len()),
        };
        for (step, time) in self.moves.iter().zip(frame.times) {
            if !matches!(step, Move::Fill(_)) {
                left.times.push(*time);
            }
            left.counts.push(left.times.len());
        }
        Ok(left)
    }

    /// One event arrives, whose select columns are those properties; a row leaves into
    /// `removed` where true is given.
    pub fn arrive_one(
        &mut self,
        window: &Window,
        batch: &Batch,
        select: &[Source],
        removed: &mut Batch,
    ) -> Result<bool, Fault> {
        let frame = Frame {
            properties: batch.columns(),
            times: batch.times(),
            origins: batch.origins(),
            ..Frame::default()
        };
        self.find_move(window, &frame)?;
        let step = self.moves[0];
        let slots = self.slots();
        if self.origins.len() < slots {
            self.columns.iter_mut().for_each(|c| c.grow(slots));
            self.origins.resize(slots, Origin::default());
        }
        let arrived = batch.origins()[0];
        let left = match step {
            Move::Pass => arrived,
            Move::Fill(slot) | Move::Replace(slot) => {
                std::mem::replace(&mut self.origins[slot as usize], arrived)
            }
        };
        let columns = removed.set_one(batch.times()[0], left);
        for ((held, source), left) in self.columns.iter_mut().zip(select).zip(columns) {
            let Source::Property(slot) = source else {
                unreachable!("a kept column is a property here");
            };
            held.apply_one(batch.column(*slot), step, left);
        }
        Ok(!matches!(step, Move::Fill(_)))
    }

    /// As `find_moves`, of one event, without the columns of keys that are plain properties.
    fn find_move(&mut self, window: &Window, frame: &Frame<'_>) -> Result<(), Fault> {
        if let (Holder::Unique(interner), Window::Unique(keys)) = (&mut self.holder, window)
            && let [key] = keys.as_slice()
            && matches!(key.ty, Type::Str | Type::Int | Type::Long)
            && let ExprKind::Property(slot) = key.kind
        {
            let known = interner.slots() as u32;
            let number = interner.number_at(&frame.properties[slot], 0);
            self.moves.clear();
            self.moves.push(match number < known {
                true => Move::Replace(number),
                false => Move::Fill(number),
            });
            return Ok(());
        }
        self.find_moves(window, frame)
    }

    fn find_moves(&mut self, window: &Window, frame: &Frame<'_>) -> Result<(), Fault> {
        self.moves.clear();
        match (&mut self.holder, window) {
            (Holder::Unique(interner), Window::Unique(keys)) => {
                let columns = keys.iter().map(|key| kernel::column(key, frame));
                let columns: Result<Vec<_>, _> = columns.collect();
                let columns = columns.map_err(|(_, fault)| fault)?;
                let columns: Vec<Column> = columns.into_iter().map(|c| c.into_owned()).collect();
                let mut numbers = Vec::with_capacity(frame.len());
                let mut known = interner.slots() as u32;
                interner.intern(&columns, frame.len(), &mut numbers);
                for number in numbers {
                    // Numbers are given out in order, so a new one is the lowest unknown.
                    self.moves.push(match number < known {
                        true => Move::Replace(number),
                        false => Move::Fill(number),
                    });
                    known = known.max(number + 1);
                }
            }
            (Holder::Ring { size, next }, _) => {
                for _ in 0..frame.len() {
                    let slot = (*next % *size as u64) as u32;
                    self.moves.push(match *next < *size as u64 {
                        true => Move::Fill(slot),
                        false => Move::Replace(slot),
                    });
                    *next += 1;
                }
            }
            (
                Holder::Sort {
                    size,
                    descending,
                    order,
                },
                Window::Sort { keys, .. },
            ) => {
                let column = kernel::column(&keys[0].0, frame).map_err(|(_, fault)| fault)?;
                for row in 0..frame.len() {
                    let key = whole_value(&column, row);
                    self.moves.push(sort_in(order, *size, *descending, key));
                }
            }
            _ => unreachable!("the holder is made for its window"),
        }
        Ok(())
    }

    /// Number of slots that hold an event.
    fn slots(&self) -> usize {
        match &self.holder {
            Holder::Unique(interner) => interner.slots(),
            Holder::Ring { size, next } => (*next).min(*size as u64) as usize,
            Holder::Sort { order, .. } => order.len(),
        }
    }

    /// The held rows in window order.
    pub fn rows(&self) -> Vec<Vec<Value>> {
        let slots = self.slots() as u32;
        let order: Vec<u32> = match &self.holder {
            Holder::Ring { size, next } if *next >= *size as u64 => {
                let first = (*next % *size as u64) as u32;
                (first..slots).chain(0..first).collect()
            }
            Holder::Sort { order, .. } => order.iter().map(|(_, slot)| *slot).collect(),
            _ => (0..slots).collect(),
        };
        let row = |slot| self.columns.iter().map(|c| c.value(slot)).collect();
        order.into_iter().map(row).collect()
    }

    /// Writes the held events.
    pub fn save(&mut self, to: &mut Encoder) {
        let slots = self.slots();
        match &mut self.holder {
            Holder::Unique(interner) => interner.snapshot().save(to),
            Holder::Ring { next, .. } => to.u64(*next),
            Holder::Sort { order, .. } => to.list(order.iter(), |to, (key, slot)| {
                to.option(*key, Encoder::i64);
                to.u32(*slot);
            }),
        }
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
        match &mut self.holder {
            Holder::Unique(interner) => interner.load(from)?,
            Holder::Ring { next, .. } => *next = from.u64()?,
            Holder::Sort { order, .. } => {
                *order = from.list(|from| Ok((from.option(Decoder::i64)?, from.u32()?)))?;
            }
        }
        let columns = self.columns.iter_mut().zip(&self.types);
        for (column, ty) in columns {
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

fn whole(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Long)
}

fn whole_value(column: &Column, row: usize) -> Option<i64> {
    match column.data() {
        _ if column.is_null(row) => None,
        ColumnData::Int(v) => Some(v[row].into()),
        ColumnData::Long(v) => Some(v[row]),
        _ => None,
    }
}

/// Among equals the newest comes first, so that the oldest is the one to leave; nulls come first
/// ascending, last descending.
fn sort_in(
    order: &mut Vec<(Option<i64>, u32)>,
    size: usize,
    descending: bool,
    key: Option<i64>,
) -> Move {
    let before = |held: &(Option<i64>, u32)| match descending {
        true => held.0 > key,
        false => held.0 < key,
    };
    if order.len() < size {
        let slot = order.len() as u32;
        order.insert(order.partition_point(before), (key, slot));
        return Move::Fill(slot);
    }
    match order.last() {
        Some(worst) if !before(worst) => {
            let (_, slot) = order.pop().expect("a full window has a last event");
            order.insert(order.partition_point(before), (key, slot));
            Move::Replace(slot)
        }
        _ => Move::Pass,
    }
}
