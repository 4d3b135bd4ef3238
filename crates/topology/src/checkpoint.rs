//! Checkpoints: the state of every part of the topology at one set of log positions.
//!
//! A checkpoint is a folder `N/` with a file a part; the file `CURRENT` names the newest whole
//! one and is switched by a rename. A checkpoint that was being written when the process died is
//! never named, so it never counts. The whole one before the newest is kept.
//!
//! State: which one was read or written last, and so is whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tachograph_event::{Decoder, Encoder};

use crate::bolt::CheckpointId;

/// Version of the parts' saved form.
pub(crate) const STATE_VERSION: u32 = 3;

/// The folder of checkpoints.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    whole: Option<CheckpointId>,
}

/// The parts of a loaded checkpoint.
#[derive(Debug, Default)]
pub struct Restored {
    /// Number of the newest that was named, though it may be the one before that was loaded: a
    /// later checkpoint must not be written into the files of a damaged one. 0 where there is none.
    pub id: CheckpointId,
    parts: Vec<Option<Vec<u8>>>,
}

impl Restored {
    /// A checkpoint with the states of all parts, in the order of the topology.
    pub fn new(id: CheckpointId, parts: Vec<Vec<u8>>) -> Restored {
        Restored {
            id,
            parts: parts.into_iter().map(Some).collect(),
        }
    }

    /// Bytes of the states that have not been taken.
    pub fn bytes(&self) -> u64 {
        let states = self.parts.iter().flatten();
        states.map(|state| state.len() as u64).sum()
    }

    /// The state of a part, if there is a checkpoint.
    pub fn take(&mut self, number: usize) -> Option<Vec<u8>> {
        self.parts.get_mut(number).and_then(Option::take)
    }
}

impl Store {
    /// Checkpoints below a folder.
    pub fn new(folder: PathBuf) -> Store {
        Store {
            folder,
            whole: None,
        }
    }

    /// Loads the newest checkpoint, or the one before if its files are damaged.
    ///
    /// # Errors
    /// A sentence where no named checkpoint can be read, or its parts are not the topology's.
    pub fn load(&mut self, names: &[String]) -> Result<Restored, String> {
        let current = self.folder.join("CURRENT");
        let text = match fs::read_to_string(&current) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Restored::default()),
            Err(e) => return Err(format!("{}: {e}", current.display())),
        };
        let mut faults = Vec::new();
        let named = text.split_whitespace().filter_map(|word| word.parse().ok());
        let named: Vec<CheckpointId> = named.collect();
        let newest = named.iter().copied().max().unwrap_or(0);
        for id in named {
            match self.load_one(id, names) {
                Ok(parts) => {
                    self.whole = Some(id);
                    return Ok(Restored { id: newest, parts });
                }
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
        let (version, mut from) = Decoder::open(&manifest).map_err(bad)?;
        if version != STATE_VERSION {
            return Err(format!(
                "checkpoint {id} is of another version of this program"
            ));
        }
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
        &mut self,
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
        let before = self.whole;
        let text = before
            .iter()
            .fold(format!("{id}"), |text, id| format!("{text} {id}"));
        let next = self.folder.join("CURRENT.next");
        write_durably(&next, text.as_bytes())?;
        fs::rename(&next, self.folder.join("CURRENT"))?;
        sync_folder(&self.folder)?;
        self.remove_others(&[Some(id), before]);
        self.whole = Some(id);
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn state(text: &str) -> Vec<u8> {
        let mut to = Encoder::new();
        to.str(text);
        to.into_frame(STATE_VERSION)
    }

    fn save(store: &mut Store, id: CheckpointId, text: &str) {
        let parts = BTreeMap::from([("a".to_string(), state(text))]);
        store.save(id, &parts, &["a".to_string()]).expect("saved");
    }

    fn load(folder: &Path) -> (Store, Restored) {
        let mut store = Store::new(folder.to_path_buf());
        let restored = store.load(&["a".to_string()]).expect("one is whole");
        (store, restored)
    }

    fn damage(folder: &Path, id: CheckpointId) {
        fs::write(folder.join(format!("{id}/a")), b"damaged").expect("written");
    }

    #[test]
    fn a_damaged_checkpoint_is_passed_over_and_its_number_is_not_used_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::new(folder.path().to_path_buf());
        save(&mut store, 1, "first");
        save(&mut store, 2, "second");
        damage(folder.path(), 2);
        let (_, mut restored) = load(folder.path());
        assert_eq!(restored.take(0), Some(state("first")));
        assert_eq!(restored.id, 2);
    }

    #[test]
    fn a_damaged_checkpoint_is_not_the_one_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::new(folder.path().to_path_buf());
        save(&mut store, 1, "first");
        save(&mut store, 2, "second");
        damage(folder.path(), 2);
        let (mut store, _) = load(folder.path());
        save(&mut store, 3, "third");
        damage(folder.path(), 3);
        let (_, mut restored) = load(folder.path());
        assert_eq!(restored.take(0), Some(state("first")));
    }
}
