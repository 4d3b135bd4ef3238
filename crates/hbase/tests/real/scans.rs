//! Ranges of rows: across regions, both ways, with limits, in parts, by a slow reader, and while
//! regions move.

use std::time::Duration;

use futures_util::TryStreamExt;
use tachograph_hbase::{Cell, CellKind, Delete, Family, Get, Put, Row, Scan};

use crate::harness::{Skipped, Verdict, skip};
use crate::support::Fresh;

/// Rows `000` to `299` in three regions.
async fn filled(test: &str) -> Result<Fresh, Skipped> {
    let fresh = Fresh::new(test, &["100", "200"]).await?;
    let puts = (0..300).map(|n| Put::new(format!("{n:03}")).column("f", "n", n.to_string()));
    let answers = fresh.table.batch(puts).await;
    answers
        .into_iter()
        .for_each(|answer| assert!(answer.is_ok()));
    Ok(fresh)
}

fn numbers(range: impl Iterator<Item = u32>) -> Vec<String> {
    range.map(|n| format!("{n:03}")).collect()
}

pub async fn ranges_cross_regions_both_ways() -> Verdict {
    let fresh = filled("ranges").await?;
    assert_eq!(fresh.keys(Scan::new()).await, numbers(0..300));
    assert_eq!(fresh.keys(Scan::new().caching(7)).await, numbers(0..300));
    assert_eq!(
        fresh.keys(Scan::new().start("050").stop("200")).await,
        numbers(50..200)
    );
    assert_eq!(
        fresh
            .keys(Scan::new().start_after("050").stop_inclusive("200"))
            .await,
        numbers(51..201)
    );
    assert_eq!(
        fresh.keys(Scan::new().prefix("19")).await,
        numbers(190..200)
    );
    assert_eq!(
        fresh.keys(Scan::new().reversed()).await,
        numbers((0..300).rev())
    );
    let back = Scan::new().reversed().start("250").stop("100").caching(9);
    assert_eq!(fresh.keys(back).await, numbers((101..251).rev()));
    let back = Scan::new()
        .reversed()
        .start_after("200")
        .stop_inclusive("100");
    assert_eq!(fresh.keys(back).await, numbers((100..200).rev()));
    assert!(fresh.keys(Scan::new().start("x")).await.is_empty());
    fresh.drop().await;
    Ok(())
}

pub async fn limits_end_a_scan() -> Verdict {
    let fresh = filled("limits").await?;
    for limit in [0, 1, 99, 100, 101, 250, 300] {
        let keys = fresh.keys(Scan::new().limit(limit).caching(60)).await;
        assert_eq!(keys, numbers(0..limit as u32));
    }
    assert_eq!(fresh.keys(Scan::new().limit(1_000)).await.len(), 300);
    let rows: Vec<_> = fresh
        .table
        .scan(Scan::new().limit(150))
        .try_collect()
        .await
        .unwrap();
    assert_eq!(rows.len(), 150);
    fresh.drop().await;
    Ok(())
}

pub async fn wide_rows_come_whole() -> Verdict {
    let fresh = Fresh::new("wide", &["b"]).await?;
    let put = |row: &str| {
        let value = vec![b'v'; 2_000];
        let add = |put: Put, n: u32| put.column("f", format!("{n:04}"), &value);
        (0..1_000).fold(Put::new(row), add)
    };
    for row in ["a", "aa", "b", "c"] {
        fresh.table.put(put(row)).await.unwrap();
    }
    let rows = fresh.rows(Scan::new().max_result_bytes(300_000)).await;
    let sizes: Vec<_> = rows
        .iter()
        .map(|row| (row.key().to_vec(), row.cells().len()))
        .collect();
    let whole = |row: &str| (row.as_bytes().to_vec(), 1_000);
    assert_eq!(sizes, ["a", "aa", "b", "c"].map(whole));
    let rows = fresh
        .rows(Scan::new().reversed().max_result_bytes(100_000))
        .await;
    assert_eq!(
        rows.iter().map(|row| row.cells().len()).sum::<usize>(),
        4_000
    );
    fresh.drop().await;
    Ok(())
}

pub async fn rows_come_once_while_regions_move_and_split() -> Verdict {
    let fresh = filled("moving").await?;
    let mut scanner = fresh.table.scan(Scan::new().caching(10));
    let mut keys = Vec::new();
    while let Some(row) = scanner.next().await.unwrap() {
        keys.push(String::from_utf8_lossy(row.key()).into_owned());
        if keys.len() == 35 {
            let regions = fresh.admin.regions(fresh.name.as_str()).await.unwrap();
            fresh
                .admin
                .move_region(&regions[0].region, None)
                .await
                .unwrap();
            fresh
                .admin
                .split_region(&regions[1].region, Some(b"150"))
                .await
                .unwrap();
        }
    }
    assert_eq!(keys, numbers(0..300));
    assert_eq!(
        fresh
            .admin
            .regions(fresh.name.as_str())
            .await
            .unwrap()
            .len(),
        4
    );
    let mut back = fresh.table.scan(Scan::new().reversed().caching(10));
    let mut keys = Vec::new();
    while let Some(row) = back.next().await.unwrap() {
        keys.push(String::from_utf8_lossy(row.key()).into_owned());
        if keys.len() == 135 {
            let regions = fresh.admin.regions(fresh.name.as_str()).await.unwrap();
            fresh
                .admin
                .move_region(&regions[2].region, None)
                .await
                .unwrap();
        }
    }
    assert_eq!(keys, numbers((0..300).rev()));
    fresh.drop().await;
    Ok(())
}

/// Longer than the lease of scanners that the servers give (a minute, if nothing is set); set
/// `TACHO_HBASE_SLOW` to run it.
pub async fn a_slow_reader_keeps_its_scanner() -> Verdict {
    if std::env::var_os("TACHO_HBASE_SLOW").is_none() {
        return skip("TACHO_HBASE_SLOW is not set");
    }
    let fresh = filled("slow").await?;
    let mut scanner = fresh.table.scan(Scan::new().caching(10));
    let mut keys = Vec::new();
    while let Some(row) = scanner.next().await.unwrap() {
        keys.push(String::from_utf8_lossy(row.key()).into_owned());
        if keys.len() == 15 {
            tokio::time::sleep(Duration::from_secs(75)).await;
        }
    }
    assert_eq!(keys, numbers(0..300));
    fresh.drop().await;
    Ok(())
}

pub async fn a_raw_scan_shows_marks_and_what_they_hide() -> Verdict {
    let family = Family::new("f").versions(2);
    let fresh = Fresh::with("raw", family, &[]).await?;
    let table = &fresh.table;
    for timestamp in 1..=3 {
        let put = Put::new("r").column_at("f", "q", timestamp, "v");
        table.put(put).await.unwrap();
    }
    table
        .delete(Delete::row("r").newest("f", "q"))
        .await
        .unwrap();
    let left = fresh.rows(Scan::new().versions(u32::MAX)).await;
    let seen = |rows: &[Row]| -> Vec<_> {
        let cells = rows.iter().flat_map(|row| row.cells());
        cells.map(|cell| (cell.timestamp(), cell.kind())).collect()
    };
    assert_eq!(seen(&left)[0], (2, CellKind::Put));
    let late = Delete::row("r").timestamp(2).family("f");
    table.delete(late).await.unwrap();
    assert!(fresh.rows(Scan::new()).await.is_empty());
    let raw = fresh
        .rows(Scan::new().raw().family("f").versions(u32::MAX))
        .await;
    let stored = seen(&raw);
    assert!(stored.contains(&(2, CellKind::DeleteFamily)), "{stored:?}");
    assert!(stored.contains(&(3, CellKind::DeleteVersion)), "{stored:?}");
    assert!(stored.contains(&(3, CellKind::Put)), "{stored:?}");
    fresh.drop().await;
    Ok(())
}

pub async fn of_a_wide_row_a_page_is_read() -> Verdict {
    let fresh = Fresh::new("page", &[]).await?;
    let add = |put: Put, n: u32| put.column("f", format!("{n:03}"), "v");
    fresh
        .table
        .put((0..100).fold(Put::new("r"), add))
        .await
        .unwrap();
    let names = |row: &Row| -> Vec<String> {
        let name = |cell: &Cell| String::from_utf8_lossy(cell.qualifier()).into_owned();
        row.cells().iter().map(name).collect()
    };
    let get = fresh.table.get(Get::new("r").family_page(3, 40)).await;
    assert_eq!(names(&get.unwrap().unwrap()), ["040", "041", "042"]);
    let rows = fresh.rows(Scan::new().family_page(2, 98)).await;
    assert_eq!(names(&rows[0]), ["098", "099"]);
    fresh.drop().await;
    Ok(())
}

pub async fn wide_rows_come_in_parts() -> Verdict {
    let fresh = Fresh::new("batch_of", &["b"]).await?;
    let add = |put: Put, n: u32| put.column("f", format!("{n:03}"), "v");
    for row in ["a", "aa", "b", "c"] {
        let put = (0..100).fold(Put::new(row), add);
        fresh.table.put(put).await.unwrap();
    }
    let part = |row: &Row| (row.key().to_vec(), row.cells().len());
    let expected = |rows: &[&str]| -> Vec<_> {
        let of_one = |row: &&str| [40, 40, 20].map(|cells| (row.as_bytes().to_vec(), cells));
        rows.iter().flat_map(of_one).collect()
    };
    let rows = fresh.rows(Scan::new().batch(40)).await;
    let parts: Vec<_> = rows.iter().map(part).collect();
    assert_eq!(parts, expected(&["a", "aa", "b", "c"]));
    let rows = fresh.rows(Scan::new().batch(40).reversed().limit(3)).await;
    let parts: Vec<_> = rows.iter().map(part).collect();
    assert_eq!(parts, expected(&["c", "b", "aa"]));
    // Between two parts the region moves.
    let mut scanner = fresh.table.scan(Scan::new().batch(7).caching(1));
    let mut names = Vec::new();
    while let Some(row) = scanner.next().await.unwrap() {
        let name = |cell: &Cell| (row.key().to_vec(), cell.qualifier().to_vec());
        names.extend(row.cells().iter().map(name));
        if names.len() == 49 {
            let regions = fresh.admin.regions(fresh.name.as_str()).await.unwrap();
            let moved = fresh.admin.move_region(&regions[0].region, None).await;
            moved.unwrap();
        }
    }
    assert_eq!(names.len(), 400);
    assert!(names.is_sorted() && names.windows(2).all(|two| two[0] != two[1]));
    fresh.drop().await;
    Ok(())
}
