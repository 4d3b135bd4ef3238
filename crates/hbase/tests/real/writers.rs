//! Writers: many rows in batches, while regions split and move, and what becomes of faults.

use tachograph_hbase::{ErrorKind, Get, Put, Scan, WriterOptions};

use crate::harness::Verdict;
use crate::support::Fresh;

fn put(n: u32) -> Put {
    Put::new(format!("{n:06}"))
        .timestamp(1)
        .column("f", "n", n.to_string())
}

pub async fn all_rows_arrive_while_regions_split_and_move() -> Verdict {
    let fresh = Fresh::new("writer", &["010000"]).await?;
    let options = WriterOptions {
        batch_bytes: 64 << 10,
        calls_per_server: 4,
        ..WriterOptions::default()
    };
    let mut writer = fresh.table.writer(options);
    let (admin, name) = (fresh.admin.clone(), fresh.name.clone());
    let unrest = tokio::spawn(async move {
        let regions = admin.regions(name.as_str()).await.unwrap();
        admin.move_region(&regions[0].region, None).await.unwrap();
        admin
            .split_region(&regions[1].region, Some(b"015000"))
            .await
            .unwrap();
        let regions = admin.regions(name.as_str()).await.unwrap();
        admin.move_region(&regions[2].region, None).await.unwrap();
        admin
            .split_region(&regions[0].region, Some(b"005000"))
            .await
            .unwrap();
    });
    let mut written = 0;
    // What is written while the regions move, and as much again as makes a region each.
    while written < 20_000 || !unrest.is_finished() {
        writer.write(put(written % 20_000)).await.unwrap();
        written += 1;
    }
    writer.flush().await.unwrap();
    unrest.await.unwrap();
    let keys = fresh.keys(Scan::new()).await;
    assert_eq!(keys.len(), 20_000);
    assert!(
        keys.iter()
            .enumerate()
            .all(|(n, key)| *key == format!("{n:06}"))
    );
    assert_eq!(
        fresh
            .admin
            .regions(fresh.name.as_str())
            .await
            .unwrap()
            .len(),
        4
    );
    fresh.drop().await;
    Ok(())
}

pub async fn failures_come_with_their_changes() -> Verdict {
    let fresh = Fresh::new("failures", &[]).await?;
    let mut writer = fresh
        .client
        .writer(fresh.name.as_str(), WriterOptions::default().in_order());
    writer.write(put(1)).await.unwrap();
    writer
        .write(Put::new("bad").column("g", "q", "v"))
        .await
        .unwrap();
    writer.write(put(2)).await.unwrap();
    let error = writer.flush().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FamilyNotFound);
    let failures = writer.take_failures();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].change.row(), b"bad");
    assert!(fresh.table.exists(Get::new("000001")).await.unwrap());
    assert!(fresh.table.exists(Get::new("000002")).await.unwrap());
    writer.write(put(3)).await.unwrap();
    writer.flush().await.unwrap();
    fresh.drop().await;
    Ok(())
}
