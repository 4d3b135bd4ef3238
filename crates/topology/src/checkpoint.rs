//! Checkpoints: the state of every part of the topology at one set of log positions.
//!
//! A checkpoint is a folder `N/` with a file a part; the file `CURRENT` names the newest whole
//! one and is switched by a rename. A checkpoint that was being written when the process died is
//! never named, so it never counts. The one before the newest is kept.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError};
use tachograph_event::{Decoder, Encoder, Millis};
use tachograph_time::Clock;

use crate::bolt::CheckpointId;
use crate::executor::{Control, FINAL, Part};
use crate::metrics::Metrics;

/// Version of the parts' saved form.
pub(crate) const STATE_VERSION: u32 = 1;

/// The folder of checkpoints.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
}

/// The parts of a loaded checkpoint.
#[derive(Debug, Default)]
pub struct Restored {
    /// Its number; 0 where there is none.
    pub id: CheckpointId,
    parts: Vec<Option<Vec<u8>>>,
}

impl Restored {
    /// The state of a part, if there is a checkpoint.
    pub fn take(&mut self, number: usize) -> Option<Vec<u8>> {
        self.parts.get_mut(number).and_then(Option::take)
    }
}

impl Store {
    /// Checkpoints below a folder.
    pub fn new(folder: PathBuf) -> Store {
        Store { folder }
    }

    /// Loads the newest checkpoint, or the one before if its files are damaged.
    ///
    /// # Errors
    /// A sentence where no named checkpoint can be read, or its parts are not the topology's.
    pub fn load(&self, names: &[String]) -> Result<Restored, String> {
        let current = self.folder.join("CURRENT");
        let text = match fs::read_to_string(&current) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Restored::default()),
            Err(e) => return Err(format!("{}: {e}", current.display())),
        };
        let mut faults = Vec::new();
        for id in text.split_whitespace().filter_map(|word| word.parse().ok()) {
            match self.load_one(id, names) {
                Ok(parts) => return Ok(Restored { id, parts }),
                Err(fault) => faults.push(fault),
            }
        }
        Err(format!(
            "no checkpoint below {} can be used: {}. Keep the folder, and start with another --data \
             folder to compute everything again",
            self.folder.display(),
            faults.join("; ")
        ))
    }

    fn load_one(&self, id: CheckpointId, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, String> {
        let folder = self.folder.join(id.to_string());
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))
        };
        let manifest = read("MANIFEST")?;
        let bad = |e| format!("checkpoint {id}: {e}");
        let (_, mut from) = Decoder::open(&manifest).map_err(bad)?;
        let saved = from.list(|d| Ok(d.str()?.to_string())).map_err(bad)?;
        if saved != names {
            return Err(format!(
                "checkpoint {id} is of another topology (it has {}; now there are {})",
                saved.join(", "),
                names.join(", ")
            ));
        }
        let part = |name: &String| {
            let bytes = read(name)?;
            Decoder::open(&bytes).map_err(|e| format!("checkpoint {id}, {name}: {e}"))?;
            Ok(Some(bytes))
        };
        names.iter().map(part).collect()
    }

    /// Writes a checkpoint and makes it the newest.
    ///
    /// # Errors
    /// [`io::Error`]; the checkpoint before is still the newest then.
    pub fn save(
        &self,
        id: CheckpointId,
        parts: &BTreeMap<String, Vec<u8>>,
        names: &[String],
    ) -> io::Result<()> {
        let folder = self.folder.join(id.to_string());
        fs::create_dir_all(&folder)?;
        for (name, bytes) in parts {
            write_durably(&folder.join(name), bytes)?;
        }
        let mut manifest = Encoder::new();
        manifest.list(names.iter(), |to, name| to.str(name));
        write_durably(
            &folder.join("MANIFEST"),
            &manifest.into_frame(STATE_VERSION),
        )?;
        sync_folder(&folder)?;
        let before = self.newest();
        let text = before
            .iter()
            .fold(format!("{id}"), |text, id| format!("{text} {id}"));
        let next = self.folder.join("CURRENT.next");
        write_durably(&next, text.as_bytes())?;
        fs::rename(&next, self.folder.join("CURRENT"))?;
        sync_folder(&self.folder)?;
        self.remove_others(&[Some(id), before]);
        Ok(())
    }

    fn newest(&self) -> Option<CheckpointId> {
        let text = fs::read_to_string(self.folder.join("CURRENT")).ok()?;
        text.split_whitespace().next()?.parse().ok()
    }

    /// Removes checkpoints that are not named any more. What cannot be removed is left for later.
    fn remove_others(&self, keep: &[Option<CheckpointId>]) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            let id = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok());
            if id.is_some() && !keep.contains(&id) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Asks for checkpoints, gathers their parts, writes them.
pub(crate) struct Coordinator {
    pub store: Store,
    pub names: Vec<String>,
    pub control: Arc<Control>,
    pub metrics: Arc<Metrics>,
    pub parts: Receiver<Part>,
    pub stop: Receiver<()>,
    pub clock: Arc<dyn Clock>,
    pub every: Millis,
    pub newest: CheckpointId,
}

impl Coordinator {
    /// Runs until the sources have ended, a stop was asked for, or an executor failed.
    pub fn run(mut self) {
        let mut gathered: BTreeMap<CheckpointId, BTreeMap<usize, Part>> = BTreeMap::new();
        let mut last = self.clock.now();
        let mut stopping = None;
        while !self.control.is_stopped() {
            match self.parts.recv_timeout(Duration::from_millis(20)) {
                Ok(part) => {
                    let id = part.id;
                    let parts = gathered.entry(id).or_default();
                    parts.insert(part.number, part);
                    if parts.len() == self.names.len() {
                        let parts = gathered.remove(&id).unwrap_or_default();
                        if !self.complete(id, parts) || id == FINAL || stopping == Some(id) {
                            break;
                        }
                        gathered.retain(|other, _| *other > id);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let asked =
                !matches!(self.stop.try_recv(), Err(TryRecvError::Empty)) && stopping.is_none();
            let now = self.clock.now();
            let pending = gathered.keys().any(|id| *id != FINAL) || self.is_open();
            if asked || (now - last >= self.every && !pending) {
                last = now;
                let id = self.control.requested.fetch_add(1, Ordering::SeqCst) + 1;
                stopping = asked.then_some(id).or(stopping);
            }
        }
        self.control.stop.store(true, Ordering::SeqCst);
    }

    /// Is a checkpoint asked for that is not complete?
    fn is_open(&self) -> bool {
        self.control.requested.load(Ordering::SeqCst) > self.newest
    }

    /// Does the rest of every part's work and writes the checkpoint. False after a fault.
    fn complete(&mut self, id: CheckpointId, parts: BTreeMap<usize, Part>) -> bool {
        let number = match id {
            FINAL => self.control.requested.fetch_add(1, Ordering::SeqCst) + 1,
            id => id,
        };
        let pause = parts.values().map(|p| p.pause_us).max().unwrap_or(0);
        let mut states = BTreeMap::new();
        for (place, part) in parts {
            match (part.job)() {
                Ok(bytes) => states.insert(self.names[place].clone(), bytes),
                Err(error) => {
                    self.control.fail(format!("checkpoint {number}: {error}"));
                    return false;
                }
            };
        }
        if let Err(error) = self.store.save(number, &states, &self.names) {
            self.control
                .fail(format!("checkpoint {number} cannot be written: {error}"));
            return false;
        }
        self.newest = number;
        self.control.completed.store(number, Ordering::SeqCst);
        self.metrics.pause_us.set(pause);
        self.metrics.checkpoints.add(1);
        true
    }
}
