//! Of a batch only what failed is sent again, and what would fail again is not.

use bytes::Bytes;
use prost::Message;

use super::{Reply, Request, World, rows};
use crate::batch::Action;
use crate::error::ErrorKind;
use crate::mutation::{Increment, Mutation, Put};
use crate::read::Get;
use crate::wire::basic::NameBytesPair;
use crate::wire::multi::{MultiRequest, MultiResponse, RegionActionResult, ResultOrException};
use crate::wire::result::RowResult;

const BUSY: &str = "org.apache.hadoop.hbase.RegionTooBusyException";
const MOVED: &str = "org.apache.hadoop.hbase.NotServingRegionException";
const NO_FAMILY: &str = "org.apache.hadoop.hbase.regionserver.NoSuchColumnFamilyException";

fn exception(class: &str) -> NameBytesPair {
    NameBytesPair {
        name: class.to_owned(),
        value: Some(Bytes::from_static(b"said so")),
    }
}

fn done(index: u32) -> ResultOrException {
    ResultOrException {
        index: Some(index),
        result: Some(RowResult::default()),
        exception: None,
    }
}

fn failed(index: u32, class: &str) -> ResultOrException {
    ResultOrException {
        index: Some(index),
        result: None,
        exception: Some(exception(class)),
    }
}

fn answered(actions: Vec<ResultOrException>) -> RegionActionResult {
    RegionActionResult {
        result_or_exception: actions,
        ..RegionActionResult::default()
    }
}

fn answer(regions: Vec<RegionActionResult>) -> Reply {
    Reply::message(&MultiResponse {
        region_action_result: regions,
        processed: None,
    })
}

/// Says yes to everything.
pub fn accept(request: &Request) -> Reply {
    let request = MultiRequest::decode(request.message.clone()).unwrap();
    let regions = request.region_action.iter();
    let all = |actions: usize| answered((0..actions as u32).map(done).collect());
    answer(regions.map(|region| all(region.action.len())).collect())
}

fn put(row: &str) -> Put {
    Put::new(row).column("f", "q", "v")
}

#[tokio::test]
async fn only_what_failed_is_sent_again() {
    let world = World::new(|number, request| match number {
        // Of the first region the second action fails for now and the third for good; the second
        // region is not there.
        0 => {
            let first = vec![failed(2, NO_FAMILY), done(0), failed(1, BUSY)];
            let moved = RegionActionResult {
                exception: Some(exception(MOVED)),
                ..RegionActionResult::default()
            };
            answer(vec![answered(first), moved])
        }
        _ => accept(request),
    });
    let world = world.await;
    let table = world.client.table("t");
    let answers = table.batch(["a", "z", "b", "c", "y"].map(put)).await;
    let kinds: Vec<_> = answers
        .iter()
        .map(|answer| answer.as_ref().err().map(|e| e.kind()))
        .collect();
    assert_eq!(
        kinds,
        [None, None, None, Some(ErrorKind::FamilyNotFound), None]
    );
    let sent: Vec<_> = world
        .requests
        .lock()
        .unwrap()
        .iter()
        .map(|r| rows(r.cells.clone()))
        .collect();
    // Regions come in the order of their first actions, and actions in theirs.
    assert_eq!(sent, [vec!["a", "b", "c", "z", "y"], vec!["z", "y", "b"]]);
}

#[tokio::test]
async fn what_no_server_could_answer_fails_alone() {
    let world = World::new(|_, request| accept(request)).await;
    let actions: [Action; 4] = [
        put("a").into(),
        Get::new("").into(),
        Get::new("b").time_range(2, 1).into(),
        Put::new("").column("f", "q", "v").into(),
    ];
    let answers = world.client.table("t").batch(actions).await;
    let kinds = answers
        .iter()
        .map(|answer| answer.as_ref().err().map(|e| e.kind()));
    let wrong = Some(ErrorKind::InvalidArgument);
    assert_eq!(kinds.collect::<Vec<_>>(), [None, wrong, wrong, wrong]);
    let requests = world.requests::<MultiRequest>();
    let actions = requests
        .iter()
        .flat_map(|r| &r.region_action)
        .map(|r| r.action.len());
    assert_eq!(actions.sum::<usize>(), 1);
}

#[tokio::test]
async fn one_that_is_too_large_fails_alone() {
    const TOO_LARGE: &str = "org.apache.hadoop.hbase.DoNotRetryIOException";
    // As servers do it: who is too large fails all that come with it to its region.
    let world = World::new(|_, request| {
        let sent = MultiRequest::decode(request.message.clone()).unwrap();
        let mut keys = rows(request.cells.clone()).into_iter();
        let regions = sent.region_action.iter().map(|region| {
            let count = region.action.len();
            let keys: Vec<_> = keys.by_ref().take(count).collect();
            let is_large = keys.iter().any(|key| key.starts_with("large"));
            let one = |index| match is_large {
                true => failed(index, TOO_LARGE),
                false => done(index),
            };
            answered((0..count as u32).map(one).collect())
        });
        answer(regions.collect())
    });
    let world = world.await;
    let keys = ["a", "b", "large", "c", "d", "e", "large too", "z"];
    let answers = world.client.table("t").batch(keys.map(put)).await;
    for (key, answer) in keys.iter().zip(answers) {
        assert_eq!(answer.is_err(), key.starts_with("large"), "{key}");
    }
}

#[tokio::test]
async fn an_answer_left_out_is_asked_for_again() {
    let world = World::new(|number, request| match number {
        0 => answer(vec![answered(vec![done(1)])]),
        _ => accept(request),
    });
    let world = world.await;
    let answers = world.client.table("t").batch(["a", "b"].map(put)).await;
    assert!(answers.iter().all(Result::is_ok));
    let sent: Vec<_> = world
        .requests
        .lock()
        .unwrap()
        .iter()
        .map(|r| rows(r.cells.clone()))
        .collect();
    assert_eq!(sent, [vec!["a", "b"], vec!["a"]]);
}

#[tokio::test]
async fn a_number_stays_with_its_action() {
    let world = World::new(|number, request| match number {
        0 => Reply::HangUp,
        1 => answer(vec![answered(vec![done(0), failed(1, BUSY)])]),
        _ => accept(request),
    });
    let world = world.await;
    let changes: [Mutation; 2] =
        ["a", "b"].map(|row| Increment::new(row).column("f", "n", 1).into());
    let answers = world.client.table("t").batch(changes).await;
    assert!(answers.iter().all(Result::is_ok));
    let nonces = |request: &MultiRequest| -> Vec<u64> {
        let actions = request.region_action[0].action.iter();
        actions
            .map(|action| action.mutation.as_ref().unwrap().nonce.unwrap())
            .collect()
    };
    let requests = world.requests::<MultiRequest>();
    let [first, second, third] = &requests[..] else {
        panic!("{} requests", requests.len());
    };
    assert_eq!(nonces(first), nonces(second));
    assert_eq!(nonces(third), nonces(second)[1..]);
    assert_ne!(nonces(first)[0], nonces(first)[1]);
    assert!(
        requests
            .iter()
            .all(|request| request.nonce_group == first.nonce_group)
    );
    assert!(first.nonce_group.is_some());
}
