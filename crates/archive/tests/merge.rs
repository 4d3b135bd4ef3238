//! Files of several row groups are merged: every row stands once, in order, its newest version.

use std::collections::BTreeMap;
use std::sync::Arc;

use tachograph_archive::{ColumnConfig, Compaction, Scan, Table, TableConfig};
use tachograph_event::strings::StringBuilder;
use tachograph_event::{BatchBuilder, Origin, Type, Value};

/// Rows of a file: more than a row group has.
const ROWS: u64 = 70_000;

fn config() -> TableConfig {
    TableConfig {
        name: "T".into(),
        columns: vec![ColumnConfig {
            family: "d".into(),
            qualifier: "v".into(),
            ty: Type::Long,
        }],
        bucket_ms: 1_000_000,
        ttl_ms: None,
        versions: 1,
        memtable_bytes: 1 << 30,
    }
}

/// Writes file `file`: keys at steps of a number of its own, so that files share some.
fn write(table: &Table, file: u64, newest: &mut BTreeMap<String, i64>) {
    let mut batch = BatchBuilder::new(Arc::new(table.config().event_type()));
    let mut keys = StringBuilder::default();
    for i in 0..ROWS {
        let key = format!("{:08}", i * (file + 2));
        let value = (file * ROWS + i) as i64;
        let position = file * ROWS + i;
        let partition = 0;
        batch.push(
            file as i64,
            Origin {
                partition,
                position,
            },
            [Value::Long(value)],
        );
        keys.push(&key);
        newest.insert(key, value);
    }
    let batch = Arc::new(batch.finish());
    table
        .write(keys.finish(), batch, &Arc::from([0]))
        .expect("written");
    table.flush().expect("flushed");
}

#[test]
fn merged_files_have_every_row_once_in_its_newest_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    let mut newest = BTreeMap::new();
    (0..4).for_each(|file| write(&table, file, &mut newest));
    assert_eq!(table.files().len(), 4);
    let merged = table.compact(&false.into()).expect("merged");
    assert_eq!(merged, Compaction::Merged);
    let [merged] = &table.files()[..] else {
        panic!("one file is left: {:?}", table.files());
    };
    assert_eq!(merged.rows, newest.len() as u64);
    assert_eq!((merged.min_time, merged.max_time), (0, 3));
    let rows = table.view().scan(Scan::default()).expect("a scan");
    let mut expected = newest.into_iter();
    for row in rows {
        let row = row.expect("a row");
        let value = row.values[0].as_i64();
        let found = value.map(|value| (row.key, value));
        assert_eq!(found, expected.next());
    }
    assert_eq!(expected.next(), None);
    table.publish().expect("published");
    let parquet = |e: &std::fs::DirEntry| e.path().extension().is_some_and(|e| e == "parquet");
    let files = std::fs::read_dir(folder.path()).expect("a folder");
    assert_eq!(
        files.flatten().filter(parquet).count(),
        1,
        "what was merged is gone"
    );
}

#[test]
fn threads_that_read_at_the_same_time_read_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut newest = BTreeMap::new();
    {
        let table = Table::open(folder.path(), config()).expect("a table");
        (0..2).for_each(|file| write(&table, file, &mut newest));
    }
    let table = Table::open_read_only(folder.path()).expect("a table");
    let count = || {
        let rows = table.view().scan(Scan::default()).expect("a scan");
        rows.map(|row| row.expect("a row").values[0].as_i64().unwrap_or(0))
            .sum::<i64>()
    };
    let expected: i64 = newest.values().sum();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(count)).collect();
        for reader in readers {
            assert_eq!(reader.join().expect("no panic"), expected);
        }
    });
}
