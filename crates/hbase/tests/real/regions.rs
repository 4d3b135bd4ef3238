//! Regions that are split, merged and moved, and tables that are emptied and made anew, under a client
//! that knows where they were; and what masters are not asked to do.

use tachograph_hbase::{
    ErrorKind, Family, Get, Put, Region, Scan, Table, TableDescriptor, TableState,
};

use crate::harness::Verdict;
use crate::support::{Fresh, client};

async fn fill(table: &Table, rows: u32) {
    let puts = (0..rows).map(|n| Put::new(format!("{n:03}")).column("f", "n", n.to_string()));
    let answers = table.batch(puts).await;
    answers
        .into_iter()
        .for_each(|answer| assert!(answer.is_ok()));
}

async fn first_and_second(fresh: &Fresh) -> [Region; 2] {
    let regions = fresh.admin.regions(fresh.name.as_str()).await.unwrap();
    [regions[0].region.clone(), regions[1].region.clone()]
}

pub async fn merged_regions_are_found_by_a_warm_client() -> Verdict {
    let fresh = Fresh::new("merge", &["100", "200"]).await?;
    fill(&fresh.table, 300).await;
    let mut scanner = fresh.table.scan(Scan::new().caching(10));
    assert!(scanner.next().await.unwrap().is_some());
    let [first, second] = first_and_second(&fresh).await;
    fresh.admin.merge_regions([&first, &second]).await.unwrap();
    let regions = fresh.admin.regions(fresh.name.as_str()).await.unwrap();
    assert_eq!(regions.len(), 2);
    assert_eq!(regions[0].region.end_key(), b"200");
    let mut rest = 0;
    while scanner.next().await.unwrap().is_some() {
        rest += 1;
    }
    assert_eq!(rest, 299);
    assert_eq!(fresh.keys(Scan::new().reversed()).await.len(), 300);
    assert!(fresh.table.exists(Get::new("150")).await.unwrap());
    let alone = fresh.admin.merge_regions([&first, &second]).await;
    assert!(!alone.unwrap_err().is_retryable());
    fresh.drop().await;
    Ok(())
}

pub async fn a_region_is_not_split_outside_of_itself() -> Verdict {
    let fresh = Fresh::new("outside", &["g", "p"]).await?;
    let [_, second] = first_and_second(&fresh).await;
    for key in [&b"z"[..], b"a", b"p", b"g", b""] {
        let error = fresh.admin.split_region(&second, Some(key)).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidArgument);
    }
    fresh
        .admin
        .split_region(&second, Some(b"g\x00\xff"))
        .await
        .unwrap();
    let again = fresh.admin.split_region(&second, Some(b"h")).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::RemoteFatal);
    fresh.drop().await;
    Ok(())
}

pub async fn a_table_made_anew_by_another_client_is_found() -> Verdict {
    let fresh = Fresh::new("anew", &["100"]).await?;
    let other = client().await.unwrap();
    let (admin, name) = (other.admin(), fresh.name.as_str());
    fill(&fresh.table, 200).await;
    admin.disable_table(name).await.unwrap();
    let error = fresh.table.get(Get::new("001")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TableDisabled);
    let flushed = fresh.admin.flush_table(name).await.unwrap_err();
    assert_eq!(flushed.kind(), ErrorKind::TableDisabled);
    admin.truncate_table(name, false).await.unwrap();
    assert!(!fresh.table.exists(Get::new("001")).await.unwrap());
    fill(&fresh.table, 200).await;
    admin.disable_table(name).await.unwrap();
    admin.delete_table(name).await.unwrap();
    let error = fresh.table.get(Get::new("001")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TableNotFound);
    let schema = TableDescriptor::new(name).family(Family::new("f"));
    admin.create_table(&schema, ["050", "150"]).await.unwrap();
    fill(&fresh.table, 200).await;
    assert_eq!(fresh.keys(Scan::new()).await.len(), 200);
    fresh.drop().await;
    Ok(())
}

pub async fn what_is_not_there_is_called_so() -> Verdict {
    let fresh = Fresh::new("there", &[]).await?;
    let (admin, name) = (&fresh.admin, fresh.name.as_str());
    let none = "tacho_no_such_table";
    let schema = TableDescriptor::new(none).family(Family::new("f"));
    let kinds = [
        admin.enable_table(none).await,
        admin.disable_table(none).await,
        admin.delete_table(none).await,
        admin.truncate_table(none, true).await,
        admin.modify_table(&schema).await,
        admin.flush_table(none).await,
        admin.table_state(none).await.map(drop),
    ]
    .map(|done| done.unwrap_err().kind());
    assert_eq!(kinds, [ErrorKind::TableNotFound; 7]);
    let twice = admin.enable_table(name).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::TableEnabled);
    assert!(
        twice
            .class()
            .unwrap()
            .ends_with("TableNotDisabledException")
    );
    assert_eq!(admin.table_state(name).await.unwrap(), TableState::Enabled);
    admin.flush_table("hbase:meta").await.unwrap();
    let bad = TableDescriptor::new("no name").family(Family::new("f"));
    let refused = admin.create_table(&bad, [""; 0]).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::RemoteFatal);
    fresh.drop().await;
    Ok(())
}

pub async fn a_schema_is_changed_in_part() -> Verdict {
    let family = Family::new("f").configured("hbase.hstore.blockingStoreFiles", "20");
    let fresh = Fresh::with("part", family, &[]).await?;
    let (admin, name) = (&fresh.admin, fresh.name.as_str());
    let told = admin.describe_table(name).await.unwrap();
    admin
        .modify_table(&told.family(Family::new("g")))
        .await
        .unwrap();
    let changed = admin.describe_table(name).await.unwrap();
    assert_eq!(changed.families().len(), 2);
    let kept = changed.families()[0].configuration();
    assert_eq!(kept["hbase.hstore.blockingStoreFiles"], "20");
    let changed = changed
        .without_family("g")
        .setting("MAX_FILESIZE", "1073741824");
    admin.modify_table(&changed).await.unwrap();
    let last = admin.describe_table(name).await.unwrap();
    assert_eq!(last.families().len(), 1);
    assert_eq!(last.settings()["MAX_FILESIZE"], "1073741824");
    fresh.drop().await;
    Ok(())
}
