//! Reads a journal as a partition: the position of a record is the number of its entry.

use std::time::Duration;

use tachograph_topology::journal::{Entry, Reader};
use tachograph_topology::{
    Decoded, Journal, JournalError, PartitionReader, Read, Reject, SpoutError,
};

use super::server::HttpServer;
use crate::formats::{Chunk, LineDecoder};

/// How long a read waits for something new.
const WAIT: Duration = Duration::from_millis(20);

/// A journal as a partition of a log.
pub struct JournalReader {
    journal: Journal,
    reader: Reader,
    partition: u32,
    decoder: Box<dyn LineDecoder>,
    /// What fills the journal lives as long as what reads it.
    server: Option<HttpServer>,
}

impl JournalReader {
    /// A reader of a journal, from its oldest entry on.
    ///
    /// # Errors
    /// [`JournalError`] where the journal cannot be read.
    pub fn new(
        journal: Journal,
        partition: u32,
        decoder: Box<dyn LineDecoder>,
        server: Option<HttpServer>,
    ) -> Result<JournalReader, JournalError> {
        Ok(JournalReader {
            reader: journal.reader(journal.start())?,
            journal,
            partition,
            decoder,
            server,
        })
    }

    fn decode(&mut self, entries: &[Entry]) -> Decoded {
        let mut bytes = Vec::new();
        let mut starts = Vec::with_capacity(entries.len());
        for entry in entries {
            starts.push(bytes.len() as u64);
            bytes.extend_from_slice(&entry.payload);
            bytes.push(b'\n');
        }
        let number = |offset: u64| {
            let place = starts.partition_point(|start| *start <= offset);
            entries[place.saturating_sub(1)].position
        };
        let chunk = Chunk {
            bytes,
            position: 0,
            partition: self.partition,
        };
        let (batch, rejects) = self.decoder.decode(chunk);
        let rejects = rejects.into_iter().map(|reject| Reject {
            position: number(reject.position),
            ..reject
        });
        Decoded {
            rejects: rejects.collect(),
            batch: batch.with_positions(number),
            next_position: self.reader.position(),
        }
    }
}

fn fault(error: JournalError) -> SpoutError {
    SpoutError {
        retryable: error.is_retryable(),
        message: error.to_string(),
    }
}

impl PartitionReader for JournalReader {
    fn read(&mut self, max_rows: usize) -> Result<Read, SpoutError> {
        let entries = self.reader.read(max_rows, WAIT).map_err(fault)?;
        if entries.is_empty() {
            return Ok(Read::Idle);
        }
        let decoded = self.decode(&entries);
        if let Some(server) = &self.server {
            server.has_read(self.reader.position());
        }
        Ok(Read::Batch(decoded))
    }

    fn seek(&mut self, position: u64) -> Result<(), SpoutError> {
        self.reader.seek(position).map_err(fault)
    }

    fn covered(&mut self, position: u64) -> Result<(), SpoutError> {
        self.journal.truncate_before(position).map_err(fault)
    }
}
