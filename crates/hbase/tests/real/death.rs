//! A server that dies while rows are written. `TACHO_HBASE_KILL` is a command that kills a region
//! server without warning, such as `kill -9 PID`; the cluster must have others.

use std::time::{Duration, Instant};

use tachograph_hbase::{Increment, Put, Scan, WriterOptions};

use crate::harness::{Verdict, skip};
use crate::support::Fresh;

const ROWS: u32 = 60_000;

pub async fn acknowledged_rows_outlive_a_server() -> Verdict {
    let Ok(kill) = std::env::var("TACHO_HBASE_KILL") else {
        return skip("TACHO_HBASE_KILL is not set");
    };
    let fresh = Fresh::new("death", &["1", "2", "3", "4", "5"]).await?;
    let options = WriterOptions {
        batch_bytes: 64 << 10,
        calls_per_server: 4,
        ..WriterOptions::default()
    };
    let mut writer = fresh.table.writer(options);
    let counting = tokio::spawn(count(fresh.table.clone(), 500));
    let begun = Instant::now();
    for n in 0..ROWS {
        if n == ROWS / 3 {
            let killed = std::process::Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap();
            assert!(killed.success(), "{kill}");
        }
        writer
            .write(Put::new(key(n)).column("f", "n", n.to_string()))
            .await
            .unwrap();
    }
    writer.flush().await.unwrap();
    eprintln!(
        "death: {ROWS} rows in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    assert_eq!(counting.await.unwrap(), 500);
    let mut expected: Vec<String> = (0..ROWS).map(key).collect();
    expected.push("5counter".to_owned());
    expected.sort();
    assert!(
        fresh.keys(Scan::new()).await == expected,
        "rows are missing or there are others"
    );
    let back = fresh.keys(Scan::new().reversed()).await;
    assert!(
        back.iter().rev().eq(expected.iter()),
        "rows are missing backwards"
    );
    fresh.drop().await;
    Ok(())
}

/// Keys go round the regions.
fn key(n: u32) -> String {
    format!("{}{n:06}", n % 6)
}

/// Counts one by one, and gives what the counter is at the end: more, if one was counted twice.
async fn count(table: tachograph_hbase::Table, times: u32) -> i64 {
    let mut last = 0;
    for _ in 0..times {
        let row = table
            .increment(Increment::new("5counter").column("f", "n", 1))
            .await
            .unwrap()
            .unwrap();
        last = i64::from_be_bytes(row.value("f", "n").unwrap().try_into().unwrap());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    last
}
