//! The changelog of a partition: its checkpoints and decisions in a topic of Kafka, where whoever
//! takes the partition over finds them.
//!
//! 1. An owner takes the partition's transactional id over: nobody before can write from then on.
//! 2. It reads what they have left, and writes that it is the owner now, under the next number.
//! 3. Every checkpoint is one transaction: chunks, then a head. A reader sees all of it or nothing.
//! 4. A decision is there before it is acted on.
//! 5. What stands before the newest checkpoint is deleted now and then.
//!
//! A process that was paused and goes on finds its producer fenced: it can neither save a state nor
//! take a decision. State: the producer, and what the last checkpoint does not cover. Never: what a
//! part's state means.

mod producer;
mod reading;
mod record;
mod topic;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tachograph_topology::checkpoint::Restored;
use tachograph_topology::{Checkpoint, Decided, Keeper};

use super::config::{Beginning, Begun, KafkaConfig};
use producer::{Over, Writing};
use reading::{Left, is_met};
use record::{Entry, Head, chunks, parts};
pub use topic::prepare;

/// Bytes of records that are kept beside what is needed, for each byte that is.
const SURPLUS: u64 = 4;
/// Bytes that are kept in any case.
const LEAST_BYTES: u64 = 1 << 20;

/// Which partition of which changelog, and whose.
#[derive(Debug, Clone)]
pub struct ChangelogConfig {
    /// The changelog's topic.
    pub kafka: KafkaConfig,
    /// Transactional id of the partition's owners.
    pub id: String,
    /// The partition.
    pub partition: u32,
}

/// A partition's changelog in the hands of its owner.
pub struct Changelog {
    config: ChangelogConfig,
    /// Number of this owner; rises from owner to owner.
    owner: u64,
    begun: Mutex<Option<Beginning>>,
    saved: Mutex<Option<(Head, Vec<u8>)>>,
    writing: Mutex<Open>,
    abandoned: AtomicBool,
    /// Why it is over, once it is.
    over: Mutex<Option<String>>,
    /// Is told the position of each checkpoint.
    covered: Box<dyn Fn(u64) + Send + Sync>,
}

/// What changes with every write.
struct Open {
    producer: Writing,
    /// What a replay from the newest checkpoint may meet.
    decided: Vec<Decided>,
    /// Bytes written, or found, since the log was cut.
    bytes: u64,
}

impl Changelog {
    /// Takes a partition over from whoever has it. `covered` is told the position of each checkpoint
    /// that is kept.
    ///
    /// # Errors
    /// A sentence; it may succeed the next time.
    pub fn take_over(
        config: ChangelogConfig,
        covered: Box<dyn Fn(u64) + Send + Sync>,
    ) -> Result<Changelog, String> {
        let number = config.partition as i32;
        let producer = Writing::open(&config.kafka, &config.id, number)
            .map_err(|e| format!("kafka: {}: {e}", config.kafka.topic))?;
        let left = Left::read(&config.kafka, number)?;
        let owner = left.owner + 1;
        let changelog = Changelog {
            owner,
            begun: Mutex::new(left.begun),
            saved: Mutex::new(left.checkpoint),
            writing: Mutex::new(Open {
                producer,
                decided: left.decided,
                bytes: left.bytes,
            }),
            // The first write is tried once: whoever takes over looks in between whether he still shall.
            abandoned: AtomicBool::new(true),
            over: Mutex::default(),
            covered,
            config,
        };
        changelog.write(&mut changelog.open(), &[Entry::Taken(owner)])?;
        changelog.abandoned.store(false, Ordering::SeqCst);
        Ok(changelog)
    }

    /// Number of this owner: rises from owner to owner.
    pub fn owner(&self) -> u64 {
        self.owner
    }

    /// Why nothing can be written any more: another process has taken the partition over.
    pub fn over(&self) -> Option<String> {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        over.clone()
    }

    /// Nobody waits for what is being written any more.
    pub fn abandon(&self) {
        self.abandoned.store(true, Ordering::SeqCst);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, open: &mut Open, entries: &[Entry]) -> Result<Option<i64>, String> {
        match open.producer.write(entries, &self.abandoned) {
            Ok(first) => Ok(first),
            Err(Over::Abandoned) => Err("given up before Kafka had it".into()),
            Err(Over::Ended(reason)) => {
                let reason = format!("another process has taken the partition over ({reason})");
                let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
                *over = Some(reason.clone());
                Err(reason)
            }
        }
    }

    /// Cuts the log where most of it is needed no more.
    fn cut(&self, open: &mut Open, first: Option<i64>, bytes: u64) {
        open.bytes += bytes;
        if let Some(first) = first
            && open.bytes > SURPLUS * bytes + LEAST_BYTES
        {
            // Who may not delete keeps more than is needed, and reads it at each take-over.
            let (kafka, number) = (&self.config.kafka, self.config.partition as i32);
            if topic::delete_before(kafka, number, first).is_ok() {
                open.bytes = bytes;
            }
        }
    }
}

impl Keeper for Changelog {
    fn load(&self, names: &[String]) -> Result<Restored, String> {
        let saved = self
            .saved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some((head, bytes)) = saved else {
            return Ok(Restored::default());
        };
        let topic = &self.config.kafka.topic;
        let parts = parts(&bytes).map_err(|e| format!("kafka: {topic}: {e}"))?;
        let (saved, states): (Vec<String>, Vec<Vec<u8>>) = parts.into_iter().unzip();
        match saved == names {
            true => Ok(Restored::new(head.id, states)),
            false => Err(format!(
                "the changelog {topic} is of another topology (it has {}; now there are {}): start a new \
                 `group`, which computes all of it anew",
                saved.join(", "),
                names.join(", ")
            )),
        }
    }

    fn save(&self, checkpoint: &Checkpoint<'_>) -> Result<(), String> {
        let mut open = self.open();
        let position = checkpoint.positions.values().copied().min().unwrap_or(0);
        open.decided.retain(|decided| is_met(decided, position));
        let mut entries: Vec<Entry> = chunks(checkpoint.names, checkpoint.parts)
            .map(Entry::Chunk)
            .collect();
        let length = |entry: &Entry| match entry {
            Entry::Chunk(bytes) => bytes.len() as u64,
            _ => 0,
        };
        let bytes = entries.iter().map(length).sum();
        // Where the log is cut, what else must be known stands behind the cut.
        let begun = self.remembered();
        let before = begun.map(Entry::Begun).into_iter();
        entries.splice(0..0, before.chain([Entry::Taken(self.owner)]));
        entries.push(Entry::Checkpoint(Head {
            id: checkpoint.id,
            bytes,
            position,
            decided: open.decided.clone(),
        }));
        let first = self.write(&mut open, &entries)?;
        self.cut(&mut open, first, bytes);
        drop(open);
        (self.covered)(position);
        Ok(())
    }

    fn decided(&self, _: &str, _: u32, decision: Decided) -> Result<(), String> {
        let mut open = self.open();
        if !open.decided.contains(&decision) {
            self.write(&mut open, &[Entry::Decided(decision)])?;
            open.decided.push(decision);
        }
        Ok(())
    }

    fn decided_before(&self, _: &str, _: u32) -> Vec<Decided> {
        self.open().decided.clone()
    }
}

impl Begun for Changelog {
    fn remembered(&self) -> Option<Beginning> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.clone()
    }

    fn remember(&self, beginning: Beginning) -> Result<(), String> {
        self.write(&mut self.open(), &[Entry::Begun(beginning.clone())])?;
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(beginning);
        Ok(())
    }
}
