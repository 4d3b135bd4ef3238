//! How a window chooses the slot of an arriving event.

use tachograph_event::{CodecError, Column, Decoder, Encoder, Type};
use tachograph_plan::{ExprKind, Window};

use super::moves::Moves;
use super::ranked::Ranked;
use super::sorted::Sorted;
use crate::column::frame::Frame;
use crate::column::interner::Interner;
use crate::column::kernel;
use crate::fault::Fault;

/// How slots are chosen.
#[derive(Debug)]
pub enum Holder {
    /// A slot a key.
    Unique(Interner),
    /// Slots in turn; the number of the next event.
    Ring {
        /// Number of slots.
        size: usize,
        /// Number of the next event.
        next: u64,
    },
    /// Keys with their slots, in order.
    Sort(Sorted),
    /// A slot a key, for the first keys of an order.
    Rank(Box<Ranked>),
}

impl Holder {
    /// Can a window be kept by slots?
    pub fn fits(window: &Window) -> bool {
        match window {
            Window::Unique(keys) => keys.iter().all(kernel::cannot_fault),
            Window::LastEvent => true,
            Window::Length(size) => *size > 0,
            Window::Sort { size, keys } => match keys.as_slice() {
                [(key, _)] => *size > 0 && is_whole(&key.ty) && kernel::cannot_fault(key),
                _ => false,
            },
            Window::Rank { unique, size, keys } => match (unique.as_slice(), keys.as_slice()) {
                ([unique], [(key, _)]) => {
                    let plain = is_plain(&unique.ty) && is_whole(&key.ty);
                    let safe = kernel::cannot_fault(unique) && kernel::cannot_fault(key);
                    *size > 0 && plain && safe
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// No slot is taken yet.
    pub fn new(window: &Window) -> Holder {
        match window {
            Window::Unique(keys) => {
                let types: Vec<Type> = keys.iter().map(|k| k.ty.clone()).collect();
                Holder::Unique(Interner::new(&types))
            }
            Window::Length(size) => Holder::Ring {
                size: *size,
                next: 0,
            },
            Window::Sort { size, keys } => Holder::Sort(Sorted::new(*size, keys[0].1)),
            Window::Rank { unique, size, keys } => {
                Holder::Rank(Box::new(Ranked::new(*size, &unique[0].ty, keys[0].1)))
            }
            _ => Holder::Ring { size: 1, next: 0 },
        }
    }

    /// Adds what each arriving row does.
    ///
    /// # Errors
    /// [`Fault`] where a key has no result.
    pub fn find_moves(
        &mut self,
        window: &Window,
        frame: &Frame<'_>,
        moves: &mut Moves,
    ) -> Result<(), Fault> {
        match (self, window) {
            (Holder::Unique(interner), Window::Unique(keys)) => {
                let columns = keys.iter().map(|key| kernel::column(key, frame));
                let columns: Result<Vec<_>, _> = columns.collect();
                let columns = columns.map_err(|(_, fault)| fault)?;
                let columns: Vec<Column> = columns.into_iter().map(|c| c.into_owned()).collect();
                unique(interner, &columns, frame.len(), moves);
            }
            (Holder::Ring { size, next }, _) => {
                (0..frame.len()).for_each(|row| in_turn(*size as u64, next, row, moves));
            }
            (Holder::Sort(sorted), Window::Sort { keys, .. }) => {
                let keys = kernel::column(&keys[0].0, frame).map_err(|(_, fault)| fault)?;
                sorted.arrive(&keys, moves);
            }
            (Holder::Rank(ranked), Window::Rank { unique, keys, .. }) => {
                let column = |expr| kernel::column(expr, frame).map_err(|(_, fault)| fault);
                ranked.arrive(&*column(&unique[0])?, &*column(&keys[0].0)?, moves);
            }
            _ => unreachable!("the holder is made for its window"),
        }
        Ok(())
    }

    /// As `find_moves`, of one event, without the columns of keys that are plain properties.
    ///
    /// # Errors
    /// [`Fault`] where a key has no result.
    pub fn find_move(
        &mut self,
        window: &Window,
        frame: &Frame<'_>,
        moves: &mut Moves,
    ) -> Result<(), Fault> {
        if let (Holder::Unique(interner), Window::Unique(keys)) = (&mut *self, window)
            && let [key] = keys.as_slice()
            && is_plain(&key.ty)
            && let ExprKind::Property(slot) = key.kind
        {
            let known = interner.slots() as u32;
            let number = interner.number_at(&frame.properties[slot], 0);
            match number < known {
                true => moves.replace(0, number),
                false => moves.fill(0, number),
            }
            return Ok(());
        }
        self.find_moves(window, frame, moves)
    }

    /// Number of slots that hold an event.
    pub fn slots(&self) -> usize {
        match self {
            Holder::Unique(interner) => interner.slots(),
            Holder::Ring { size, next } => (*next).min(*size as u64) as usize,
            Holder::Sort(sorted) => sorted.len(),
            Holder::Rank(ranked) => ranked.len(),
        }
    }

    /// The slots in window order.
    pub fn in_order(&self) -> Vec<u32> {
        let slots = self.slots() as u32;
        match self {
            Holder::Ring { size, next } if *next >= *size as u64 => {
                let first = (*next % *size as u64) as u32;
                (first..slots).chain(0..first).collect()
            }
            Holder::Sort(sorted) => sorted.in_order(),
            Holder::Rank(ranked) => ranked.in_order(),
            _ => (0..slots).collect(),
        }
    }

    /// Writes the state.
    pub fn save(&mut self, to: &mut Encoder) {
        match self {
            Holder::Unique(interner) => interner.snapshot().save(to),
            Holder::Ring { next, .. } => to.u64(*next),
            Holder::Sort(sorted) => sorted.save(to),
            Holder::Rank(ranked) => ranked.save(to),
        }
    }

    /// Reads the state into a new holder.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        match self {
            Holder::Unique(interner) => interner.load(from)?,
            Holder::Ring { next, .. } => *next = from.u64()?,
            Holder::Sort(sorted) => sorted.load(from)?,
            Holder::Rank(ranked) => ranked.load(from)?,
        }
        Ok(())
    }
}

fn unique(interner: &mut Interner, keys: &[Column], rows: usize, moves: &mut Moves) {
    let mut numbers = Vec::with_capacity(rows);
    let mut known = interner.slots() as u32;
    interner.intern(keys, rows, &mut numbers);
    for (row, number) in numbers.into_iter().enumerate() {
        // Numbers are given out in order, so a new one is the lowest unknown.
        match number < known {
            true => moves.replace(row, number),
            false => moves.fill(row, number),
        }
        known = known.max(number + 1);
    }
}

fn in_turn(size: u64, next: &mut u64, row: usize, moves: &mut Moves) {
    let (event, slot) = (*next, (*next % size) as u32);
    *next += 1;
    match event < size {
        true => moves.fill(row, slot),
        false => moves.replace(row, slot),
    }
}

/// Can keys of a type be looked up one by one?
fn is_plain(ty: &Type) -> bool {
    matches!(ty, Type::Str | Type::Int | Type::Long)
}

fn is_whole(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Long)
}
