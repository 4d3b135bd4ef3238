//! Where a partition begins: at its source's beginning, or where a checkpoint says.

use std::path::Path;

use super::{Fault, PAUSE, SpoutThread, Work};
use crate::decisions::Decisions;
use crate::keeper::Decision;
use crate::ledger::Ledger;

impl Work {
    /// Opens what the thread keeps, at the place where it begins.
    pub(super) fn start(mut spout: SpoutThread) -> Result<Work, Fault> {
        match spout.state.is_new {
            true => spout.state.position = begin(&mut spout)?,
            false => spout.reader.seek(spout.state.position)?,
        }
        // More may have been added to a source that has ended.
        spout.state.has_ended &= spout.end.is_none();
        let (position, lengths) = (spout.state.position, spout.state.lengths);
        spout.metrics().position.set(position);
        let file = |kind: &str| {
            let name = format!("{kind}-{}-{}.jsonl", spout.name, spout.partition);
            spout.data.join("ledgers").join(name)
        };
        let decisions = format!("{}-{}.clock", spout.name, spout.partition);
        let decisions = spout.data.join("decisions").join(decisions);
        bring(&decisions, &spout)?;
        // What was loaded is whole, and is the one before the next.
        let loaded = (!spout.state.is_new).then_some((spout.begun, position));
        let mut work = Work {
            dead: Ledger::open(&file("dead-letter"), lengths.0)?,
            late: Ledger::open(&file("late"), lengths.1)?,
            decisions: Decisions::open(&decisions, position)?,
            snapshots: loaded.into_iter().collect(),
            spout,
        };
        work.send_clock()?;
        Ok(work)
    }
}

/// Begins at the source's beginning, however long it takes to be reached.
fn begin(spout: &mut SpoutThread) -> Result<u64, Fault> {
    loop {
        match spout.reader.begin() {
            Ok(position) => return Ok(position),
            Err(error) if error.retryable => {
                spout.metrics().tell_away(Some(error.message));
                if spout.control.is_stopped() {
                    return Err(Fault::Stopped);
                }
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes down what was decided elsewhere, for the replay to meet it.
fn bring(file: &Path, spout: &SpoutThread) -> Result<(), Fault> {
    let known = spout.keeper.decided_before(&spout.name, spout.partition);
    if known.is_empty() {
        return Ok(());
    }
    let mut decisions = Decisions::open(file, 0)?;
    for decided in known {
        match decided.what {
            Decision::Idle => decisions.idle(decided.position, decided.instant)?,
            Decision::Horizon => {
                decisions.horizon(decided.position, decided.instant)?;
            }
        }
    }
    Ok(())
}
