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
use std::task::{Context, Poll, ready};

use futures_util::stream::Stream;
use tokio::sync::mpsc;

use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
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
    ended: bool,
}

impl Scanner {
    pub(crate) fn new(cluster: Arc<Cluster>, regions: Arc<Regions>, scan: Scan) -> Scanner {
        let (sender, answers) = mpsc::channel(AHEAD);
        tokio::spawn(Walk::new(cluster, regions, scan, sender).run());
        Scanner {
            answers,
            rows: VecDeque::new(),
            ended: false,
        }
    }

    /// The next row, or the next part of one with [`Scan::batch`]; none at the end.
    ///
    /// # Errors
    /// What no further attempt could mend. There are no rows behind an error.
    pub async fn next(&mut self) -> Result<Option<Row>> {
        Ok(match self.rows.pop_front() {
            Some(row) => Some(row),
            None => {
                self.rows = self.next_rows().await?.unwrap_or_default().into();
                self.rows.pop_front()
            }
        })
    }

    /// The rows of one answer, about as many bytes as [`Scan::max_result_bytes`]; none at the end.
    ///
    /// # Errors
    /// As [`Scanner::next`].
    pub async fn next_rows(&mut self) -> Result<Option<Vec<Row>>> {
        if !self.rows.is_empty() {
            return Ok(Some(std::mem::take(&mut self.rows).into()));
        }
        std::future::poll_fn(|context| self.poll_rows(context)).await
    }

    /// The rows of the next answer. An error is the end, too.
    fn poll_rows(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Vec<Row>>>> {
        if self.ended {
            return Poll::Ready(Ok(None));
        }
        let answer = ready!(self.answers.poll_recv(context));
        let rows = answer.unwrap_or_else(|| Err(cut_off()));
        self.ended = rows.as_ref().map_or(true, Vec::is_empty);
        Poll::Ready(rows.map(|rows| (!self.ended).then_some(rows)))
    }
}

/// The task that asks is gone without a word, with its runtime.
fn cut_off() -> Error {
    Error::new(ErrorKind::Closed, "the scan ended with its runtime")
}

impl Stream for Scanner {
    type Item = Result<Row>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Row>>> {
        if self.rows.is_empty() {
            match ready!(self.poll_rows(context)) {
                Ok(rows) => self.rows = rows.unwrap_or_default().into(),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        Poll::Ready(self.rows.pop_front().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanner(answers: impl IntoIterator<Item = Result<Vec<Row>>>) -> Scanner {
        let (sender, receiver) = mpsc::channel(9);
        for answer in answers {
            sender.try_send(answer).unwrap();
        }
        Scanner {
            answers: receiver,
            rows: VecDeque::new(),
            ended: false,
        }
    }

    #[tokio::test]
    async fn a_scan_that_is_cut_off_is_no_scan_that_has_ended() {
        let mut whole = scanner([Ok(Vec::new())]);
        assert!(whole.next().await.unwrap().is_none());
        assert!(whole.next_rows().await.unwrap().is_none());
        let mut cut = scanner([]);
        assert_eq!(cut.next().await.unwrap_err().kind(), ErrorKind::Closed);
        assert!(cut.next().await.unwrap().is_none());
    }
}
