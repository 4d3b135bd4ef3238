//! Rows to a file or to standard output, as JSON lines or delimited text.
//!
//! A file's length is part of the checkpoint; on recovery it is cut back to it, so that no row
//! stands in it twice. One that somebody has emptied or taken away since goes on where it ends.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tachograph_event::{Batch, Decoder, Encoder, Millis};
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob, cut_back};

use crate::formats::{delimited_row, json_row};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFormat {
    /// An object a line.
    Json,
    /// Fields with a separator between.
    Delimited(char),
}

impl RowFormat {
    /// A row as text, without an end of line.
    pub fn line(self, batch: &Batch, row: usize) -> String {
        match self {
            RowFormat::Json => json_row(batch, row),
            RowFormat::Delimited(separator) => delimited_row(batch, row, separator),
        }
    }
}

/// Writes rows to a file.
pub struct FileSink {
    path: PathBuf,
    format: RowFormat,
    file: BufWriter<File>,
    length: u64,
}

impl FileSink {
    /// Opens the file. It is emptied before the first row or checkpoint, unless a checkpoint
    /// brings a length back.
    ///
    /// # Errors
    /// A sentence that names the path.
    pub fn open(path: &Path, format: RowFormat) -> Result<FileSink, String> {
        let opened = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path);
        let file = opened.map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(FileSink {
            path: path.to_path_buf(),
            format,
            file: BufWriter::new(file),
            length: 0,
        })
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        // The cut goes past the buffer.
        self.file.flush()?;
        self.length = cut_back(self.file.get_mut(), length)?;
        Ok(())
    }

    fn fault(&self, error: io::Error) -> BoltError {
        BoltError(format!("{}: {error}", self.path.display()))
    }
}

impl Bolt for FileSink {
    fn process(&mut self, _: usize, batch: Arc<Batch>, _: &mut Collector) -> Result<(), BoltError> {
        if self.length == 0 {
            self.cut(0).map_err(|e| self.fault(e))?;
        }
        for row in 0..batch.len() {
            let line = self.format.line(&batch, row) + "\n";
            self.length += line.len() as u64;
            self.file
                .write_all(line.as_bytes())
                .map_err(|e| self.fault(e))?;
        }
        Ok(())
    }

    fn advance(&mut self, _: Millis, _: &mut Collector) -> Result<(), BoltError> {
        self.file.flush().map_err(|e| self.fault(e))
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        if self.length == 0 {
            self.cut(0).map_err(|e| self.fault(e))?;
        }
        self.file.flush().map_err(|e| self.fault(e))?;
        let file = self.file.get_ref().try_clone().map_err(|e| self.fault(e))?;
        let (length, path) = (self.length, self.path.clone());
        Ok(Box::new(move || {
            file.sync_data()
                .map_err(|e| BoltError(format!("{}: {e}", path.display())))?;
            let mut to = Encoder::new();
            to.u64(length);
            Ok(to.into_bytes())
        }))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let length = Decoder::new(state)
            .u64()
            .map_err(|e| BoltError(e.to_string()))?;
        self.cut(length).map_err(|e| self.fault(e))
    }
}

/// Writes rows to standard output. A replay repeats what was printed since the checkpoint.
pub struct StdoutSink {
    format: RowFormat,
}

impl StdoutSink {
    /// A sink of a format.
    pub fn new(format: RowFormat) -> StdoutSink {
        StdoutSink { format }
    }
}

impl Bolt for StdoutSink {
    fn process(&mut self, _: usize, batch: Arc<Batch>, _: &mut Collector) -> Result<(), BoltError> {
        let mut out = io::stdout().lock();
        for row in 0..batch.len() {
            let line = self.format.line(&batch, row);
            writeln!(out, "{line}").map_err(|e| BoltError(format!("standard output: {e}")))?;
        }
        Ok(())
    }

    fn advance(&mut self, _: Millis, _: &mut Collector) -> Result<(), BoltError> {
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        Ok(Box::new(|| Ok(Vec::new())))
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), BoltError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_rows_leaves_none_of_an_earlier_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.jsonl");
        std::fs::write(&path, "a row of before\n").expect("written");
        let mut sink = FileSink::open(&path, RowFormat::Json).expect("opened");
        let job = sink.checkpoint(1).expect("a checkpoint");
        job().expect("durable");
        assert_eq!(std::fs::read(&path).expect("the file"), b"");
    }

    #[test]
    fn a_file_that_was_emptied_goes_on_where_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.jsonl");
        let mut sink = FileSink::open(&path, RowFormat::Json).expect("opened");
        let mut state = Encoder::new();
        state.u64(1_000);
        sink.restore(&state.into_bytes()).expect("restored");
        assert_eq!(std::fs::read(&path).expect("the file"), b"");
    }
}
