//! Merging files of a bucket into one: a row group of each is in memory at a time, however large
//! the files are.

use std::cmp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Inner;
use super::new_file::NewFile;
use crate::compaction::FileInfo;
use crate::encode::{GROUP_ROWS, Place};
use crate::error::ArchiveError;
use crate::file::TableFile;
use crate::run::Run;

/// A file that is read from its first row to its last.
struct Source<'a> {
    file: &'a TableFile,
    next_group: usize,
    run: Arc<Run>,
    row: u32,
}

impl<'a> Source<'a> {
    fn open(table: &Inner, file: &'a TableFile) -> Result<Option<Source<'a>>, ArchiveError> {
        if file.groups()? == 0 {
            return Ok(None);
        }
        Ok(Some(Source {
            file,
            next_group: 1,
            run: Arc::new(file.read_group(0, &table.config)?),
            row: 0,
        }))
    }

    /// Goes to the next row; false at the end.
    fn advance(&mut self, table: &Inner) -> Result<bool, ArchiveError> {
        self.row += 1;
        if (self.row as usize) < self.run.len() {
            return Ok(true);
        }
        if self.next_group == self.file.groups()? {
            return Ok(false);
        }
        self.run = Arc::new(self.file.read_group(self.next_group, &table.config)?);
        self.next_group += 1;
        self.row = 0;
        Ok(true)
    }

    fn order(&self, other: &Source<'_>) -> cmp::Ordering {
        self.run.compare(self.row, &other.run, other.row)
    }
}

/// Rows on their way to the new file, with the row groups that they stand in.
#[derive(Default)]
struct Gathered {
    runs: Vec<Arc<Run>>,
    rows: Vec<Place>,
}

impl Gathered {
    fn add(&mut self, run: &Arc<Run>, row: u32) {
        let known = self.runs.iter().rposition(|held| Arc::ptr_eq(held, run));
        let place = known.unwrap_or_else(|| {
            self.runs.push(Arc::clone(run));
            self.runs.len() - 1
        });
        self.rows.push((place as u32, row));
    }
}

impl Inner {
    /// Merges files of one bucket into a new one; none where it was told to stop. The file counts
    /// once readers are switched to it.
    pub fn merge(
        &self,
        files: &[Arc<TableFile>],
        stop: &AtomicBool,
    ) -> Result<Option<FileInfo>, ArchiveError> {
        let bucket = files.first().map_or(0, |file| file.info.bucket);
        let mut new = NewFile::create(self, bucket)?;
        match self.merge_into(&mut new, files, stop) {
            Ok(true) => new.finish().map(Some),
            Ok(false) => {
                new.abandon();
                Ok(None)
            }
            Err(fault) => {
                new.abandon();
                Err(fault)
            }
        }
    }

    /// True where all rows are in the new file, false where it was told to stop.
    fn merge_into(
        &self,
        new: &mut NewFile,
        files: &[Arc<TableFile>],
        stop: &AtomicBool,
    ) -> Result<bool, ArchiveError> {
        let mut sources = Vec::new();
        for file in files {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            sources.extend(Source::open(self, file)?);
        }
        let mut gathered = Gathered::default();
        while let Some(least) = (0..sources.len()).min_by(|a, b| sources[*a].order(&sources[*b])) {
            let source = &mut sources[least];
            gathered.add(&source.run, source.row);
            if !source.advance(self)? {
                sources.remove(least);
            }
            if gathered.rows.len() == GROUP_ROWS {
                if stop.load(Ordering::Relaxed) {
                    return Ok(false);
                }
                let Gathered { runs, rows } = std::mem::take(&mut gathered);
                new.add(&runs, &rows)?;
            }
        }
        new.add(&gathered.runs, &gathered.rows)?;
        Ok(true)
    }
}
