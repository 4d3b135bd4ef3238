//! The dead-letter file and the late ledger: JSON lines of what the rules did not see, and why.
//!
//! A ledger's length is part of a checkpoint; on recovery it is cut back to it, so that nothing
//! stands in it twice. One that somebody has emptied or taken away since goes on where it ends.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cut_back::cut_back;

/// An append-only file of JSON lines.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: BufWriter<File>,
    length: u64,
}

/// One line of a ledger.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Name of the spout.
    pub spout: &'a str,
    /// Number of its partition.
    pub partition: u32,
    /// Position of the record.
    pub position: u64,
    /// Why it is here.
    pub reason: &'a str,
    /// Event time in milliseconds, where it is known.
    pub time: Option<i64>,
    /// The record's bytes, or what is known of it.
    pub raw: &'a [u8],
}

impl Ledger {
    /// Opens a ledger and cuts it to a length, where it is longer.
    ///
    /// # Errors
    /// [`io::Error`] where the file cannot be written.
    pub fn open(path: &Path, length: u64) -> io::Result<Ledger> {
        let opened = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)?;
            let length = cut_back(&mut file, length)?;
            Ok((file, length))
        };
        let (file, length) = opened().map_err(|e| named(path, e))?;
        Ok(Ledger {
            path: path.to_path_buf(),
            file: BufWriter::new(file),
            length,
        })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// [`io::Error`] where the file cannot be written.
    pub fn add(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let mut line = format!(
            "{{\"spout\":{},\"partition\":{},\"position\":{},\"reason\":{}",
            quoted(entry.spout.as_bytes()),
            entry.partition,
            entry.position,
            quoted(entry.reason.as_bytes()),
        );
        if let Some(time) = entry.time {
            line.push_str(&format!(",\"time\":{time}"));
        }
        match std::str::from_utf8(entry.raw) {
            Ok(_) => line.push_str(&format!(",\"raw\":{}}}\n", quoted(entry.raw))),
            Err(_) => line.push_str(&format!(",\"raw_hex\":\"{}\"}}\n", hex(entry.raw))),
        }
        self.length += line.len() as u64;
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|e| named(&self.path, e))
    }

    /// Makes all lines durable; gives the length.
    ///
    /// # Errors
    /// [`io::Error`] where the file cannot be written.
    pub fn sync(&mut self) -> io::Result<u64> {
        let flushed = self.file.flush();
        let synced = flushed.and_then(|()| self.file.get_ref().sync_data());
        synced.map_err(|e| named(&self.path, e))?;
        Ok(self.length)
    }
}

/// A fault that says of which file it is.
fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn quoted(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_was_emptied_goes_on_where_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("late.jsonl");
        for length in [0, 1_000] {
            let mut ledger = Ledger::open(&path, length).expect("opens");
            let entry = Entry {
                spout: "s",
                partition: 0,
                position: 7,
                reason: "late",
                time: None,
                raw: b"x",
            };
            ledger.add(&entry).expect("written");
            let length = ledger.sync().expect("durable");
            let text = std::fs::read_to_string(&path).expect("the ledger");
            assert_eq!(text.len() as u64, length);
            assert!(text.lines().all(|line| line.starts_with('{')), "{text:?}");
        }
    }
}
