//! Tables that no topology names, and cells that nothing of ours wrote.

use serde_json::json;
use tachograph_engine::query::{HBasePlace, HBaseTableReader, TableQuery, TableReader, answer};
use tachograph_hbase::Put;

use crate::harness::Verdict;
use crate::support::{Written, keys, rows, written};

fn found(written: &Written, query: &TableQuery) -> Result<HBaseTableReader, String> {
    let place = HBasePlace {
        servers: written.servers.clone(),
        zookeeper: Vec::new(),
    };
    HBaseTableReader::found(&place, query)
}

fn put(written: &Written, put: Put) {
    let table = written.client.table(written.name.as_str());
    written.runtime.block_on(table.put(put)).expect("written");
}

pub fn a_table_that_no_topology_names_has_strings() -> Verdict {
    let written = written("found")?;
    let query = TableQuery {
        condition: Some("cast(v, int) > 200 and area != '3'".into()),
        columns: Some(vec!["v".into(), "f:rare".into()]),
        ..written.query()
    };
    let table = found(&written, &query).expect("a table");
    let strings = rows(&table, &query);
    let number = TableQuery {
        condition: Some("v > 200 and area != '3'".into()),
        columns: Some(vec!["v".into()]),
        ..written.query()
    };
    let numbers = rows(&written.archive.view(), &number);
    assert!(!numbers.is_empty());
    assert_eq!(strings.len(), numbers.len());
    for (string, number) in strings.iter().zip(&numbers) {
        let wanted = json!({ "v": number.columns["v"].to_string(), "rare": null });
        assert_eq!(string.columns, *wanted.as_object().expect("an object"));
    }
    assert_eq!(table.remark(), None);
    written.drop();
    Ok(())
}

pub fn what_cannot_be_read_is_told() -> Verdict {
    let written = written("told")?;
    let fast = Put::new("A0-2").timestamp(1);
    put(
        &written,
        fast.column("f", "v", "fast")
            .column("f", "area", [b'7', 0xff]),
    );
    let table = HBaseTableReader::of_topology(&written.config, &written.name);
    let table = table.expect("the cluster answers").expect("the table");
    let query = TableQuery {
        until: Some(2),
        ..written.query()
    };
    let wanted = json!({ "v": null, "ratio": null, "area": "7\\xFF", "note": null, "ok": null });
    let row = rows(&table, &query).remove(0);
    assert_eq!(row.columns, *wanted.as_object().expect("an object"));
    let remark = table.remark().expect("a remark");
    assert!(remark.contains("`fast` of v (int) in row A0-2"), "{remark}");

    let by_record = TableQuery {
        condition: Some("record_id() = 'x'".into()),
        ..written.query()
    };
    assert!(answer(&table, &by_record).is_err());
    let unknown = TableQuery {
        columns: Some(vec!["speed".into()]),
        ..written.query()
    };
    assert!(answer(&table, &unknown).is_err());
    let absent = TableQuery {
        table: "tacho_read_none".into(),
        ..TableQuery::default()
    };
    let fault = found(&written, &absent).err().expect("no such table");
    assert!(
        fault.contains("there is no table tacho_read_none"),
        "{fault}"
    );
    let other = HBaseTableReader::of_topology(&written.config, "other");
    assert!(other.expect("a good topology").is_none());
    written.drop();
    Ok(())
}

pub fn columns_behind_the_first_rows_are_told() -> Verdict {
    let written = written("unseen")?;
    let writer_table = written.client.table(written.name.as_str());
    let puts = (0..1_100).map(|i| Put::new(format!("B{i:04}")).column("f", "w", "1"));
    let done = written.runtime.block_on(writer_table.batch(puts));
    assert!(done.iter().all(|answer| answer.is_ok()));
    put(&written, Put::new("B9").column("f", "rare", "2"));
    let query = TableQuery {
        prefix: Some("B".into()),
        ..written.query()
    };
    let table = found(&written, &query).expect("a table");
    assert_eq!(rows(&table, &query).len(), 1_101);
    let remark = table.remark().expect("a remark");
    assert!(remark.contains("not shown: f:rare"), "{remark}");
    let named = TableQuery {
        columns: Some(vec!["rare".into()]),
        condition: Some("rare = '2'".into()),
        ..query
    };
    let table = found(&written, &named).expect("a table");
    assert_eq!(keys(&table, &named), "B9");
    written.drop();
    Ok(())
}
