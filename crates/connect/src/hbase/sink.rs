//! The writing side: from threads that wait, to a client that does not.
//!
//! State: a runtime of one thread, the client, and a writer with what is gathered and under way.

use std::fmt;
use std::sync::Arc;

use tachograph_event::{Batch, Column, ColumnData, StringColumn};
use tachograph_hbase::{Client, ErrorKind, Family, Put, TableDescriptor, Writer, WriterOptions};
use tokio::runtime::{Builder, Runtime};

use super::config::HBaseConfig;

/// A fault that waiting does not mend: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HBaseFault(pub String);

impl fmt::Display for HBaseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HBaseFault {}

/// Is told what is waited for (nothing where all goes well again); false ends the waiting.
pub type Patience<'a> = &'a dyn Fn(Option<String>) -> bool;

/// Writes rows of one table.
pub struct HBaseSink {
    runtime: Arc<Runtime>,
    client: Client,
    writer: Writer,
    config: HBaseConfig,
    /// Qualifier of each column.
    qualifiers: Vec<String>,
}

/// Rows that were written, and may not have been acknowledged yet.
pub struct Unconfirmed {
    runtime: Arc<Runtime>,
    writer: Writer,
    table: String,
}

impl HBaseSink {
    /// Finds the cluster; makes the table where there is none. Waits for either.
    ///
    /// # Errors
    /// [`HBaseFault`] where the cluster cannot be reached, or the table lacks the family.
    pub fn open(config: HBaseConfig, qualifiers: Vec<String>) -> Result<HBaseSink, HBaseFault> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("hbase")
            .enable_all()
            .build()
            .map_err(|e| HBaseFault(format!("hbase: no thread: {e}")))?;
        let client = runtime.block_on(connect(&config))?;
        let writer = client.writer(config.table.as_str(), WriterOptions::default());
        Ok(HBaseSink {
            runtime: Arc::new(runtime),
            client,
            writer,
            config,
            qualifiers,
        })
    }

    /// Writes every row of a batch under its key; `slots` names the slot of each column.
    ///
    /// # Errors
    /// [`HBaseFault`] where a row is refused for good, or patience ends.
    pub fn write(
        &mut self,
        keys: &StringColumn,
        batch: &Batch,
        slots: &[usize],
        patience: Patience<'_>,
    ) -> Result<(), HBaseFault> {
        let columns: Vec<&Column> = slots.iter().map(|slot| batch.column(*slot)).collect();
        let runtime = Arc::clone(&self.runtime);
        runtime.block_on(async {
            for row in 0..batch.len() {
                let put = self.put(keys.get(row), batch.times()[row], &columns, row);
                if self.writer.write(put).await.is_err() {
                    again(&mut self.writer, &self.config.table, patience).await?;
                }
            }
            Ok(())
        })
    }

    fn put(&self, key: &str, time: i64, columns: &[&Column], row: usize) -> Put {
        let family = self.config.family.as_bytes();
        let mut put = Put::new(key).timestamp(time);
        for (column, qualifier) in columns.iter().zip(&self.qualifiers) {
            match column.data() {
                _ if column.is_null(row) => {}
                ColumnData::Str(texts) => put.add(family, qualifier.as_bytes(), texts.bytes(row)),
                _ => {
                    let text = column.value(row).to_string();
                    put.add(family, qualifier.as_bytes(), text.as_bytes());
                }
            }
        }
        if put.cell_count() == 0 {
            // A row without a value is a row nevertheless.
            put.add(family, b"", b"");
        }
        put
    }

    /// What was written so far, to be waited for by any thread; what is written from now on is
    /// not part of it.
    pub fn written(&mut self) -> Unconfirmed {
        let table = self.config.table.as_str();
        let next = self.client.writer(table, WriterOptions::default());
        Unconfirmed {
            runtime: Arc::clone(&self.runtime),
            writer: std::mem::replace(&mut self.writer, next),
            table: self.config.table.clone(),
        }
    }
}

impl Unconfirmed {
    /// Waits until the servers have acknowledged every row.
    ///
    /// # Errors
    /// [`HBaseFault`] where a row is refused for good, or patience ends.
    pub fn confirm(mut self, patience: Patience<'_>) -> Result<(), HBaseFault> {
        self.runtime.block_on(async {
            while self.writer.flush().await.is_err() {
                again(&mut self.writer, &self.table, patience).await?;
            }
            Ok(())
        })
    }
}

/// Takes up again what the servers could not be reached for.
async fn again(writer: &mut Writer, table: &str, patience: Patience<'_>) -> Result<(), HBaseFault> {
    let failures = writer.take_failures();
    for failure in &failures {
        let error = &failure.error;
        let passes = error.is_retryable() || error.kind() == ErrorKind::DeadlineExceeded;
        let text = format!("table {table} of HBase: {error}");
        if !passes || !patience(Some(text.clone())) {
            return Err(HBaseFault(text));
        }
    }
    for failure in failures {
        // Should the batch fail at once, its changes are among the next failures.
        let _ = writer.write(failure.change).await;
    }
    patience(None);
    Ok(())
}

async fn connect(config: &HBaseConfig) -> Result<Client, HBaseFault> {
    let fault = |e| HBaseFault(format!("table {} of HBase: {e}", config.table));
    let client = Client::connect(config.client()).await.map_err(fault)?;
    let admin = client.admin();
    let table = config.table.as_str();
    if !admin.table_exists(table).await.map_err(fault)? {
        let family = Family::new(&config.family).versions(config.versions);
        let family = match config.ttl {
            Some(ttl) => family.ttl(ttl),
            None => family,
        };
        let descriptor = TableDescriptor::new(table).family(family);
        let made = admin.create_table(&descriptor, &config.splits).await;
        match made {
            // Another worker of the same topology was faster.
            Err(error) if error.kind() == ErrorKind::TableExists => {}
            made => made.map_err(fault)?,
        }
    }
    let described = admin.describe_table(table).await.map_err(fault)?;
    let known = |family: &Family| family.name() == config.family;
    if !described.families().iter().any(known) {
        return Err(HBaseFault(format!(
            "table {table} of HBase has no family `{}`; name one of its own, or alter the table",
            config.family
        )));
    }
    Ok(client)
}
