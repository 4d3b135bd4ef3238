//! What is done with many rows: batches, scans, writers.

use super::Table;
use crate::batch::{self, Action, Answer};
use crate::read::Scan;
use crate::scan::Scanner;
use crate::writer::{Writer, WriterOptions};

impl Table {
    /// Does many things at once, on all servers side by side, and gives an answer for each, in their
    /// order. Puts and deletes of one row are done in their order; otherwise there is none: a read does not
    /// see what a put before it in the same batch writes.
    ///
    /// A cell that is larger than servers take, 10 MiB where nothing is set, fails the other puts and deletes
    /// that went to its region with it.
    pub async fn batch<A: Into<Action>>(
        &self,
        actions: impl IntoIterator<Item = A>,
    ) -> Vec<Answer> {
        let actions: Vec<Action> = actions.into_iter().map(Into::into).collect();
        batch::run(&self.cluster, &self.regions, &actions).await
    }

    /// Reads a range of rows. It begins to read at once, in a task of its own.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn scan(&self, scan: Scan) -> Scanner {
        Scanner::new(self.cluster.clone(), self.regions.clone(), scan)
    }

    /// Writes many rows, gathered into batches.
    pub fn writer(&self, options: WriterOptions) -> Writer {
        Writer::new(self.cluster.clone(), self.regions.clone(), options)
    }
}
