//! One call to one server: the request for its groups, and the answer taken apart again.

use bytes::Bytes;
use tokio::time::Instant;

use super::group::Group;
use super::{Action, Answer};
use crate::cell::block::BlockReader;
use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Remote, Result};
use crate::name::ServerName;
use crate::read::Row;
use crate::rpc::{Call, Service};
use crate::wire::basic::NameBytesPair;
use crate::wire::multi::{
    MultiRequest, MultiResponse, RegionAction, RegionActionResult, ResultOrException,
};

/// The group, the action and its answer.
pub type Answered = (usize, usize, Answer);

/// Sends the actions of the groups and waits for their answers, one for each action.
pub async fn send(
    cluster: &Cluster,
    actions: &[Action],
    nonce: u64,
    server: &ServerName,
    groups: &[Group],
    deadline: Instant,
) -> Vec<Answered> {
    match exchange(cluster, actions, nonce, server, groups, deadline).await {
        Ok((response, block)) => open(groups, response, block),
        Err(error) => groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| all_failed(at, group, &error))
            .collect(),
    }
}

async fn exchange(
    cluster: &Cluster,
    actions: &[Action],
    nonce: u64,
    server: &ServerName,
    groups: &[Group],
    deadline: Instant,
) -> Result<(MultiResponse, Bytes)> {
    let opening = cluster.connect(server, Service::Client, deadline);
    let connection = opening.await?;
    let chosen = groups.iter().flat_map(|group| &group.actions);
    let needs_nonce = chosen.clone().any(|index| actions[*index].needs_nonce());
    let cells: Vec<&[u8]> = chosen.map(|index| actions[*index].block()).collect();
    let message = MultiRequest {
        region_action: groups
            .iter()
            .map(|group| region_action(actions, nonce, group))
            .collect(),
        nonce_group: needs_nonce.then(|| cluster.nonce_group()),
    };
    let call = Call {
        method: "Multi",
        message: &message,
        cells: &cells,
        deadline,
        priority: None,
    };
    connection.call(call).await
}

fn region_action(actions: &[Action], nonce: u64, group: &Group) -> RegionAction {
    let indices = group.actions.iter().enumerate();
    let message = |(at, index): (usize, &usize)| {
        let nonce = nonce.wrapping_add(*index as u64);
        actions[*index].message(at as u32, nonce)
    };
    RegionAction {
        region: group.location.region.specifier(),
        atomic: None,
        action: indices.map(message).collect(),
        condition: None,
    }
}

/// Takes an answer apart. Its cells stand in one block, in the order of the results.
fn open(groups: &[Group], response: MultiResponse, block: Bytes) -> Vec<Answered> {
    let mut answers = Vec::with_capacity(groups.iter().map(|group| group.actions.len()).sum());
    let mut reader = BlockReader::new(block);
    let mut results = response.region_action_result.into_iter();
    for (at, group) in groups.iter().enumerate() {
        match results.next() {
            Some(result) => open_group(at, group, result, &mut reader, &mut answers),
            None => answers.extend(all_failed(at, group, &missing())),
        }
    }
    answers
}

fn open_group(
    at: usize,
    group: &Group,
    result: RegionActionResult,
    reader: &mut BlockReader,
    answers: &mut Vec<Answered>,
) {
    if let Some(sent) = result.exception {
        let error = Error::remote(Remote::from(sent));
        return answers.extend(all_failed(at, group, &error));
    }
    let mut silent = vec![true; group.actions.len()];
    for one in result.result_or_exception {
        let index = one.index.unwrap_or(0) as usize;
        let answer = open_one(one, reader);
        if let Some(action) = group.actions.get(index).filter(|_| silent[index]) {
            silent[index] = false;
            answers.push((at, *action, answer));
        }
    }
    let unanswered = silent
        .iter()
        .zip(&group.actions)
        .filter(|(silent, _)| **silent);
    answers.extend(unanswered.map(|(_, action)| (at, *action, Err(missing()))));
}

fn open_one(one: ResultOrException, reader: &mut BlockReader) -> Answer {
    let failed = |sent: NameBytesPair| Err(Error::remote(Remote::from(sent)));
    match (one.exception, one.result) {
        (Some(sent), _) => failed(sent),
        (None, Some(result)) => Ok(Row::of(reader.result(&result)?)),
        (None, None) => Ok(None),
    }
}

fn all_failed<'a>(
    at: usize,
    group: &'a Group,
    error: &Error,
) -> impl Iterator<Item = Answered> + use<'a> {
    let error = error.clone();
    group
        .actions
        .iter()
        .map(move |index| (at, *index, Err(error.clone())))
}

/// A server that leaves out an answer may not have carried the action out; it is asked again.
fn missing() -> Error {
    Error::new(ErrorKind::Remote, "a server left out an answer")
}
