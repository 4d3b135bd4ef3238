//! A writer: how many batches it has under way, to each server.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::batches::accept;
use super::{Reply, World, rows};
use crate::mutation::Put;
use crate::read::Get;
use crate::writer::{Writer, WriterOptions};

const BUSY: &str = "org.apache.hadoop.hbase.RegionTooBusyException";
/// So many calls are refused, each of which comes again.
const REFUSED: usize = 12;

#[tokio::test]
async fn two_batches_are_under_way_and_no_more() {
    let world = World::new(|number, request| match number {
        0..REFUSED => Reply::Exception(BUSY),
        _ => accept(request),
    });
    let world = world.await;
    let mut writer = world.client.writer("t", WriterOptions::default());
    let keys = ["a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2"];
    write(&mut writer, &keys).await;
    writer.flush().await.unwrap();
    let requests = world.requests.lock().unwrap();
    let sent: Vec<_> = requests.iter().map(|r| rows(r.cells.clone())).collect();
    let early: BTreeSet<_> = sent[..REFUSED].concat().into_iter().collect();
    assert_eq!(Vec::from_iter(early), keys[..4]);
    let all: BTreeSet<_> = sent[REFUSED..].concat().into_iter().collect();
    assert_eq!(Vec::from_iter(all), keys);
}

/// Writes rows of a mebibyte, of which two are a batch.
async fn write(writer: &mut Writer, keys: &[&str]) {
    for key in keys {
        let put = Put::new(*key).column("f", "q", vec![0; 1 << 20]);
        writer.write(put).await.unwrap();
    }
}

/// A writer of a table whose regions it knows.
async fn knowing(world: &World, options: WriterOptions) -> Writer {
    let answers = world
        .client
        .table("t")
        .batch(["a", "z"].map(Get::new))
        .await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    world.requests.lock().unwrap().clear();
    world.client.writer("t", options)
}

/// The rows of each call to a server.
fn sent(world: &World, server: usize) -> Vec<Vec<String>> {
    let requests = world.requests.lock().unwrap();
    let to_it = requests.iter().filter(|r| r.server == server);
    to_it.map(|r| rows(r.cells.clone())).collect()
}

#[tokio::test]
async fn each_server_has_two_batches_under_way_and_no_more() {
    let refused = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let world = World::of_two(move |_, request| {
        let is_read = request.cells.is_empty();
        let refused = &refused[request.server];
        match is_read || refused.fetch_add(1, Ordering::Relaxed) >= REFUSED {
            true => accept(request),
            false => Reply::Exception(BUSY),
        }
    });
    let world = world.await;
    let mut writer = knowing(&world, WriterOptions::default()).await;
    let keys = [
        "a1", "z1", "a2", "z2", "b1", "y1", "b2", "y2", "c1", "x1", "c2", "x2",
    ];
    write(&mut writer, &keys).await;
    writer.flush().await.unwrap();
    let early = |server: usize| BTreeSet::from_iter(sent(&world, server)[..REFUSED].concat());
    assert_eq!(Vec::from_iter(early(0)), ["a1", "a2", "b1", "b2"]);
    assert_eq!(Vec::from_iter(early(1)), ["y1", "y2", "z1", "z2"]);
}

#[tokio::test]
async fn a_server_that_is_busy_does_not_keep_rows_from_another() {
    let is_free = Arc::new(AtomicBool::new(false));
    let looked_at = Arc::clone(&is_free);
    let world = World::of_two(move |_, request| {
        let is_busy = request.server == 0 && !request.cells.is_empty();
        match is_busy && !looked_at.load(Ordering::Relaxed) {
            true => Reply::Exception(BUSY),
            false => accept(request),
        }
    });
    let world = world.await;
    let mut writer = knowing(&world, WriterOptions::default()).await;
    write(&mut writer, &["a1", "a2", "b1", "b2", "c1"]).await;
    let others = ["w1", "w2", "x1", "x2", "y1", "y2", "z1", "z2"];
    write(&mut writer, &others).await;
    while sent(&world, 1).len() < 4 {
        tokio::task::yield_now().await;
    }
    assert_eq!(sent(&world, 1).concat(), others);
    is_free.store(true, Ordering::Relaxed);
    writer.flush().await.unwrap();
}

#[tokio::test]
async fn one_after_the_other_whichever_server_it_is() {
    let refused = AtomicUsize::new(0);
    let world = World::of_two(move |_, request| {
        let is_first = rows(request.cells.clone()).contains(&"a1".to_owned());
        match is_first && refused.fetch_add(1, Ordering::Relaxed) < REFUSED {
            true => Reply::Exception(BUSY),
            false => accept(request),
        }
    });
    let world = world.await;
    let mut writer = knowing(&world, WriterOptions::default().in_order()).await;
    write(&mut writer, &["a1", "a2", "z1", "z2"]).await;
    writer.flush().await.unwrap();
    assert_eq!(sent(&world, 0).len(), REFUSED + 1);
    assert_eq!(sent(&world, 1), [["z1", "z2"]]);
    let requests = world.requests.lock().unwrap();
    assert_eq!(requests.last().map(|last| last.server), Some(1));
}
