//! How a `kafka` bolt writes a row: as text, or as a record with the id of its schema.
//!
//! The schema is registered with the first row. A registry that is away is waited for, as brokers are.

use std::time::Duration;

use tachograph_connect::formats::{RowWriter, framed_row};
use tachograph_connect::registry::{Client, ClientError};
use tachograph_event::Batch;
use tachograph_topology::TaskContext;

/// Pauses between tries, from and to.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Rows with a schema that a registry has.
pub struct SchemaRows {
    writer: Box<dyn RowWriter>,
    client: Client,
    subject: String,
    /// None before the registry has the schema.
    id: Option<u32>,
}

/// Why there is no id.
pub enum Unregistered {
    /// The topology stops before the registry answers.
    Stopped,
    /// The registry does not take the schema, in its own words.
    Refused(String),
}

impl SchemaRows {
    /// Rows whose schema is not registered yet.
    pub fn new(writer: Box<dyn RowWriter>, client: Client, subject: String) -> SchemaRows {
        SchemaRows {
            writer,
            client,
            subject,
            id: None,
        }
    }

    /// Waits until the registry has the schema.
    ///
    /// # Errors
    /// [`Unregistered`].
    pub fn register(&mut self, context: Option<&TaskContext>) -> Result<(), Unregistered> {
        let mut pause = PAUSES.0;
        while self.id.is_none() {
            let (subject, kind) = (&self.subject, self.writer.kind());
            match self.client.register(subject, kind, self.writer.schema()) {
                Ok(id) => self.id = Some(id),
                Err(ClientError::Refused(why)) => return Err(Unregistered::Refused(why)),
                Err(ClientError::Unknown) => rest(context, "has no such place", pause)?,
                Err(ClientError::Away(why)) => rest(context, &why, pause)?,
            }
            pause = (pause * 2).min(PAUSES.1);
        }
        if let Some(context) = context {
            context.waits_for(None);
        }
        Ok(())
    }

    /// A row as the value of a record.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn value(&self, batch: &Batch, row: usize) -> Result<Vec<u8>, String> {
        let id = self.id.ok_or("its schema is not registered")?;
        framed_row(self.writer.as_ref(), id, batch, row)
    }
}

fn rest(context: Option<&TaskContext>, why: &str, pause: Duration) -> Result<(), Unregistered> {
    let Some(context) = context else {
        return Err(Unregistered::Stopped);
    };
    context.waits_for(Some(format!("schema registry: {why}")));
    match context.rest(pause) {
        true => Ok(()),
        false => Err(Unregistered::Stopped),
    }
}
