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
        self.reader.seek(position).map_err(fault)?;
        // What lies before was read in an earlier life, and is no backlog.
        if let Some(server) = &self.server {
            server.has_read(position);
        }
        Ok(())
    }

    fn covered(&mut self, position: u64) -> Result<(), SpoutError> {
        self.journal.truncate_before(position).map_err(fault)
    }

    fn sync(&mut self) -> Result<(), SpoutError> {
        self.journal.sync().map_err(fault)
    }

    fn oldest(&self) -> u64 {
        self.journal.start()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::sync::Arc;

    use tachograph_event::{EventType, Type};
    use tachograph_topology::journal::JournalOptions;

    use super::*;
    use crate::formats::Json;
    use crate::http::HttpOptions;

    #[test]
    fn what_a_replay_does_not_need_is_no_backlog() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(folder.path(), JournalOptions::default()).expect("a journal");
        let entry = r#"{"n":1}"#;
        journal.append(&[entry, entry, entry]).expect("appended");
        let options = HttpOptions {
            address: ([127, 0, 0, 1], 0).into(),
            path: "/".into(),
            body_bytes: 1_024,
            backlog: 1,
        };
        let server = HttpServer::bind(journal.clone(), options).expect("a port");
        let address = server.local_addr();
        let event_type = Arc::new(EventType::new("S", [("n", Type::Int)]));
        let decoder = Box::new(Json::new(event_type, None));
        let reader = JournalReader::new(journal, 0, decoder, Some(server));
        let mut reader = reader.expect("a reader");
        reader.seek(3).expect("the position is held");
        let mut client = TcpStream::connect(address).expect("connected");
        let head = "POST / HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 7\r\n\r\n";
        write!(client, "{head}{entry}").expect("sent");
        let mut answer = String::new();
        client.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}
