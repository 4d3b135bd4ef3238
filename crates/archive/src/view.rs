//! Reading: get by key, and scans in key order, merged over memtables and files.

use std::collections::BinaryHeap;
use std::sync::Arc;

use tachograph_event::Millis;

use crate::config::TableConfig;
use crate::error::ArchiveError;
use crate::file::{GroupCache, TableFile};
use crate::row::Row;
use crate::run::{Run, Version};

/// What a reader sees of a table.
#[derive(Debug, Clone)]
pub struct View {
    config: Arc<TableConfig>,
    cache: Arc<GroupCache>,
    runs: Vec<Arc<Run>>,
    files: Vec<Arc<TableFile>>,
}

/// What a scan looks for. Within a time range, the newest version of a row that lies in it counts,
/// as in HBase; superseded versions exist for as long as the table keeps them.
#[derive(Default)]
pub struct Scan {
    /// Keys that begin so.
    pub prefix: Option<String>,
    /// Keys at or above.
    pub from: Option<String>,
    /// Keys below.
    pub to: Option<String>,
    /// Event times at or after, in ms.
    pub since: Option<Millis>,
    /// Event times before, in ms.
    pub until: Option<Millis>,
    /// Most rows.
    pub limit: Option<usize>,
    /// Rows for which this holds.
    pub filter: Option<RowFilter>,
}

/// A test of a row.
pub type RowFilter = Box<dyn Fn(&Row) -> bool + Send + Sync>;

impl View {
    pub(crate) fn new(
        config: Arc<TableConfig>,
        cache: Arc<GroupCache>,
        runs: Vec<Arc<Run>>,
        files: Vec<Arc<TableFile>>,
    ) -> View {
        View {
            config,
            cache,
            runs,
            files,
        }
    }

    /// What the table is like.
    pub fn config(&self) -> &TableConfig {
        &self.config
    }

    /// The newest version of a row.
    ///
    /// # Errors
    /// [`ArchiveError`] where a file cannot be read.
    pub fn get(&self, key: &str) -> Result<Option<Row>, ArchiveError> {
        let wanted = key.as_bytes();
        let mut best: Option<(Version, Arc<Run>, u32)> = None;
        let mut offer = |run: &Arc<Run>| {
            let found = run.order().get(run.lower_bound(wanted)).copied();
            if let Some(row) = found.filter(|row| run.key_bytes(*row) == wanted) {
                let version = run.version(row);
                if best.as_ref().is_none_or(|(held, ..)| version > *held) {
                    best = Some((version, Arc::clone(run), row));
                }
            }
        };
        self.runs.iter().for_each(&mut offer);
        for file in &self.files {
            let info = &file.info;
            if info.min_key.as_slice() <= wanted && wanted <= info.max_key.as_slice() {
                let group = file.first_group(wanted)?;
                if group < file.groups()? && file.may_hold(group, wanted)? {
                    offer(&file.group(group, &self.config, &self.cache)?);
                }
            }
        }
        Ok(best.map(|(_, run, row)| run.row(row)))
    }

    /// Rows in key order.
    ///
    /// # Errors
    /// [`ArchiveError`] where a file cannot be opened; later faults come with the rows.
    pub fn scan(&self, scan: Scan) -> Result<Rows, ArchiveError> {
        let low = [scan.prefix.as_deref(), scan.from.as_deref()];
        let low = low
            .into_iter()
            .flatten()
            .max()
            .unwrap_or("")
            .as_bytes()
            .to_vec();
        let mut rows = Rows {
            view: self.clone(),
            heap: BinaryHeap::new(),
            last_key: None,
            left: scan.limit.unwrap_or(usize::MAX),
            scan,
        };
        for run in &self.runs {
            let at = run.lower_bound(&low);
            rows.push(Cursor {
                run: Arc::clone(run),
                at,
                file: None,
            });
        }
        for file in &self.files {
            if rows.may_match(file, &low) {
                let group = file.first_group(&low)?;
                rows.open_group(file, group, &low)?;
            }
        }
        Ok(rows)
    }
}

/// The rows of a scan.
pub struct Rows {
    view: View,
    scan: Scan,
    heap: BinaryHeap<Cursor>,
    last_key: Option<Vec<u8>>,
    left: usize,
}

/// A place in a run, and where the run came from.
struct Cursor {
    run: Arc<Run>,
    at: usize,
    file: Option<(Arc<TableFile>, usize)>,
}

impl Cursor {
    fn row(&self) -> u32 {
        self.run.order()[self.at]
    }
}

impl PartialEq for Cursor {
    fn eq(&self, other: &Cursor) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Cursor {}

impl PartialOrd for Cursor {
    fn partial_cmp(&self, other: &Cursor) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cursor {
    /// The heap gives the greatest: the least key, newest version first.
    fn cmp(&self, other: &Cursor) -> std::cmp::Ordering {
        self.run
            .compare(self.row(), &other.run, other.row())
            .reverse()
    }
}

impl Rows {
    fn push(&mut self, cursor: Cursor) {
        if cursor.at < cursor.run.len() {
            self.heap.push(cursor);
        }
    }

    fn may_match(&self, file: &TableFile, low: &[u8]) -> bool {
        let info = &file.info;
        let in_time = self.scan.since.is_none_or(|since| info.max_time >= since)
            && self.scan.until.is_none_or(|until| info.min_time < until);
        let in_keys = info.max_key.as_slice() >= low && !self.is_past(&info.min_key);
        in_time && in_keys
    }

    fn is_past(&self, key: &[u8]) -> bool {
        let past_end = self.scan.to.as_ref().is_some_and(|to| key >= to.as_bytes());
        let prefix = self.scan.prefix.as_ref().map(|p| p.as_bytes());
        past_end || prefix.is_some_and(|p| key > p && !key.starts_with(p))
    }

    fn open_group(
        &mut self,
        file: &Arc<TableFile>,
        group: usize,
        low: &[u8],
    ) -> Result<(), ArchiveError> {
        if group < file.groups()? {
            let run = file.group(group, &self.view.config, &self.view.cache)?;
            let at = run.lower_bound(low);
            self.push(Cursor {
                run,
                at,
                file: Some((Arc::clone(file), group)),
            });
        }
        Ok(())
    }

    fn advance(&mut self, mut cursor: Cursor) -> Result<(), ArchiveError> {
        cursor.at += 1;
        match cursor.file.take() {
            Some((file, group)) if cursor.at >= cursor.run.len() => {
                self.open_group(&file, group + 1, b"")
            }
            file => {
                cursor.file = file;
                self.push(cursor);
                Ok(())
            }
        }
    }

    fn is_in_time(&self, time: Millis) -> bool {
        self.scan.since.is_none_or(|since| time >= since)
            && self.scan.until.is_none_or(|until| time < until)
    }

    fn next_row(&mut self) -> Result<Option<Row>, ArchiveError> {
        while self.left > 0 {
            let Some(cursor) = self.heap.pop() else {
                return Ok(None);
            };
            let key = cursor.run.key_bytes(cursor.row()).to_vec();
            if self.is_past(&key) {
                return Ok(None);
            }
            let in_time = self.is_in_time(cursor.run.times()[cursor.row() as usize]);
            let fresh = in_time && self.last_key.as_ref() != Some(&key);
            let row = fresh.then(|| cursor.run.row(cursor.row()));
            if fresh {
                self.last_key = Some(key);
            }
            self.advance(cursor)?;
            let passes = |row: &Row| self.scan.filter.as_ref().is_none_or(|f| f(row));
            if let Some(row) = row.filter(passes) {
                self.left -= 1;
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}
