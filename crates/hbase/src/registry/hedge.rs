//! Asking servers of which any can answer: one after the other, but without waiting for the end of a
//! question to one that is silent. State: the questions under way.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::error::{Error, Result};

/// After so long without an answer the next server is asked beside those that were.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// The first answer; if there is none the fault of who failed last, and none if nobody was asked.
pub async fn first_answer<T, Q: Future<Output = Result<T>>>(
    questions: Vec<Q>,
    patience: Duration,
) -> std::result::Result<T, Option<Error>> {
    let mut rest = questions.into_iter();
    let mut asked = FuturesUnordered::new();
    let mut last = None;
    loop {
        match tokio::time::timeout(patience, asked.next()).await {
            Ok(Some(Ok(answer))) => return Ok(answer),
            Ok(Some(Err(error))) => last = Some(error),
            Ok(None) => match rest.next() {
                Some(question) => asked.push(question),
                None => return Err(last),
            },
            Err(_) => asked.extend(rest.next()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    async fn ask(server: &str) -> Result<&str> {
        match server {
            "silent" => std::future::pending().await,
            "faulty" => Err(Error::new(ErrorKind::Connect, server)),
            _ => Ok(server),
        }
    }

    async fn first(
        servers: &'static [&'static str],
    ) -> std::result::Result<&'static str, Option<Error>> {
        let questions = servers.iter().map(|server| ask(server)).collect();
        first_answer(questions, Duration::from_millis(1)).await
    }

    #[tokio::test]
    async fn one_that_answers_is_enough() {
        assert_eq!(first(&["a", "b"]).await.unwrap(), "a");
        let others = &["faulty", "silent", "faulty", "silent", "b"];
        assert_eq!(first(others).await.unwrap(), "b");
    }

    #[tokio::test]
    async fn the_last_fault_is_told() {
        let fault = first(&["faulty", "faulty"]).await.unwrap_err();
        assert_eq!(fault.unwrap().kind(), ErrorKind::Connect);
        assert!(first(&[]).await.unwrap_err().is_none());
    }
}
