//! The file of a partition's decisions: slots of one size, each with a checksum.
//!
//! A slot is `position u64, instant i64, kind u8, zeros, crc32 u32`, little-endian, 32 bytes; the
//! first 32 bytes of the file name the format. A slot is durable before its decision is acted on.
//!
//! State: the open file and how many slots it has. A crash can tear only the write that was under
//! way, which goes into one of the last two slots or behind them: it was not acted on, and the slot
//! counts as empty. Any other slot that does not read back is an error. Never: knows what a
//! decision means.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use tachograph_event::Millis;

use crate::journal::{JournalError, sync_folder};

/// Bytes of a slot, and of what stands before the first.
const SLOT: usize = 32;

const FORMAT: &[u8; SLOT] = b"tachograph: decisions, format 1\n";

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub kind: u8,
    pub position: u64,
    pub instant: Millis,
}

/// An open file of slots.
#[derive(Debug)]
pub(super) struct Slots {
    path: PathBuf,
    file: File,
    count: u64,
}

impl Slots {
    /// Opens or begins the file; what a crash left of the last write is taken away.
    pub fn open(path: &Path) -> Result<Slots, JournalError> {
        let begins = matches!(fs::exists(path), Ok(false));
        if begins {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(JournalError::io(folder, "create"))?;
            }
            write_whole(path, &[])?;
        }
        let (whole, is_torn) = read(path)?;
        if is_torn {
            write_whole(path, &whole)?;
        }
        Ok(Slots {
            path: path.to_path_buf(),
            file: open(path)?,
            count: whole.len() as u64,
        })
    }

    /// How many slots there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All slots, in their order.
    pub fn read(&self) -> Result<Vec<Slot>, JournalError> {
        Ok(read(&self.path)?.0)
    }

    /// Writes a slot, durably: over one of the last two, or behind them.
    pub fn write(&mut self, number: u64, slot: Slot) -> Result<(), JournalError> {
        debug_assert!(
            number + 2 >= self.count && number <= self.count,
            "only the end is written"
        );
        let at = (number + 1) * SLOT as u64;
        let written = self.file.write_all_at(&encode(slot), at);
        written.map_err(JournalError::io(&self.path, "write"))?;
        let synced = self.file.sync_data();
        synced.map_err(JournalError::io(&self.path, "sync"))?;
        self.count = self.count.max(number + 1);
        Ok(())
    }

    /// Puts other slots in the place of all.
    pub fn replace(&mut self, slots: &[Slot]) -> Result<(), JournalError> {
        write_whole(&self.path, slots)?;
        self.file = open(&self.path)?;
        self.count = slots.len() as u64;
        Ok(())
    }
}

fn open(path: &Path) -> Result<File, JournalError> {
    let opened = OpenOptions::new().write(true).open(path);
    opened.map_err(JournalError::io(path, "open"))
}

/// Writes a whole file, under another name first, so that a crash leaves the one before.
fn write_whole(path: &Path, slots: &[Slot]) -> Result<(), JournalError> {
    let mut next = path.as_os_str().to_owned();
    next.push(".next");
    let next = PathBuf::from(next);
    let mut bytes = FORMAT.to_vec();
    slots.iter().for_each(|slot| bytes.extend(encode(*slot)));
    let written = fs::write(&next, bytes).and_then(|()| File::open(&next)?.sync_all());
    written.map_err(JournalError::io(&next, "write"))?;
    fs::rename(&next, path).map_err(JournalError::io(&next, "rename"))?;
    sync_folder(path)
}

/// The slots of a file, and whether one was torn.
fn read(path: &Path) -> Result<(Vec<Slot>, bool), JournalError> {
    let bytes = fs::read(path).map_err(JournalError::io(path, "read"))?;
    let corrupt = |offset: usize, why| JournalError::Corrupt {
        path: path.to_path_buf(),
        offset: offset as u64,
        why,
    };
    let slots = bytes.strip_prefix(FORMAT);
    let slots = slots.ok_or_else(|| corrupt(0, "it is no file of decisions of this version"))?;
    let count = slots.len().div_ceil(SLOT);
    let mut whole = Vec::with_capacity(count);
    for (number, bytes) in slots.chunks(SLOT).enumerate() {
        match decode(bytes) {
            Some(slot) => whole.push(slot),
            None if number + 2 >= count => {}
            None => {
                return Err(corrupt(
                    (number + 1) * SLOT,
                    "a decision before others is broken",
                ));
            }
        }
    }
    let is_torn = whole.len() < count;
    Ok((whole, is_torn))
}

fn encode(slot: Slot) -> [u8; SLOT] {
    let mut bytes = [0; SLOT];
    bytes[..8].copy_from_slice(&slot.position.to_le_bytes());
    bytes[8..16].copy_from_slice(&slot.instant.to_le_bytes());
    bytes[16] = slot.kind;
    let crc = crc32fast::hash(&bytes[..SLOT - 4]);
    bytes[SLOT - 4..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Option<Slot> {
    let bytes: &[u8; SLOT] = bytes.try_into().ok()?;
    let (body, crc) = bytes.split_last_chunk::<4>()?;
    let is_whole = crc32fast::hash(body) == u32::from_le_bytes(*crc);
    let (position, rest) = body.split_first_chunk()?;
    let (instant, rest) = rest.split_first_chunk()?;
    is_whole.then_some(Slot {
        kind: rest[0],
        position: u64::from_le_bytes(*position),
        instant: Millis::from_le_bytes(*instant),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(position: u64) -> Slot {
        Slot {
            kind: 0,
            position,
            instant: 7,
        }
    }

    /// A file of three slots, with a byte of one of them changed.
    fn damaged(number: usize) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("decisions");
        let mut slots = Slots::open(&path).expect("opens");
        for n in 0..3 {
            slots.write(n, slot(n)).expect("written");
        }
        let mut bytes = fs::read(&path).expect("read");
        bytes[(number + 1) * SLOT + 9] ^= 1;
        fs::write(&path, bytes).expect("written");
        (folder, path)
    }

    #[test]
    fn one_of_the_last_two_may_be_torn() {
        for (torn, kept) in [(1, [0, 2]), (2, [0, 1])] {
            let (_folder, path) = damaged(torn);
            let slots = Slots::open(&path).expect("opens");
            assert_eq!(slots.read().expect("read"), kept.map(slot));
            assert_eq!(slots.count(), 2);
        }
    }

    #[test]
    fn a_part_of_a_slot_is_torn() {
        let (_folder, path) = damaged(2);
        let file = open(&path).expect("opens");
        file.set_len(3 * SLOT as u64 + 5).expect("cut");
        let slots = Slots::open(&path).expect("opens");
        assert_eq!(slots.read().expect("read"), [slot(0), slot(1)]);
    }

    #[test]
    fn damage_elsewhere_is_told() {
        let (_folder, path) = damaged(0);
        let error = Slots::open(&path).expect_err("damaged").to_string();
        assert!(error.contains("at offset 32"), "{error}");
    }
}
