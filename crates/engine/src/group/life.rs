//! The life of one partition in this process: taken over, worked on, handed on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use tachograph_connect::kafka::{Begun, Changelog, ChangelogConfig};
use tachograph_topology::{Keeper, Options, Running};

use super::Shared;
use crate::assemble::{Assembly, Ownership, assemble_partition};
use crate::status::Observed;

/// How often it is looked whether the work still goes on.
const LOOK: Duration = Duration::from_millis(20);
/// A pause before a partition is taken over again, in which the group can say whose it is.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a partition that moves on may take for its last checkpoint. Without one, its next owner
/// begins at the checkpoint before.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a life ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// After a last checkpoint.
    Stop,
    /// At once.
    Kill,
}

/// What came of owning the partition.
enum Outcome {
    /// The end was asked for.
    Ended,
    /// It could not be taken over, or another process has taken it over.
    Lost(String),
    /// A fault that another try would meet again.
    Failed(String),
}

pub(super) struct Life {
    shared: Arc<Shared>,
    partition: u32,
    ending: Receiver<Ending>,
}

/// A partition's topology at work.
struct Work {
    running: Running,
    changelog: Arc<Changelog>,
    observed: Arc<Observed>,
}

impl Life {
    pub fn new(shared: Arc<Shared>, partition: u32, ending: Receiver<Ending>) -> Life {
        Life {
            shared,
            partition,
            ending,
        }
    }

    /// Owns the partition, again and again, until the end is asked for.
    pub fn run(self) {
        self.own_again();
        self.waits_for(None);
    }

    fn waits_for(&self, what: Option<String>) {
        let who = format!("partition {}", self.partition);
        self.shared.observer.waits_for(&who, what);
    }

    fn own_again(&self) {
        loop {
            let reason = match self.own() {
                Outcome::Ended => return,
                Outcome::Failed(fault) => return self.shared.fail(fault),
                Outcome::Lost(reason) => reason,
            };
            self.waits_for(Some(reason));
            if self.ending.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

    fn own(&self) -> Outcome {
        let changelog = match self.take_over() {
            Ok(changelog) => Arc::new(changelog),
            Err(reason) => return Outcome::Lost(reason),
        };
        let data = self.folder(changelog.owner());
        let work = match self.start(&changelog, &data) {
            Ok(work) => work,
            Err(fault) => {
                return changelog
                    .over()
                    .map_or(Outcome::Failed(fault), Outcome::Lost);
            }
        };
        self.waits_for(None);
        let observed = Arc::clone(&work.observed);
        self.shared.observer.add(Arc::clone(&observed));
        let outcome = self.follow(work);
        if !self.shared.ends.load(Ordering::SeqCst) {
            self.shared.observer.remove(&observed);
        }
        tidy(&data);
        outcome
    }

    fn take_over(&self) -> Result<Changelog, String> {
        let (shared, partition) = (Arc::clone(&self.shared), self.partition);
        let config = ChangelogConfig {
            kafka: shared.changelog.clone(),
            id: format!("{}-{partition}", shared.changelog.topic),
            partition,
        };
        let covered = move |position| shared.covered(partition, position);
        Changelog::take_over(config, Box::new(covered))
    }

    /// What this owner writes by itself: ledgers, and decisions for the time that it runs.
    fn folder(&self, owner: u64) -> PathBuf {
        let name = format!("{}-{}", self.shared.spout, self.partition);
        let partitions = self.shared.options.data.join("partitions");
        partitions.join(name).join(owner.to_string())
    }

    fn start(&self, changelog: &Arc<Changelog>, data: &Path) -> Result<Work, String> {
        let shared = &self.shared;
        fs::create_dir_all(data).map_err(|e| format!("{}: {e}", data.display()))?;
        let ownership = Ownership {
            group: shared.group.clone(),
            partition: self.partition,
            owner: changelog.owner(),
            begun: Arc::clone(changelog) as Arc<dyn Begun>,
        };
        let clock = Arc::clone(&shared.options.clock);
        let assembled = assemble_partition(&shared.config, data, clock, ownership);
        let mut assembly: Assembly = assembled.map_err(|faults| faults.to_string())?;
        let topology = std::mem::take(&mut assembly.topology);
        let running = topology.start(Options {
            data: data.to_path_buf(),
            keeper: Arc::clone(changelog) as Arc<dyn Keeper>,
            ..shared.options.running(&shared.config)
        })?;
        let metrics = Arc::clone(running.metrics());
        Ok(Work {
            running,
            changelog: Arc::clone(changelog),
            observed: Arc::new(Observed::new(data.to_path_buf(), &assembly, metrics)),
        })
    }

    /// Waits for the end of the work, whoever brings it.
    fn follow(&self, work: Work) -> Outcome {
        loop {
            match self.ending.recv_timeout(LOOK) {
                Ok(Ending::Stop) => return work.stop(),
                Ok(Ending::Kill) | Err(RecvTimeoutError::Disconnected) => {
                    work.kill();
                    return Outcome::Ended;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(reason) = work.changelog.over() {
                work.kill();
                return Outcome::Lost(reason);
            }
            if work.running.has_failed() {
                return work.fail();
            }
        }
    }
}

impl Work {
    fn kill(self) {
        self.changelog.abandon();
        self.running.kill();
    }

    /// Makes a last checkpoint, if there is time for it.
    fn stop(self) -> Outcome {
        self.running.ask_to_stop();
        let asked = Instant::now();
        while !self.running.is_finished() && asked.elapsed() < PATIENCE {
            std::thread::sleep(LOOK);
        }
        self.kill();
        Outcome::Ended
    }

    fn fail(self) -> Outcome {
        self.changelog.abandon();
        let fault = self.running.wait().err().unwrap_or_default();
        // That another process has it is no fault.
        self.changelog
            .over()
            .map_or(Outcome::Failed(fault), Outcome::Lost)
    }
}

/// Removes what is empty of an owner's folder: where nothing was set aside, nothing is left.
fn tidy(data: &Path) {
    // What the wall clock decided stands in the changelog.
    let _ = fs::remove_dir_all(data.join("decisions"));
    let ledgers = data.join("ledgers");
    for entry in fs::read_dir(&ledgers).into_iter().flatten().flatten() {
        if entry.metadata().is_ok_and(|of| of.len() == 0) {
            let _ = fs::remove_file(entry.path());
        }
    }
    // A folder that is not empty stays.
    let _ = fs::remove_dir(ledgers).and_then(|()| fs::remove_dir(data));
}
