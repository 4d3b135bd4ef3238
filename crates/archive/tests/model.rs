//! The archive against a map: random writes with replays, flushes, compactions and reopening.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use tachograph_archive::{ColumnConfig, Row, Scan, Table, TableConfig};
use tachograph_event::{Batch, BatchBuilder, EventType, Origin, StringColumn, Type, Value};

fn config() -> TableConfig {
    let column = |qualifier: &str, ty| ColumnConfig {
        family: "cf".into(),
        qualifier: qualifier.into(),
        ty,
    };
    TableConfig {
        name: "T".into(),
        columns: vec![
            column("text", Type::Str),
            column("number", Type::Int),
            column("real", Type::Double),
        ],
        bucket_ms: 100,
        ttl_ms: None,
        versions: 1,
        memtable_bytes: 1 << 20,
    }
}

/// A record: key, time, position; its values follow from these.
type Record = (u8, u8, u16);

fn values((key, time, position): Record) -> Vec<Value> {
    let text = if position.is_multiple_of(5) {
        Value::Null
    } else {
        Value::str(format!("v{position}"))
    };
    vec![
        text,
        Value::Int(i32::from(time)),
        Value::Double(f64::from(key) / 2.0),
    ]
}

fn key_of((key, ..): Record) -> String {
    format!("k{:03}", key)
}

fn write(table: &Table, records: &[Record]) {
    let event_type = Arc::new(EventType::new(
        "R",
        [
            ("text", Type::Str),
            ("number", Type::Int),
            ("real", Type::Double),
        ],
    ));
    let mut builder = BatchBuilder::new(event_type);
    let mut text = String::new();
    let mut spans = Vec::new();
    for record in records {
        let origin = Origin {
            partition: 0,
            position: u64::from(record.2),
        };
        builder.push(i64::from(record.1), origin, values(*record));
        let key = key_of(*record);
        spans.push((text.len() as u32, key.len() as u32));
        text.push_str(&key);
    }
    let keys = StringColumn::new(Arc::new(text), spans);
    let batch: Arc<Batch> = Arc::new(builder.finish());
    table
        .write(keys, batch, &Arc::from([0, 1, 2]))
        .expect("rows are written");
}

/// What the table must hold: the newest record of each key.
#[derive(Default)]
struct Model {
    rows: BTreeMap<String, Record>,
}

impl Model {
    fn write(&mut self, records: &[Record]) {
        for record in records {
            let version = |r: &Record| (r.1, r.2);
            let held = self.rows.entry(key_of(*record)).or_insert(*record);
            if version(record) > version(held) {
                *held = *record;
            }
        }
    }
}

fn expected(record: Record) -> Row {
    Row {
        key: key_of(record),
        time: i64::from(record.1),
        origin: Origin {
            partition: 0,
            position: u64::from(record.2),
        },
        values: values(record),
    }
}

fn check(table: &Table, model: &Model) {
    let view = table.view();
    let rows: Vec<Row> = view
        .scan(Scan::default())
        .expect("a scan")
        .map(|r| r.expect("a row"))
        .collect();
    let wanted: Vec<Row> = model.rows.values().map(|r| expected(*r)).collect();
    assert_eq!(rows, wanted);
    for (key, record) in &model.rows {
        assert_eq!(
            view.get(key).expect("a get"),
            Some(expected(*record)),
            "{key}"
        );
    }
    assert_eq!(view.get("absent").expect("a get"), None);
    let part = Scan {
        from: Some("k050".into()),
        to: Some("k120".into()),
        limit: Some(7),
        ..Scan::default()
    };
    let rows: Vec<Row> = view
        .scan(part)
        .expect("a scan")
        .map(|r| r.expect("a row"))
        .collect();
    let in_range = |r: &&Row| r.key.as_str() >= "k050" && r.key.as_str() < "k120";
    assert_eq!(
        rows,
        wanted
            .iter()
            .filter(in_range)
            .take(7)
            .cloned()
            .collect::<Vec<Row>>()
    );
}

#[derive(Debug, Clone)]
enum Step {
    Write(Vec<Record>),
    Replay,
    Flush,
    Compact,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let record = (0..160_u8, 0..=255_u8, 0..1_000_u16);
    prop_oneof![
        4 => prop::collection::vec(record, 1..40).prop_map(Step::Write),
        1 => Just(Step::Replay),
        2 => Just(Step::Flush),
        2 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_the_newest_record_of_each_key(steps in prop::collection::vec(step(), 1..25)) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut table = Table::open(folder.path(), config()).expect("a table");
        let mut model = Model::default();
        let mut last = Vec::new();
        for step in steps {
            match step {
                Step::Write(records) => {
                    // A position is a record's identity: the same one has the same contents.
                    write(&table, &records);
                    model.write(&records);
                    last = records;
                }
                Step::Replay if !last.is_empty() => write(&table, &last),
                Step::Replay => {}
                Step::Flush => table.flush().expect("a flush"),
                Step::Compact => {
                    table.compact(&false.into()).expect("a compaction");
                }
                Step::Reopen => {
                    table.flush().expect("a flush");
                    drop(table);
                    table = Table::open(folder.path(), config()).expect("a table");
                }
            }
            check(&table, &model);
        }
    }
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    write(&table, &[(1, 1, 1)]);
    table.flush().expect("a flush");
    let refused = Table::open(folder.path(), config()).expect_err("the table is being written");
    assert!(
        refused
            .message
            .contains("another process writes this table"),
        "{refused}"
    );
    let reader = Table::open_read_only(folder.path()).expect("a reader");
    assert_eq!(
        reader.view().get("k001").expect("a get"),
        Some(expected((1, 1, 1)))
    );
}

#[test]
fn what_a_crash_left_between_writing_and_switching_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    write(&table, &[(1, 1, 1)]);
    table.flush().expect("a flush");
    drop(table);
    let orphan = folder.path().join("0000000099.parquet");
    std::fs::write(&orphan, b"half a file").expect("a file");
    std::fs::write(folder.path().join("MANIFEST.next"), b"half").expect("a file");
    let table = Table::open(folder.path(), config()).expect("a table");
    assert!(!orphan.exists());
    assert_eq!(
        table.view().get("k001").expect("a get"),
        Some(expected((1, 1, 1)))
    );
}

#[test]
fn a_damaged_manifest_is_told_and_touches_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    write(&table, &[(1, 1, 1)]);
    table.flush().expect("a flush");
    drop(table);
    let path = folder.path().join("MANIFEST");
    let mut bytes = std::fs::read(&path).expect("the manifest");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xFF;
    std::fs::write(&path, bytes).expect("the manifest");
    let fault = Table::open(folder.path(), config()).expect_err("the manifest is damaged");
    assert!(
        fault.message.contains("MANIFEST") && fault.message.contains("checksum"),
        "{fault}"
    );
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("the folder")
            .count(),
        3
    );
}

#[test]
fn a_time_range_gives_the_rows_of_that_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    let records: Vec<Record> = (0..=255).map(|i: u8| (i, i, u16::from(i))).collect();
    write(&table, &records[..200]);
    table.flush().expect("a flush");
    write(&table, &records[200..]);
    let scan = Scan {
        since: Some(95),
        until: Some(205),
        ..Scan::default()
    };
    let rows = table.view().scan(scan).expect("a scan");
    let times: Vec<i64> = rows.map(|r| r.expect("a row").time).collect();
    assert_eq!(times, (95..205).collect::<Vec<i64>>());
}

#[test]
fn a_flush_waits_for_what_another_writer_has_moved_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    write(&table, &[(1, 1, 1)]);
    let other = table.freeze().expect("a memtable");
    table.flush().expect("a flush");
    let reader = Table::open_read_only(folder.path()).expect("a reader");
    let row = reader.view().get("k001").expect("a get");
    assert_eq!(row, Some(expected((1, 1, 1))));
    other.run().expect("it is in files already");
    assert_eq!(table.files().len(), 1);
}

#[test]
fn a_table_that_has_seen_no_row_drops_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let ttl_ms = Some(1_000);
    let config = TableConfig { ttl_ms, ..config() };
    let table = Table::open(folder.path(), config).expect("a table");
    write(&table, &[(1, 1, 1)]);
    table.flush().expect("a flush");
    assert!(!table.drop_expired(i64::MIN));
    assert!(table.drop_expired(5_000));
}

#[test]
fn a_publication_that_failed_is_told_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    write(&table, &[(1, 1, 1)]);
    std::fs::create_dir(folder.path().join("MANIFEST.next")).expect("in the way");
    table.flush().expect_err("the manifest cannot be written");
    table.publish().expect_err("nor is it now");
}

#[test]
fn rows_at_the_ends_of_time_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    let event_type = Arc::new(EventType::new("R", [("text", Type::Str)]));
    let mut builder = BatchBuilder::new(event_type);
    for (position, time) in [i64::MIN, i64::MIN + 1, 0, i64::MAX]
        .into_iter()
        .enumerate()
    {
        let position = position as u64;
        let origin = Origin {
            partition: 0,
            position,
        };
        builder.push(time, origin, vec![Value::str("v")]);
    }
    let keys = StringColumn::new(Arc::new("abcd".into()), (0..4).map(|i| (i, 1)).collect());
    let slots = Arc::from([0, 0, 0]);
    let written = table.write(keys, Arc::new(builder.finish()), &slots);
    written.expect("rows are written");
    table.flush().expect("a flush");
    let rows = table.files().iter().map(|f| f.rows).sum::<u64>();
    assert_eq!((rows, table.files().len()), (4, 3));
}

/// Writes a row whose text is as long as that.
fn write_wide(table: &Table, position: u64, bytes: usize) {
    let event_type = Arc::new(EventType::new("R", [("text", Type::Str)]));
    let mut builder = BatchBuilder::new(event_type);
    let origin = Origin {
        partition: 0,
        position,
    };
    builder.push(0, origin, vec![Value::str("v".repeat(bytes))]);
    let keys = StringColumn::new(Arc::new("k".into()), vec![(0, 1)]);
    let written = table.write(keys, Arc::new(builder.finish()), &Arc::from([0, 0, 0]));
    written.expect("a row is written");
}

#[test]
fn a_memtable_is_as_large_as_what_its_rows_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    let bound = config().memtable_bytes;
    (0..7).for_each(|n| write_wide(&table, n, bound / 8));
    assert!(!table.wants_flush());
    (7..9).for_each(|n| write_wide(&table, n, bound / 8));
    assert!(
        table.wants_flush(),
        "nine eighths are more than it may take"
    );
    table.flush().expect("a flush");
    assert!(!table.wants_flush());
    let rows = (0..1_000).map(|n| (n as u8 % 160, 0, n));
    write(&table, &rows.collect::<Vec<Record>>());
    assert!(!table.wants_flush(), "a thousand short rows");
}

#[test]
fn a_text_that_batches_share_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(folder.path(), config()).expect("a table");
    let event_type = Arc::new(EventType::new("R", [("text", Type::Str)]));
    let mut builder = BatchBuilder::new(event_type);
    let text = "v".repeat(config().memtable_bytes / 40);
    for position in 0..20 {
        let origin = Origin {
            partition: 0,
            position,
        };
        builder.push(0, origin, vec![Value::str(text.clone())]);
    }
    let batch = builder.finish();
    let keys = StringColumn::new(Arc::new("k".into()), vec![(0, 1)]);
    for row in 0..20 {
        let part = Arc::new(batch.slice(row, row + 1));
        let written = table.write(keys.clone(), part, &Arc::from([0, 0, 0]));
        written.expect("a row is written");
    }
    assert!(
        !table.wants_flush(),
        "half of what it may take, or twice that"
    );
}
