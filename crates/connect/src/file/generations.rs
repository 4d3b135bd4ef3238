//! Which file held which positions of a followed log.
//!
//! A log that is rotated is several files, one after the other under one path. A position counts
//! through all of them. Each file is known by its number in the file system (its inode), which a
//! renaming leaves as it is, and is written down before the first record of it is read; so a
//! replay finds the file that holds its position, whatever that is called by then.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Ends of the names of files that are no text.
const PACKED: [&str; 4] = [".gz", ".bz2", ".xz", ".zst"];

/// One file of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Generation {
    pub inode: u64,
    /// Position of its first byte.
    pub base: u64,
}

/// The files of a log, oldest first.
#[derive(Debug)]
pub(super) struct Generations {
    /// The path under which the newest one stands.
    path: PathBuf,
    /// Where they are written down.
    book: PathBuf,
    list: Vec<Generation>,
}

impl Generations {
    /// The files of a log that `book` knows; the present one, where it knows none.
    pub fn open(path: &Path, book: &Path) -> io::Result<Generations> {
        let text = match fs::read_to_string(book) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
            other => other?,
        };
        let mut generations = Generations {
            path: path.to_path_buf(),
            book: book.to_path_buf(),
            list: text.lines().filter_map(parse).collect(),
        };
        if generations.list.is_empty() {
            let inode = fs::metadata(path)?.ino();
            generations.begin(Generation { inode, base: 0 })?;
        }
        Ok(generations)
    }

    /// Writes down that a file begins at a position.
    pub fn begin(&mut self, generation: Generation) -> io::Result<()> {
        if let Some(folder) = self.book.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut book = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.book)?;
        writeln!(book, "{} {}", generation.inode, generation.base)?;
        book.sync_all()?;
        self.list.push(generation);
        Ok(())
    }

    /// The file that holds a position, open, with the position of its first byte; none where it
    /// stands no more beside the path.
    pub fn holding(&self, position: u64) -> io::Result<Option<(File, u64)>> {
        let held = self.list.iter().rposition(|g| g.base <= position);
        let Some(number) = held else {
            return Ok(None);
        };
        // The system gives the number of a file that is gone to another one.
        let generation = self.list[number];
        let later = &self.list[number + 1..];
        if later.iter().any(|g| g.inode == generation.inode) {
            return Ok(None);
        }
        let all = self.beside()?.into_iter();
        let mut same = all.filter(|(_, inode, _)| *inode == generation.inode);
        match same.next() {
            Some((path, ..)) => Ok(Some((File::open(path)?, generation.base))),
            None => Ok(None),
        }
    }

    /// The file that follows another one, if the log was rotated: the oldest that is not known
    /// and was written to later. It may have been rotated away itself by now. None follows the
    /// one that still stands at the path: what is newer beside it is a copy.
    pub fn after(&self, file: &File) -> io::Result<Option<(File, u64)>> {
        let metadata = file.metadata()?;
        let (this, written) = (metadata.ino(), written(&metadata));
        match fs::metadata(&self.path) {
            Ok(newest) if newest.ino() == this => return Ok(None),
            // Renamed, and the next one not begun yet.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => drop(other?),
        }
        let known = |inode: u64| self.list.iter().any(|g| g.inode == inode);
        let mut later = self.beside()?;
        later.retain(|(_, inode, modified)| {
            *inode != this && (*modified > written || *modified == written && !known(*inode))
        });
        later.sort_by_key(|(path, _, modified)| (*modified, *path == self.path));
        match later.first() {
            Some((path, inode, _)) => Ok(Some((File::open(path)?, *inode))),
            None => Ok(None),
        }
    }

    /// The file at the path and those beside it whose names begin with its name.
    fn beside(&self) -> io::Result<Vec<(PathBuf, u64, Written)>> {
        let name = self.path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let other = entry.file_name().to_string_lossy().into_owned();
            let is_packed = PACKED.iter().any(|end| other.ends_with(end));
            if !other.starts_with(&name) || is_packed {
                continue;
            }
            // A file may be renamed between the listing and here; the next look finds it.
            if let Ok(metadata) = entry.metadata() {
                let path = folder.join(entry.file_name());
                files.push((path, metadata.ino(), written(&metadata)));
            }
        }
        Ok(files)
    }
}

/// When a file was last written to: seconds and nanoseconds.
type Written = (i64, i64);

fn written(metadata: &Metadata) -> Written {
    (metadata.mtime(), metadata.mtime_nsec())
}

fn parse(line: &str) -> Option<Generation> {
    let (inode, base) = line.split_once(' ')?;
    Some(Generation {
        inode: inode.parse().ok()?,
        base: base.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_newer_copy_beside_the_log_does_not_follow_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("in.log");
        let copy = folder.path().join("in.log.bak");
        fs::write(&path, "1\n2\n").expect("written");
        let log = File::open(&path).expect("the log");
        let generations = Generations::open(&path, &folder.path().join("book"));
        let generations = generations.expect("a book");
        fs::copy(&path, &copy).expect("copied");
        let later = SystemTime::now() + Duration::from_secs(60);
        let file = File::options().append(true).open(&copy);
        let touched = file.expect("the copy").set_modified(later);
        touched.expect("touched");
        assert!(generations.after(&log).expect("a look").is_none());
        fs::rename(&path, folder.path().join("in.log.1")).expect("renamed");
        assert!(generations.after(&log).expect("a look").is_none());
    }
}
