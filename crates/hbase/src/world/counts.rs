//! One row: what is tried again, with the same number, and what is not.

use super::{Reply, World};
use crate::error::ErrorKind;
use crate::mutation::{Increment, Put};
use crate::wire::mutation::{MutateRequest, MutateResponse};

#[tokio::test]
async fn an_increment_is_known_again_after_a_broken_connection() {
    let world = World::new(|number, _| match number {
        0 => Reply::HangUp,
        1 => Reply::Exception("org.apache.hadoop.hbase.exceptions.RegionOpeningException"),
        _ => Reply::message(&MutateResponse::default()),
    });
    let world = world.await;
    let table = world.client.table("t");
    table
        .increment(Increment::new("a").column("f", "n", 1))
        .await
        .unwrap();
    table
        .increment(Increment::new("a").column("f", "n", 1))
        .await
        .unwrap();
    let requests = world.requests::<MutateRequest>();
    let numbers: Vec<_> = requests.iter().map(|r| r.mutation.nonce.unwrap()).collect();
    assert_eq!(numbers.len(), 4);
    assert!(numbers[0] == numbers[1] && numbers[1] == numbers[2]);
    assert_ne!(numbers[3], numbers[0]);
}

#[tokio::test]
async fn what_would_fail_again_fails_at_once() {
    let world =
        World::new(|_, _| Reply::Exception("org.apache.hadoop.hbase.DoNotRetryIOException"));
    let world = world.await;
    let put = Put::new("a").column("f", "q", "v");
    let error = world.client.table("t").put(put).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RemoteFatal);
    assert_eq!(world.requests::<MutateRequest>().len(), 1);
}
