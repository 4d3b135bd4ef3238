//! Rows that a bolt could not write: kept in a ledger with the reason, and counted.
//!
//! The ledger's length is part of the checkpoint; on recovery it is cut back to it, so that no
//! row stands in it twice.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tachograph_connect::Refused;
use tachograph_connect::formats::json_row;
use tachograph_event::Batch;
use tachograph_topology::BoltError;
use tachograph_topology::ledger::{Entry, Ledger};

use crate::counters::Faults;

/// The ledger of one task. Its file is made with the first row.
pub struct Unwritten {
    bolt: String,
    path: PathBuf,
    ledger: Option<Ledger>,
    length: u64,
    faults: Arc<Faults>,
}

impl Unwritten {
    /// The ledger of a bolt, or of one of its tasks, in a data folder.
    pub fn new(bolt: &str, data: &Path, faults: Arc<Faults>) -> Unwritten {
        Unwritten {
            bolt: bolt.to_string(),
            path: data.join("ledgers").join(format!("unwritten-{bolt}.jsonl")),
            ledger: None,
            length: 0,
            faults,
        }
    }

    /// Keeps a row.
    pub(super) fn add(&mut self, batch: &Batch, row: usize, reason: &str) -> Result<(), BoltError> {
        self.faults.add(1, Some(reason.to_string()));
        let origin = batch.origins()[row];
        let (bolt, text) = (self.bolt.clone(), json_row(batch, row));
        let added = self.ledger()?.add(&Entry {
            spout: &bolt,
            partition: origin.partition,
            position: origin.position,
            reason,
            time: Some(batch.times()[row]),
            raw: text.as_bytes(),
        });
        added.map_err(fault)
    }

    /// Counts what is refused elsewhere, where the row is not at hand any more.
    pub(super) fn counting(&self) -> Refused {
        let faults = Arc::clone(&self.faults);
        Arc::new(move |reason| faults.add(1, Some(reason.to_string())))
    }

    /// Makes all rows durable; gives the length of the ledger.
    pub(super) fn sync(&mut self) -> Result<u64, BoltError> {
        if self.ledger.is_none() && !self.path.exists() {
            return Ok(0);
        }
        self.length = self.ledger()?.sync().map_err(fault)?;
        Ok(self.length)
    }

    /// Goes back to a length.
    pub(super) fn restore(&mut self, length: u64) {
        self.length = length;
    }

    fn ledger(&mut self) -> Result<&mut Ledger, BoltError> {
        if self.ledger.is_none() {
            let opened = Ledger::open(&self.path, self.length);
            self.ledger = Some(opened.map_err(fault)?);
        }
        Ok(self.ledger.as_mut().expect("it was opened"))
    }
}

fn fault(error: std::io::Error) -> BoltError {
    BoltError(format!("a ledger cannot be written: {error}"))
}
