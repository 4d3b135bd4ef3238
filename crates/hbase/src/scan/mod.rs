//! Scanners: rows of a range, across regions, as if there were none. State: the rows that have
//! arrived. A task of its own asks the servers, one answer ahead of who reads, keeps the lease of a
//! slow reader, and opens the scanner again where a region moved or a server died, behind the last
//! row that came whole.

mod gather;
mod position;
mod region;
mod walk;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::Stream;
use tokio::sync::mpsc;

use crate::cluster::Cluster;
use crate::error::Result;
use crate::read::{Row, Scan};
use crate::region::Regions;
use walk::Walk;

/// Answers that wait for the reader.
const AHEAD: usize = 1;

/// The rows of a scan, in order. It is a [`Stream`], too. Dropping it closes the scanner.
#[derive(Debug)]
pub struct Scanner {
    answers: mpsc::Receiver<Result<Vec<Row>>>,
    rows: VecDeque<Row>,
}

impl Scanner {
    pub(crate) fn new(cluster: Arc<Cluster>, regions: Arc<Regions>, scan: Scan) -> Scanner {
        let (sender, answers) = mpsc::channel(AHEAD);
        tokio::spawn(Walk::new(cluster, regions, scan, sender).run());
        let rows = VecDeque::new();
        Scanner { answers, rows }
    }

    /// The next row; none at the end.
    ///
    /// # Errors
    /// What no further attempt could mend. There are no rows behind an error.
    pub async fn next(&mut self) -> Result<Option<Row>> {
        while self.rows.is_empty() {
            match self.answers.recv().await {
                Some(answer) => self.rows = answer?.into(),
                None => return Ok(None),
            }
        }
        Ok(self.rows.pop_front())
    }

    /// The rows of one answer, about as many bytes as [`Scan::max_result_bytes`]; none at the end.
    ///
    /// # Errors
    /// As [`Scanner::next`].
    pub async fn next_rows(&mut self) -> Result<Option<Vec<Row>>> {
        if !self.rows.is_empty() {
            return Ok(Some(std::mem::take(&mut self.rows).into()));
        }
        self.answers.recv().await.transpose()
    }
}

impl Stream for Scanner {
    type Item = Result<Row>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Row>>> {
        while self.rows.is_empty() {
            match std::task::ready!(self.answers.poll_recv(context)) {
                Some(Ok(rows)) => self.rows = rows.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(self.rows.pop_front().map(Ok))
    }
}
