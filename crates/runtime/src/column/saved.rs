//! The saved form of a column statement. Cells and keys are shared with the snapshot by page;
//! the rest is small and written at once.

use tachograph_event::{CodecError, Decoder, Encoder, Type};

use super::cells::Cells;
use super::statement::{ColumnStatement, State};
use crate::snapshot::Deferred;

impl ColumnStatement {
    /// Shares the state with a snapshot that another thread may write.
    pub fn snapshot(&mut self) -> Deferred {
        let base = &mut self.base;
        let mut head = Encoder::new();
        head.i64(base.clock);
        head.u64(base.faults.count);
        head.option(base.faults.last.as_deref(), Encoder::str);
        match &mut self.state {
            State::Project | State::Running => {}
            State::TimeBatch(interval) => interval.save(&mut head),
            State::Sliding(ring) => ring.save(&mut head),
            State::Kept(kept) => kept.save(&mut head),
            State::Last(interval) => interval.save(&mut head),
        }
        let keys = base.groups.interner.snapshot();
        let cells: Vec<_> = base.groups.cells.iter_mut().map(Cells::snapshot).collect();
        let head = head.into_bytes();
        Box::new(move |to: &mut Encoder| {
            to.bytes(&head);
            keys.save(to);
            cells.iter().for_each(|c| c.save(to));
        })
    }

    /// Reads the state into a new statement.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this statement's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let base = &mut self.base;
        let mut head = Decoder::new(from.bytes()?);
        base.clock = head.i64()?;
        base.faults.count = head.u64()?;
        base.faults.last = head.option(|d| Ok(d.str()?.to_string()))?;
        match &mut self.state {
            State::Project | State::Running => {}
            State::TimeBatch(interval) => {
                let types: Vec<Type> = base.plan.aggregates.iter().map(|a| a.ty.clone()).collect();
                interval.load(&mut head, &types)?;
            }
            State::Sliding(ring) => ring.load(&mut head)?,
            State::Kept(kept) => kept.load(&mut head)?,
            State::Last(interval) => interval.load(&mut head)?,
        }
        let groups = &mut base.groups;
        groups.interner.load(from)?;
        groups.cells.iter_mut().try_for_each(|c| c.load(from))?;
        if let State::Sliding(ring) = &mut self.state {
            ring.restore_members(&groups.interner)?;
        }
        Ok(())
    }
}
