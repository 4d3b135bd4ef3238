//! What brings records in.

use std::fmt;

use tachograph_event::{Batch, Millis};

/// Reads one partition of a replayable log.
pub trait PartitionReader: Send {
    /// Reads about one batch, at most `max_rows` rows; blocks for some 50 ms at most.
    ///
    /// # Errors
    /// [`SpoutError`]; a retryable one is tried again.
    fn read(&mut self, max_rows: usize) -> Result<Read, SpoutError>;

    /// Continues from a position that an earlier [`Decoded::next_position`] named, or from 0.
    ///
    /// # Errors
    /// [`SpoutError`] where the log no longer has that position.
    fn seek(&mut self, position: u64) -> Result<(), SpoutError>;

    /// No replay will begin before this position again: what lies before it may be dropped.
    ///
    /// # Errors
    /// [`SpoutError`] where the log cannot be cut.
    fn covered(&mut self, _position: u64) -> Result<(), SpoutError> {
        Ok(())
    }

    /// Makes what was read durable, where it is not: a checkpoint is about to name the position.
    ///
    /// # Errors
    /// [`SpoutError`] where the disk does not take it.
    fn sync(&mut self) -> Result<(), SpoutError> {
        Ok(())
    }

    /// The oldest position that a replay can still begin at.
    fn oldest(&self) -> u64 {
        0
    }

    /// Begins where no checkpoint says where; gives the position.
    ///
    /// # Errors
    /// [`SpoutError`] where the place to begin cannot be found.
    fn begin(&mut self) -> Result<u64, SpoutError> {
        self.seek(0)?;
        Ok(0)
    }
}

/// What a read gave.
#[derive(Debug)]
pub enum Read {
    /// Records.
    Batch(Decoded),
    /// Nothing at the moment: all that the log holds was read.
    Idle,
    /// The source cannot be reached, for this reason; nobody knows whether it has records. This is
    /// not silence: the clock does not move.
    Away(String),
    /// Nothing ever again.
    End,
}

/// Decoded records of one read.
#[derive(Debug)]
pub struct Decoded {
    /// The records; `times` are event times as the records say, `origins` their positions.
    pub batch: Batch,
    /// Where the next read begins.
    pub next_position: u64,
    /// What could not be decoded.
    pub rejects: Vec<Reject>,
}

/// A record that could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its position.
    pub position: u64,
    /// Its bytes.
    pub raw: Vec<u8>,
    /// Why.
    pub reason: String,
}

/// A fault of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpoutError {
    /// What happened, and what to do.
    pub message: String,
    /// May it pass by itself?
    pub retryable: bool,
}

impl fmt::Display for SpoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SpoutError {}

/// How a partition's clock follows its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeConfig {
    /// How far behind the newest record a record may be and still be put in order, in ms.
    pub lateness: Millis,
    /// Silence, in ms of wall time, after which the clock moves on without records.
    pub idle: Millis,
    /// How far ahead of the newest record a record may leap and still move the clock, in ms.
    pub future: Millis,
}

impl Default for TimeConfig {
    fn default() -> TimeConfig {
        TimeConfig {
            lateness: 0,
            idle: 30_000,
            future: 86_400_000,
        }
    }
}
