//! Tables and namespaces as a whole.

use std::time::Duration;

use tachograph_hbase::{
    BloomFilter, ErrorKind, Family, Get, Put, Scan, TableDescriptor, TableState,
};

use crate::harness::Verdict;
use crate::support::{Fresh, client};

pub async fn a_table_is_described_as_it_was_created() -> Verdict {
    let family = Family::new("d")
        .versions(4)
        .ttl(Duration::from_secs(86_400))
        .bloom_filter(BloomFilter::RowColumn)
        .compression("GZ")
        .in_memory(true);
    let fresh = Fresh::with("schema", family, &["g", "p"]).await?;
    let name = fresh.name.as_str();
    let schema = fresh.admin.describe_table(name).await.unwrap();
    let settings = schema.families()[0].settings();
    let expected = [
        ("VERSIONS", "4"),
        ("TTL", "86400"),
        ("BLOOMFILTER", "ROWCOL"),
        ("COMPRESSION", "GZ"),
    ];
    for (setting, value) in expected {
        assert_eq!(
            settings.get(setting).map(String::as_str),
            Some(value),
            "{setting}"
        );
    }
    let meta = fresh.admin.regions("hbase:meta").await.unwrap();
    assert!(meta.len() == 1 && meta[0].server.is_some());
    let regions = fresh.admin.regions(name).await.unwrap();
    let starts: Vec<_> = regions
        .iter()
        .map(|at| at.region.start_key().to_vec())
        .collect();
    assert_eq!(starts, [&b""[..], b"g", b"p"]);
    let live = fresh.admin.servers().await.unwrap();
    assert!(
        regions
            .iter()
            .all(|at| live.contains(at.server.as_ref().unwrap()))
    );
    let schema = TableDescriptor::new(name)
        .family(Family::new("d").versions(2))
        .family(Family::new("e"));
    fresh.admin.modify_table(&schema).await.unwrap();
    let changed = fresh.admin.describe_table(name).await.unwrap();
    assert_eq!(changed.families().len(), 2);
    fresh
        .table
        .put(Put::new("r").column("e", "q", "v"))
        .await
        .unwrap();
    fresh.drop().await;
    Ok(())
}

pub async fn a_table_lives_and_dies() -> Verdict {
    let fresh = Fresh::new("life", &["m"]).await?;
    let (admin, name) = (&fresh.admin, fresh.name.as_str());
    assert!(
        admin
            .list_tables()
            .await
            .unwrap()
            .contains(fresh.table.name())
    );
    assert!(admin.table_exists(name).await.unwrap());
    let again = admin
        .create_table(&TableDescriptor::new(name).family(Family::new("f")), ["x"])
        .await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::TableExists);
    fresh
        .table
        .put(Put::new("r").column("f", "q", "v"))
        .await
        .unwrap();
    admin.flush_table(name).await.unwrap();
    admin.compact_table(name, true).await.unwrap();
    assert_eq!(
        admin.delete_table(name).await.unwrap_err().kind(),
        ErrorKind::TableEnabled
    );
    admin.disable_table(name).await.unwrap();
    assert_eq!(admin.table_state(name).await.unwrap(), TableState::Disabled);
    assert_eq!(
        admin.disable_table(name).await.unwrap_err().kind(),
        ErrorKind::TableDisabled
    );
    admin.enable_table(name).await.unwrap();
    assert!(fresh.table.get(Get::new("r")).await.unwrap().is_some());
    admin.disable_table(name).await.unwrap();
    admin.truncate_table(name, true).await.unwrap();
    assert!(fresh.keys(Scan::new()).await.is_empty());
    assert_eq!(admin.regions(name).await.unwrap().len(), 2);
    admin.disable_table(name).await.unwrap();
    admin.delete_table(name).await.unwrap();
    assert!(!admin.table_exists(name).await.unwrap());
    assert_eq!(
        admin.describe_table(name).await.unwrap_err().kind(),
        ErrorKind::TableNotFound
    );
    Ok(())
}

pub async fn namespaces_hold_tables() -> Verdict {
    let client = client().await?;
    let admin = client.admin();
    let space = format!("tacho{}", std::process::id());
    admin.create_namespace(&space).await.unwrap();
    assert!(admin.list_namespaces().await.unwrap().contains(&space));
    let name = format!("{space}:cars");
    let schema = TableDescriptor::new(name.as_str()).family(Family::new("f"));
    admin.create_table(&schema, ["g", "p"]).await.unwrap();
    let table = client.table(name.as_str());
    table
        .put(Put::new("zebra").column("f", "q", "v"))
        .await
        .unwrap();
    assert!(table.exists(Get::new("zebra")).await.unwrap());
    assert_eq!(admin.regions(name.as_str()).await.unwrap().len(), 3);
    admin.disable_table(name.as_str()).await.unwrap();
    admin.delete_table(name.as_str()).await.unwrap();
    admin.delete_namespace(&space).await.unwrap();
    let gone = admin.delete_namespace(&space).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NamespaceNotFound);
    Ok(())
}
