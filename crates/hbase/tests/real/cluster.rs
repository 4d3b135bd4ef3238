//! A client that lives on while things move: one handle, many tasks.

use tachograph_hbase::{Get, Increment};

use crate::harness::Verdict;
use crate::support::Fresh;

pub async fn many_tasks_share_a_client_and_count_exactly_while_a_region_moves() -> Verdict {
    let fresh = Fresh::new("share", &[]).await?;
    let tasks = (0..8).map(|_| {
        let table = fresh.table.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                table
                    .increment(Increment::new("r").column("f", "n", 1))
                    .await
                    .unwrap();
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    for _ in 0..2 {
        let regions = fresh.admin.regions(fresh.name.as_str()).await.unwrap();
        fresh
            .admin
            .move_region(&regions[0].region, None)
            .await
            .unwrap();
    }
    for task in tasks {
        task.await.unwrap();
    }
    let row = fresh.table.get(Get::new("r")).await.unwrap().unwrap();
    assert_eq!(row.value("f", "n"), Some(&400i64.to_be_bytes()[..]));
    fresh.drop().await;
    Ok(())
}
