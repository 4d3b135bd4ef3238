//! Many changes and reads at once: grouped by server and region, sent to all servers side by side,
//! and of what failed only that sent again. State of a run: the answers so far and what is left.

mod action;
mod group;
mod send;

pub use action::Action;

use std::sync::Arc;

use futures_util::future::join_all;

use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use crate::read::Row;
use crate::region::Regions;
use crate::retry::Attempts;
use group::group;

/// The answer to an action: a row for a read that found one, and for an increment or append; none
/// for other changes.
pub type Answer = Result<Option<Row>>;

/// So many bytes of changes are sent in one round at most.
const ROUND_BYTES: usize = 16 << 20;
/// So many actions are sent in one round at most.
const ROUND_ACTIONS: usize = 20_000;

/// Runs actions; the answers stand in their order.
pub(crate) async fn run(
    cluster: &Cluster,
    regions: &Arc<Regions>,
    actions: &[Action],
) -> Vec<Answer> {
    let mut run = Run::new(cluster, regions, actions);
    let mut from = 0;
    while from < actions.len() {
        let upto = from + round(&actions[from..]);
        let sound = |index: &usize| run.answers[*index].is_none();
        let left = (from..upto).filter(sound).collect();
        run.finish(left).await;
        from = upto;
    }
    let missing = || {
        Err(Error::new(
            ErrorKind::Protocol,
            "a server left out an answer",
        ))
    };
    run.answers
        .into_iter()
        .map(|answer| answer.unwrap_or_else(missing))
        .collect()
}

/// How many of the actions the next round takes.
fn round(actions: &[Action]) -> usize {
    let mut bytes = 0;
    let fits = |action: &&Action| {
        bytes += action.wire_size();
        bytes <= ROUND_BYTES
    };
    actions
        .iter()
        .take(ROUND_ACTIONS)
        .take_while(fits)
        .count()
        .max(1)
}

struct Run<'a> {
    cluster: &'a Cluster,
    regions: &'a Arc<Regions>,
    actions: &'a [Action],
    answers: Vec<Option<Answer>>,
    /// An action's nonce is this number and its index, so that it stays the same.
    nonce: u64,
}

impl<'a> Run<'a> {
    fn new(cluster: &'a Cluster, regions: &'a Arc<Regions>, actions: &'a [Action]) -> Run<'a> {
        let fault = |action: &Action| action.check().err().map(Err);
        Run {
            cluster,
            regions,
            answers: actions.iter().map(fault).collect(),
            nonce: cluster.next_nonces(actions.len() as u64),
            actions,
        }
    }

    /// Sends what is left until all is answered or the time is over.
    async fn finish(&mut self, mut left: Vec<usize>) {
        let mut attempts = self.cluster.attempts();
        while !left.is_empty() {
            let failed = self.once(&left, &attempts).await;
            let again: Vec<(usize, Error)> = self.keep_fatal(failed);
            let Some((_, first)) = again.first().cloned() else {
                return;
            };
            if again.len() < left.len() {
                attempts.progressed();
            }
            left = again.iter().map(|(index, _)| *index).collect();
            if attempts.pause("Multi", first).await.is_err() {
                return self.give_up(again, &attempts);
            }
        }
    }

    /// One attempt at each; gives those that failed.
    async fn once(&mut self, left: &[usize], attempts: &Attempts) -> Vec<(usize, Error)> {
        let deadline = attempts.call_deadline(self.cluster.config.rpc_timeout);
        let (servers, mut failed) =
            group(self.cluster, self.regions, self.actions, left, deadline).await;
        let calls = servers.iter().map(|(server, groups)| {
            send::send(
                self.cluster,
                self.actions,
                self.nonce,
                server,
                groups,
                deadline,
            )
        });
        let answers = join_all(calls).await;
        for (groups, answers) in servers.values().zip(answers) {
            for (group, (index, answer)) in
                answers.into_iter().map(|(g, i, a)| (&groups[g], (i, a)))
            {
                match answer {
                    Ok(row) => self.answers[index] = Some(Ok(row)),
                    Err(error) => {
                        self.cluster.doubt(self.regions, &group.location, &error);
                        failed.push((index, error));
                    }
                }
            }
        }
        // Changes of one row keep their order.
        failed.sort_by_key(|(index, _)| *index);
        failed
    }

    /// Answers what would fail again; gives the rest.
    fn keep_fatal(&mut self, failed: Vec<(usize, Error)>) -> Vec<(usize, Error)> {
        let (again, fatal): (Vec<_>, Vec<_>) =
            failed.into_iter().partition(|(_, e)| e.is_retryable());
        for (index, error) in fatal {
            self.answers[index] = Some(Err(error));
        }
        again
    }

    fn give_up(&mut self, failed: Vec<(usize, Error)>, attempts: &Attempts) {
        for (index, error) in failed {
            self.answers[index] = Some(Err(attempts.exhausted("Multi", error)));
        }
    }
}
