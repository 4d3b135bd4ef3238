//! A scan whose scanners are lost: it is opened again behind the last whole row.

use prost::Message;

use super::{Reply, World, cell};
use crate::read::Scan;
use crate::wire::scan::{ScanRequest, ScanResponse};

const LOST: &str = "org.apache.hadoop.hbase.UnknownScannerException";
const MOVED: &str = "org.apache.hadoop.hbase.NotServingRegionException";

/// An answer with one cell for each name, which is a row and a column; the last may be a part.
fn answer(cells: &[(&str, &str)], part: bool, more_in_region: bool) -> Reply {
    let mut partial = vec![false; cells.len()];
    partial[cells.len() - 1] = part;
    let message = ScanResponse {
        cells_per_result: vec![1; cells.len()],
        partial_flag_per_result: partial,
        scanner_id: Some(7),
        more_results: Some(true),
        more_results_in_region: Some(more_in_region),
        ..ScanResponse::default()
    };
    let block = cells
        .iter()
        .map(|(row, column)| cell(row, "f", column, b"v"));
    Reply::Answer(message.encode_to_vec(), block.collect::<Vec<_>>().concat())
}

async fn read(world: &World) -> Vec<(String, usize)> {
    read_all(world, Scan::new()).await
}

async fn read_all(world: &World, scan: Scan) -> Vec<(String, usize)> {
    let mut scanner = world.client.table("t").scan(scan);
    let mut rows = Vec::new();
    while let Some(row) = scanner.next().await.unwrap() {
        rows.push((
            String::from_utf8_lossy(row.key()).into_owned(),
            row.cells().len(),
        ));
    }
    rows
}

#[tokio::test]
async fn no_row_is_lost_or_comes_twice() {
    let world = World::new(|number, _| match number {
        0 => answer(&[("a", "1"), ("b", "1"), ("c", "1")], true, true),
        // The row that came in part comes again whole.
        1 => Reply::Exception(LOST),
        2 => answer(&[("c", "1")], true, true),
        3 => answer(&[("c", "2")], false, true),
        4 => Reply::HangUp,
        5 => Reply::Exception(MOVED),
        6 => answer(&[("d", "1")], true, false),
        7 => answer(&[("m", "1"), ("n", "1")], false, false),
        _ => panic!("nothing is left to ask"),
    });
    let world = world.await;
    let expected = [("a", 1), ("b", 1), ("c", 2), ("d", 1), ("m", 1), ("n", 1)];
    assert_eq!(
        read(&world).await,
        expected.map(|(row, cells)| (row.to_owned(), cells))
    );
    let opened: Vec<_> = world
        .requests::<ScanRequest>()
        .into_iter()
        .filter_map(|r| r.scan)
        .collect();
    let from = |at: usize| {
        (
            opened[at].start_row.as_deref().unwrap(),
            opened[at].include_start_row,
        )
    };
    assert_eq!(from(0), (&b""[..], Some(true)));
    assert_eq!(from(1), (&b"b"[..], Some(false)));
    assert_eq!(from(2), (&b"c"[..], Some(false)));
    assert_eq!(from(3), (&b"c"[..], Some(false)));
    assert_eq!(from(4), (&b"m"[..], Some(true)));
    assert_eq!(opened.len(), 5);
}

#[tokio::test]
async fn no_part_of_a_row_is_lost_or_comes_twice() {
    let world = World::new(|number, _| match number {
        0 => answer(&[("a", "1"), ("b", "1")], true, true),
        1 => answer(&[("b", "2")], true, true),
        2 => Reply::Exception(LOST),
        // The row begins anew.
        3 => answer(&[("b", "1")], true, true),
        4 => answer(&[("b", "2")], true, true),
        5 => answer(&[("b", "3")], false, true),
        // The scanner is closed: the limit counts rows.
        6 => Reply::message(&ScanResponse::default()),
        _ => panic!("nothing is left to ask"),
    });
    let world = world.await;
    let read = read_all(&world, Scan::new().batch(1).limit(2)).await;
    let parts = ["a", "b", "b", "b"].map(|row| (row.to_owned(), 1));
    assert_eq!(read, parts);
    let requests = world.requests::<ScanRequest>();
    let opened: Vec<_> = requests.into_iter().filter_map(|r| r.scan).collect();
    assert_eq!(opened.len(), 2);
    assert_eq!(opened[0].batch_size, Some(1));
    let again = (opened[1].start_row.as_deref(), opened[1].include_start_row);
    assert_eq!(again, (Some(&b"b"[..]), Some(true)));
}

#[tokio::test]
async fn a_heartbeat_is_no_end() {
    let heartbeat = || {
        Reply::message(&ScanResponse {
            scanner_id: Some(7),
            more_results: Some(true),
            more_results_in_region: Some(true),
            heartbeat_message: Some(true),
            ..ScanResponse::default()
        })
    };
    let world = World::new(move |number, _| match number {
        0 | 1 => heartbeat(),
        2 => answer(&[("a", "1")], false, false),
        3 => heartbeat(),
        _ => answer(&[("z", "1")], false, false),
    });
    let world = world.await;
    assert_eq!(
        read(&world).await,
        [("a".to_owned(), 1), ("z".to_owned(), 1)]
    );
    let sequence: Vec<_> = world
        .requests::<ScanRequest>()
        .iter()
        .map(|r| r.next_call_seq)
        .collect();
    assert_eq!(sequence, [None, Some(0), Some(1), None, Some(0)]);
}
