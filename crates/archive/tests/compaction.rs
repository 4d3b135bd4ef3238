//! A compaction that is stopped, fails, or meets a crash at any step leaves the rows as they were.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tachograph_archive::{ColumnConfig, Compaction, Compactor, Row, Scan, Table, TableConfig};
use tachograph_event::strings::StringBuilder;
use tachograph_event::{BatchBuilder, Origin, Type, Value};

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

fn table(folder: &Path) -> Table {
    Table::open(folder, config()).expect("a table")
}

/// Writes a file of a hundred rows, some of whose keys stand in other files too.
fn write_a_file(table: &Table, file: u64) {
    let mut batch = BatchBuilder::new(Arc::new(table.config().event_type()));
    let mut keys = StringBuilder::default();
    for i in 0..100 {
        let (partition, position) = (0, file * 100 + i);
        let origin = Origin {
            partition,
            position,
        };
        batch.push(file as i64, origin, [Value::Long(position as i64)]);
        keys.push(&format!("{:04}", i * (file + 1)));
    }
    let written = table.write(keys.finish(), Arc::new(batch.finish()), &Arc::from([0]));
    written.expect("written");
    table.flush().expect("flushed");
}

fn rows(table: &Table) -> Vec<Row> {
    let rows = table.view().scan(Scan::default()).expect("a scan");
    rows.map(|row| row.expect("a row")).collect()
}

fn parquet_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let is_file = |e: &fs::DirEntry| e.path().extension().is_some_and(|e| e == "parquet");
    entries.filter(is_file).count()
}

/// What a crash at this moment would leave.
fn copy(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
    }
    copy
}

#[test]
fn a_crash_at_any_step_leaves_the_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    (0..4).for_each(|file| write_a_file(&table, file));
    let wanted = rows(&table);
    let mut crashes = vec![copy(folder.path())];
    // Whoever reads keeps the old files on the disk, as a crash before their removal would.
    let view = table.view();
    let compacted = table.compact(&false.into()).expect("merged");
    assert_eq!(compacted, Compaction::Merged);
    crashes.push(copy(folder.path()));
    fs::write(folder.path().join("MANIFEST.next"), b"half a manif").expect("written");
    crashes.push(copy(folder.path()));
    table.publish().expect("published");
    crashes.push(copy(folder.path()));
    drop(view);
    drop(table);
    crashes.push(copy(folder.path()));
    let files = |crash: &tempfile::TempDir| parquet_files(crash.path());
    assert_eq!(
        crashes.iter().map(files).collect::<Vec<_>>(),
        [4, 5, 5, 5, 1]
    );
    let after = [4, 4, 4, 1, 1];
    for (crash, files) in crashes.iter().zip(after) {
        let reader = Table::open_read_only(crash.path()).expect("a reader");
        assert_eq!(rows(&reader), wanted);
        assert_eq!(rows(&self::table(crash.path())), wanted);
        assert_eq!(parquet_files(crash.path()), files);
    }
}

#[test]
fn a_compaction_that_is_stopped_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    (0..4).for_each(|file| write_a_file(&table, file));
    let compacted = table.compact(&true.into()).expect("stopped");
    assert_eq!(compacted, Compaction::GivenUp);
    assert_eq!((table.files().len(), parquet_files(folder.path())), (4, 4));
    let compacted = table.compact(&false.into()).expect("merged");
    assert_eq!(compacted, Compaction::Merged);
}

#[test]
fn files_that_cannot_be_merged_are_left_and_others_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    (0..4).for_each(|file| write_a_file(&table, file));
    let damaged = folder.path().join("0000000002.parquet");
    fs::write(&damaged, b"no file of a table").expect("written");
    let fault = table.compact(&false.into()).expect_err("a damaged file");
    assert!(fault.message.contains("0000000002.parquet"), "{fault}");
    assert_eq!(table.compaction_fault(), Some(fault));
    assert_eq!(parquet_files(folder.path()), 4, "no half file is left");
    let compacted = table.compact(&false.into()).expect("nothing to do");
    assert_eq!(compacted, Compaction::Rested);
    (4..8).for_each(|file| write_a_file(&table, file));
    let compacted = table.compact(&false.into()).expect("the others");
    assert_eq!(compacted, Compaction::Merged);
}

#[test]
fn the_thread_merges_until_nothing_is_due_and_lets_the_tables_go() {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let tables: Vec<Table> = folders.iter().map(|folder| table(folder.path())).collect();
    let compactor = Compactor::start().expect("a thread");
    for table in &tables {
        (0..8).for_each(|file| write_a_file(table, file));
        compactor.tell(table);
    }
    let began = Instant::now();
    while tables.iter().any(|table| table.files().len() > 1) {
        assert!(began.elapsed() < Duration::from_secs(30), "{tables:?}");
        std::thread::yield_now();
    }
    drop((compactor, tables));
    folders.iter().for_each(|folder| drop(table(folder.path())));
}
