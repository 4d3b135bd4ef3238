//! A writer: how many batches it has under way.

use std::collections::BTreeSet;

use super::batches::accept;
use super::{Reply, World, rows};
use crate::mutation::Put;
use crate::writer::WriterOptions;

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
    let half = vec![0; 1 << 20];
    let keys = ["a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2"];
    for key in keys {
        let put = Put::new(key).column("f", "q", &half);
        writer.write(put).await.unwrap();
    }
    writer.flush().await.unwrap();
    let requests = world.requests.lock().unwrap();
    let sent: Vec<_> = requests.iter().map(|r| rows(r.cells.clone())).collect();
    let early: BTreeSet<_> = sent[..REFUSED].concat().into_iter().collect();
    assert_eq!(Vec::from_iter(early), keys[..4]);
    let all: BTreeSet<_> = sent[REFUSED..].concat().into_iter().collect();
    assert_eq!(Vec::from_iter(all), keys);
}
