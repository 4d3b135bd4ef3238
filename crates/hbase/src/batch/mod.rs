//! Many changes and reads at once: grouped by server and region, sent to all servers side by side,
//! and of what failed only that sent again. State of a run: the answers so far, what is left, and what
//! must not be sent together.
//!
//! Servers fail all actions of a region where one of them is more than they take, such as a cell that is too
//! large. So what fails together for good is sent again by halves, until only those fail that are at fault.

mod action;
mod group;
mod lots;
mod send;

pub use action::Action;

use std::sync::Arc;

use futures_util::future::join_all;

use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use crate::read::Row;
use crate::region::Regions;
use crate::retry::Attempts;
use group::{Group, group};
use lots::Lots;

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
    lots: Lots,
    /// An action's nonce is this number and its index, so that it stays the same.
    nonce: u64,
}

/// An action that failed.
struct Failed {
    index: usize,
    error: Error,
    /// Is it sent again at once, without those that it failed with?
    is_parted: bool,
}

impl Failed {
    fn is_final(&self) -> bool {
        !self.is_parted && !self.error.is_retryable()
    }
}

impl<'a> Run<'a> {
    fn new(cluster: &'a Cluster, regions: &'a Arc<Regions>, actions: &'a [Action]) -> Run<'a> {
        let fault = |action: &Action| action.check().err().map(Err);
        Run {
            cluster,
            regions,
            answers: actions.iter().map(fault).collect(),
            lots: Lots::default(),
            nonce: cluster.next_nonces(actions.len() as u64),
            actions,
        }
    }

    /// Sends what is left until all is answered or the time is over.
    async fn finish(&mut self, mut left: Vec<usize>) {
        let mut attempts = self.cluster.attempts();
        while !left.is_empty() {
            let failed = self.once(&left, &attempts).await;
            let again = self.keep_final(failed);
            if again.len() < left.len() {
                attempts.progressed();
            }
            left = again.iter().map(|failed| failed.index).collect();
            let waits = again.iter().find(|failed| !failed.is_parted);
            let Some(first) = waits.map(|failed| failed.error.clone()) else {
                continue;
            };
            if attempts.pause("Multi", first).await.is_err() {
                return self.give_up(again, &attempts);
            }
        }
    }

    /// One attempt at each; gives those that failed.
    async fn once(&mut self, left: &[usize], attempts: &Attempts) -> Vec<Failed> {
        let deadline = attempts.call_deadline(self.cluster.config.rpc_timeout);
        let (cluster, regions) = (self.cluster, self.regions);
        let found = group(cluster, regions, self.actions, left, &self.lots, deadline);
        let (servers, lost) = found.await;
        let lost = lost.into_iter().map(|(index, error)| Failed {
            index,
            error,
            is_parted: false,
        });
        let mut failed: Vec<Failed> = lost.collect();
        let (actions, nonce) = (self.actions, self.nonce);
        let calls = servers
            .iter()
            .map(|(server, groups)| send::send(cluster, actions, nonce, server, groups, deadline));
        let answers = join_all(calls).await;
        for (groups, answers) in servers.values().zip(answers) {
            failed.extend(self.take(groups, answers));
        }
        // Changes of one row keep their order.
        failed.sort_by_key(|failed| failed.index);
        failed
    }

    /// Takes the answers of a server; gives the actions that failed.
    fn take(&mut self, groups: &[Group], answers: Vec<send::Answered>) -> Vec<Failed> {
        let parted = self.part(groups, &answers);
        let mut failed = Vec::new();
        for (at, index, answer) in answers {
            match answer {
                Ok(row) => self.answers[index] = Some(Ok(row)),
                Err(error) => {
                    let location = &groups[at].location;
                    self.cluster.doubt(self.regions, location, &error);
                    failed.push(Failed {
                        index,
                        error,
                        is_parted: parted[at],
                    });
                }
            }
        }
        failed
    }

    /// Parts the groups of which every action has failed for good, for a reason that need not be its own;
    /// says which these are.
    fn part(&mut self, groups: &[Group], answers: &[send::Answered]) -> Vec<bool> {
        let mut fatal = vec![0; groups.len()];
        for (at, _, answer) in answers {
            let is_fatal = |e: &Error| e.kind() == ErrorKind::RemoteFatal;
            fatal[*at] += usize::from(answer.as_ref().is_err_and(is_fatal));
        }
        let parted = groups.iter().zip(fatal).map(|(group, fatal)| {
            let is_parted = fatal == group.actions.len() && fatal > 1;
            if is_parted {
                self.lots.part(&group.actions);
            }
            is_parted
        });
        parted.collect()
    }

    /// Answers what would fail again; gives the rest.
    fn keep_final(&mut self, failed: Vec<Failed>) -> Vec<Failed> {
        let (over, again): (Vec<_>, Vec<_>) = failed.into_iter().partition(Failed::is_final);
        for Failed { index, error, .. } in over {
            self.answers[index] = Some(Err(error));
        }
        again
    }

    fn give_up(&mut self, failed: Vec<Failed>, attempts: &Attempts) {
        for Failed { index, error, .. } in failed {
            self.answers[index] = Some(Err(attempts.exhausted("Multi", error)));
        }
    }
}
