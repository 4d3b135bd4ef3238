//! One row: written, read, counted, lengthened, deleted, on conditions; and many at once.

use tachograph_hbase::{
    Action, Append, Comparator, Compare, Condition, Delete, ErrorKind, Family, Filter, Get,
    Increment, Mutation, Put, Scan,
};

use crate::harness::Verdict;
use crate::support::Fresh;

pub async fn a_row_is_read_as_it_was_written() -> Verdict {
    let fresh = Fresh::with("data", Family::new("f").versions(3), &[]).await?;
    let table = &fresh.table;
    assert!(table.get(Get::new("r")).await.unwrap().is_none());
    for (timestamp, value) in [(1_000, "old"), (3_000, "new"), (2_000, "middle")] {
        table
            .put(Put::new("r").timestamp(timestamp).column("f", "q", value))
            .await
            .unwrap();
    }
    table
        .put(
            Put::new("r")
                .column("f", "\u{0}", "")
                .column("f", "big", vec![7; 300_000]),
        )
        .await
        .unwrap();
    let row = table
        .get(Get::new("r").column("f", "q").versions(9))
        .await
        .unwrap()
        .unwrap();
    let versions: Vec<_> = row
        .cells()
        .iter()
        .map(|c| (c.timestamp(), c.value()))
        .collect();
    assert_eq!(
        versions,
        [(3_000, &b"new"[..]), (2_000, b"middle"), (1_000, b"old")]
    );
    let row = table.get(Get::new("r")).await.unwrap().unwrap();
    assert_eq!(row.value("f", "\u{0}"), Some(&b""[..]));
    assert_eq!(row.value("f", "big").unwrap(), [7; 300_000]);
    let row = table
        .get(Get::new("r").time_range(0, 2_000))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.value("f", "q"), Some(&b"old"[..]));
    assert!(table.exists(Get::new("r")).await.unwrap());
    assert!(!table.exists(Get::new("s")).await.unwrap());
    fresh.drop().await;
    Ok(())
}

pub async fn deletes_hide_what_they_name() -> Verdict {
    let fresh = Fresh::with("delete", Family::new("f").versions(3), &[]).await?;
    let table = &fresh.table;
    for timestamp in [10, 20, 30] {
        let put = Put::new("r")
            .timestamp(timestamp)
            .column("f", "a", "x")
            .column("f", "b", "y");
        table.put(put).await.unwrap();
    }
    let left = async |qualifier: &str| {
        let get = Get::new("r").column("f", qualifier).versions(9);
        table
            .get(get)
            .await
            .unwrap()
            .map_or(0, |row| row.cells().len())
    };
    table
        .delete(Delete::row("r").version("f", "a", 20))
        .await
        .unwrap();
    assert_eq!((left("a").await, left("b").await), (2, 3));
    table
        .delete(Delete::row("r").timestamp(20).column("f", "b"))
        .await
        .unwrap();
    assert_eq!(left("b").await, 1);
    table
        .delete(Delete::row("r").family_version("f", 30))
        .await
        .unwrap();
    assert_eq!((left("a").await, left("b").await), (1, 0));
    table.delete(Delete::row("r").timestamp(5)).await.unwrap();
    assert_eq!(left("a").await, 1);
    table.delete(Delete::row("r")).await.unwrap();
    assert_eq!(left("a").await, 0);
    fresh.drop().await;
    Ok(())
}

pub async fn counters_count_and_values_grow() -> Verdict {
    let fresh = Fresh::new("count", &[]).await?;
    let table = &fresh.table;
    for expected in [5i64, 10] {
        let row = table
            .increment(Increment::new("r").column("f", "n", 5))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.value("f", "n"), Some(&expected.to_be_bytes()[..]));
    }
    table
        .append(Append::new("r").column("f", "t", "ab"))
        .await
        .unwrap();
    let row = table
        .append(Append::new("r").column("f", "t", "cd"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.value("f", "t"), Some(&b"abcd"[..]));
    fresh.drop().await;
    Ok(())
}

pub async fn a_change_waits_for_its_condition() -> Verdict {
    let fresh = Fresh::new("check", &[]).await?;
    let table = &fresh.table;
    let put = |value: &str| Put::new("r").column("f", "q", value);
    let check = async |condition, change: Mutation| {
        table.check_and_mutate(condition, change).await.unwrap()
    };
    assert!(check(Condition::absent("r", "f", "q"), put("5").into()).await);
    assert!(!check(Condition::absent("r", "f", "q"), put("6").into()).await);
    assert!(!check(Condition::equals("r", "f", "q", "6"), put("7").into()).await);
    let compares =
        |compare, with| Condition::compares("r", "f", "q", compare, Comparator::binary(with));
    assert!(check(compares(Compare::Greater, "4"), put("5").into()).await);
    assert!(!check(compares(Compare::Greater, "5"), put("5").into()).await);
    assert!(check(compares(Compare::LessOrEqual, "5"), put("5").into()).await);
    assert!(!check(compares(Compare::Less, "5"), put("5").into()).await);
    let filter = Filter::value(Compare::Equal, Comparator::substring("5"));
    assert!(check(Condition::filter("r", filter), Delete::row("r").into()).await);
    assert!(table.get(Get::new("r")).await.unwrap().is_none());
    let error = table
        .check_and_mutate(Condition::absent("other", "f", "q"), put("1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    fresh.drop().await;
    Ok(())
}

pub async fn changes_of_a_row_are_made_together() -> Verdict {
    let fresh = Fresh::new("together", &[]).await?;
    let table = &fresh.table;
    table
        .put(Put::new("r").column("f", "a", "1"))
        .await
        .unwrap();
    let changes = [
        Put::new("r").column("f", "b", "2").into(),
        Delete::row("r").column("f", "a").into(),
    ];
    table.mutate_row(&changes).await.unwrap();
    let row = table.get(Get::new("r")).await.unwrap().unwrap();
    assert_eq!(
        (row.value("f", "a"), row.value("f", "b")),
        (None, Some(&b"2"[..]))
    );
    let wrong = [
        Put::new("r").column("f", "c", "3").into(),
        Put::new("r").column("g", "x", "4").into(),
    ];
    let error = table.mutate_row(&wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FamilyNotFound);
    assert!(
        table
            .get(Get::new("r").column("f", "c"))
            .await
            .unwrap()
            .is_none()
    );
    let made = table
        .check_and_mutate_row(Condition::equals("r", "f", "b", "2"), &changes[..1])
        .await;
    assert!(made.unwrap());
    let made = table
        .check_and_mutate_row(Condition::equals("r", "f", "b", "9"), &changes[..1])
        .await;
    assert!(!made.unwrap());
    fresh.drop().await;
    Ok(())
}

pub async fn a_batch_answers_each_action() -> Verdict {
    let fresh = Fresh::new("batch", &["b", "c"]).await?;
    let table = &fresh.table;
    let puts = ["c1", "a1", "b1", "a2"].map(|row| Put::new(row).column("f", "q", row));
    assert!(
        table
            .batch(puts)
            .await
            .iter()
            .all(|answer| answer.as_ref().unwrap().is_none())
    );
    let actions: Vec<Action> = vec![
        Get::new("b1").into(),
        Put::new("a3").column("none", "q", "v").into(),
        Increment::new("c1").column("f", "n", 3).into(),
        Get::new("missing").into(),
        Delete::row("a1").into(),
        Put::new("").column("f", "q", "v").into(),
        Get::new("a2").into(),
    ];
    let answers = table.batch(actions).await;
    let value = |at: usize, qualifier| {
        let row = answers[at].as_ref().unwrap().as_ref()?;
        row.value("f", qualifier).map(<[u8]>::to_vec)
    };
    assert_eq!(value(0, "q"), Some(b"b1".to_vec()));
    assert_eq!(
        answers[1].as_ref().unwrap_err().kind(),
        ErrorKind::FamilyNotFound
    );
    assert_eq!(value(2, "n"), Some(3i64.to_be_bytes().to_vec()));
    assert_eq!(value(3, "q"), None);
    assert_eq!(
        answers[5].as_ref().unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    assert_eq!(value(6, "q"), Some(b"a2".to_vec()));
    assert!(table.get(Get::new("a1")).await.unwrap().is_none());
    fresh.drop().await;
    Ok(())
}

/// Servers take cells of 10 MiB at most, and fail the whole region's part of a call with a larger one.
pub async fn a_cell_that_is_too_large_fails_alone() -> Verdict {
    let fresh = Fresh::new("large", &["r10"]).await?;
    let put = |n: usize| {
        let bytes = if n == 7 { 11 << 20 } else { 1 };
        Put::new(format!("r{n:02}")).column("f", "q", vec![b'x'; bytes])
    };
    let answers = fresh.table.batch((0..20).map(put)).await;
    let failed = answers.iter().enumerate().filter(|(_, a)| a.is_err());
    let failed: Vec<usize> = failed.map(|(n, _)| n).collect();
    assert_eq!(failed, [7]);
    assert_eq!(fresh.keys(Scan::new()).await.len(), 19);
    fresh.drop().await;
    Ok(())
}

pub async fn a_fault_that_would_come_again_comes_at_once() -> Verdict {
    let fresh = Fresh::new("fault", &[]).await?;
    let none = fresh.client.table("tacho_no_such_table");
    let error = none.get(Get::new("r")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TableNotFound);
    let error = fresh
        .table
        .put(Put::new("r").column("g", "q", "v"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FamilyNotFound);
    fresh
        .admin
        .disable_table(fresh.name.as_str())
        .await
        .unwrap();
    let error = fresh.table.get(Get::new("r")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TableDisabled);
    fresh.admin.delete_table(fresh.name.as_str()).await.unwrap();
    Ok(())
}

pub async fn cells_disappear_after_their_time() -> Verdict {
    let fresh = Fresh::new("ttl", &[]).await?;
    let ttl = std::time::Duration::from_millis(1_500);
    fresh
        .table
        .put(Put::new("r").ttl(ttl).column("f", "q", "v"))
        .await
        .unwrap();
    fresh
        .table
        .put(Put::new("s").column("f", "q", "v"))
        .await
        .unwrap();
    let count = Increment::new("n").ttl(ttl).column("f", "n", 1);
    fresh.table.increment(count).await.unwrap();
    let append = Append::new("t").ttl(ttl).column("f", "t", "v");
    fresh.table.append(append).await.unwrap();
    let there = async || {
        let rows = ["r", "n", "t"].map(Get::new);
        let answers = fresh.table.batch(rows).await.into_iter();
        answers
            .filter(|answer| answer.as_ref().unwrap().is_some())
            .count()
    };
    let gone = async {
        while there().await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), gone)
        .await
        .expect("it disappears");
    assert!(fresh.table.exists(Get::new("s")).await.unwrap());
    fresh.drop().await;
    Ok(())
}
