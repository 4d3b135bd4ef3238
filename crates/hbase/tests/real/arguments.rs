//! Requests that no server could answer, and those at the edge: said at once, not tried until the
//! deadline.

use std::fmt::Debug;
use std::time::Duration;

use tachograph_hbase::{
    Action, Condition, Delete, ErrorKind, Family, Filter, Get, Increment, Put, Result, Scan,
};

use crate::harness::Verdict;
use crate::support::Fresh;

/// Tries again for so long would be far longer.
const AT_ONCE: Duration = Duration::from_secs(20);

async fn refused<T: Debug>(kind: ErrorKind, what: &str, work: impl Future<Output = Result<T>>) {
    let done = tokio::time::timeout(AT_ONCE, work).await;
    let error = done.unwrap_or_else(|_| panic!("{what} is tried again"));
    assert_eq!(error.unwrap_err().kind(), kind, "{what}");
}

pub async fn what_no_server_could_answer_is_said_at_once() -> Verdict {
    let fresh = Fresh::new("wrong", &[]).await?;
    let table = &fresh.table;
    let wrong = ErrorKind::InvalidArgument;
    for get in [
        Get::new(""),
        Get::new([b'x'; 32_768]),
        Get::new("r").versions(0),
        Get::new("r").time_range(2, 1),
    ] {
        let said = format!("{:?}", get.row().len());
        refused(wrong, &said, table.get(get)).await;
    }
    for scan in [
        Scan::new().versions(0),
        Scan::new().time_range(2, 1),
        Scan::new().start([b'x'; 32_768]),
        Scan::new().stop([b'x'; 32_768]),
    ] {
        let said = format!("{scan:?}").chars().take(200).collect::<String>();
        refused(wrong, &said, table.scan(scan).next()).await;
    }
    let early = Delete::row("r").timestamp(-1);
    refused(wrong, "a delete before 1970", table.delete(early)).await;
    let back = Increment::new("r").column("f", "n", 1).time_range(2, 1);
    refused(wrong, "an increment", table.increment(back)).await;
    let back = Condition::absent("r", "f", "q").time_range(2, 1);
    let made = table.check_and_mutate(back, Delete::row("r"));
    refused(wrong, "a condition", made).await;
    fresh.drop().await;
    Ok(())
}

pub async fn what_servers_refuse_is_not_tried_again() -> Verdict {
    let fresh = Fresh::new("refused", &[]).await?;
    let table = &fresh.table;
    let fatal = ErrorKind::RemoteFatal;
    let long = Put::new("r").column("f", "q", vec![1; 11 << 20]);
    refused(fatal, "a cell of 11 MiB", table.put(long)).await;
    let long = Put::new("r").column("f", "q", vec![1; 257 << 20]);
    refused(fatal, "a request of 257 MiB", table.put(long)).await;
    let unknown = Get::new("r").filter(Filter::custom("no.such.Filter", "x"));
    refused(fatal, "a filter", table.get(unknown)).await;
    table
        .put(Put::new("r").column("f", "text", "x"))
        .await
        .unwrap();
    let text = Increment::new("r").column("f", "text", 1);
    refused(fatal, "a text as a number", table.increment(text)).await;
    // Of a batch, only the action that is wrong fails.
    let actions: [Action; 3] = [
        Get::new("r").into(),
        Increment::new("r").column("f", "text", 1).into(),
        Put::new("r").column("none", "q", "v").into(),
    ];
    let answers = tokio::time::timeout(AT_ONCE, table.batch(actions)).await;
    let kinds = answers.expect("in time").into_iter();
    let kinds: Vec<_> = kinds.map(|answer| answer.err().map(|e| e.kind())).collect();
    assert_eq!(kinds, [None, Some(fatal), Some(ErrorKind::FamilyNotFound)]);
    fresh.drop().await;
    Ok(())
}

pub async fn the_greatest_numbers_mean_all_and_for_ever() -> Verdict {
    let fresh = Fresh::with("greatest", Family::new("f").versions(9), &[]).await?;
    let table = &fresh.table;
    for timestamp in 1..=3 {
        let put = Put::new("r").column_at("f", "q", timestamp, "v");
        table.put(put).await.unwrap();
    }
    let cells = |row: Option<tachograph_hbase::Row>| row.map_or(0, |row| row.cells().len());
    let all = table.get(Get::new("r").versions(u32::MAX)).await.unwrap();
    assert_eq!(cells(all), 3);
    let scan = Scan::new().versions(u32::MAX).max_result_bytes(u64::MAX);
    assert_eq!(cells(table.scan(scan).next().await.unwrap()), 3);
    let before = Get::new("r").versions(u32::MAX).time_range(i64::MIN, 3);
    assert_eq!(cells(table.get(before).await.unwrap()), 2);
    let put = Put::new("s").ttl(Duration::MAX).column("f", "q", "v");
    table.put(put).await.unwrap();
    assert!(table.exists(Get::new("s")).await.unwrap());
    let longest = [0xff; 32_767];
    table
        .put(Put::new(longest).column("f", "", ""))
        .await
        .unwrap();
    let last = fresh.rows(Scan::new().reversed().limit(1)).await;
    assert_eq!(last[0].key(), longest);
    assert_eq!(last[0].value("f", ""), Some(&b""[..]));
    fresh.drop().await;
    Ok(())
}
