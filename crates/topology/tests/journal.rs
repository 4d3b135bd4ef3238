//! The journal: what was acknowledged is read again, whatever byte a crash tore the log at.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use tachograph_topology::journal::{Entry, Fsync, Journal, JournalError, JournalOptions};

fn options(segment_bytes: u64) -> JournalOptions {
    JournalOptions {
        fsync: Fsync::Never,
        segment_bytes,
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn open(folder: &Path, segment_bytes: u64) -> Journal {
    Journal::open(folder, options(segment_bytes)).expect("opens")
}

/// Reads everything from a position, some entries at a time.
fn all(journal: &Journal, from: u64, step: usize) -> Vec<Entry> {
    let mut reader = journal.reader(from).expect("the position is held");
    let mut entries = Vec::new();
    loop {
        let some = reader.read(step, Duration::ZERO).expect("reads");
        if some.is_empty() {
            return entries;
        }
        assert!(some.len() <= step);
        entries.extend(some);
    }
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn appends() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    let payload = prop::collection::vec(any::<u8>(), 0..40);
    prop::collection::vec(prop::collection::vec(payload, 1..5), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_appended_is_read_again(
        appends in appends(), segment_bytes in 16_u64..400, step in 1_usize..7, skip in 0_usize..9,
    ) {
        let folder = folder();
        let journal = open(folder.path(), segment_bytes);
        let mut expected = Vec::new();
        for payloads in &appends {
            let range = journal.append(payloads).expect("appends");
            prop_assert_eq!(range.start, expected.len() as u64);
            expected.extend(payloads.iter().cloned());
            prop_assert_eq!(range.end, expected.len() as u64);
        }
        let from = skip.min(expected.len());
        for journal in [journal, open(folder.path(), segment_bytes)] {
            let read = all(&journal, from as u64, step);
            let positions: Vec<u64> = read.iter().map(|e| e.position).collect();
            prop_assert_eq!(positions, (from as u64..expected.len() as u64).collect::<Vec<_>>());
            let payloads: Vec<_> = read.into_iter().map(|e| e.payload).collect();
            prop_assert_eq!(&payloads[..], &expected[from..]);
        }
    }

    #[test]
    fn a_log_torn_at_any_byte_loses_its_last_commit_at_most(appends in appends()) {
        let folder = folder();
        let journal = open(folder.path(), 120);
        let mut ends = Vec::new();
        for payloads in &appends {
            let count = segments(folder.path()).len();
            journal.append(payloads).expect("appends");
            let paths = segments(folder.path());
            if paths.len() > count {
                ends.clear();
            }
            let length = fs::metadata(paths.last().expect("a segment")).expect("is there").len();
            ends.push((length, journal.end()));
        }
        let before = journal.end() - ends.len() as u64;
        let start = all(&journal, 0, 1000).into_iter().map(|e| e.payload).collect::<Vec<_>>();
        drop(journal);
        prop_assert!(before <= start.len() as u64);
        let last = segments(folder.path()).pop().expect("a segment");
        let whole = fs::read(&last).expect("reads");
        let first: u64 = last.file_stem().and_then(|s| s.to_str()).expect("a name").parse().expect("a number");
        for cut in 0..=whole.len() {
            fs::write(&last, &whole[..cut]).expect("writes");
            let journal = open(folder.path(), 120);
            let kept = ends.iter().rev().find(|(length, _)| *length <= cut as u64);
            let end = kept.map_or(first, |(_, end)| *end);
            prop_assert_eq!(journal.end(), end, "cut at {}", cut);
            let read: Vec<_> = all(&journal, 0, 1000).into_iter().map(|e| e.payload).collect();
            prop_assert_eq!(&read[..], &start[..end as usize]);
            // And it goes on from there.
            prop_assert_eq!(journal.append(&[b"more"]).expect("appends"), end..end + 1);
            let more = all(&journal, end, 10);
            prop_assert_eq!(&more[0].payload[..], b"more");
            drop(journal);
            for path in segments(folder.path()).into_iter().filter(|p| *p > last) {
                fs::remove_file(path).expect("is removed");
            }
        }
    }
}

#[test]
fn a_broken_byte_in_the_middle_is_an_error_that_names_the_place() {
    let folder = folder();
    let journal = open(folder.path(), 1 << 20);
    let mut lengths = vec![16];
    for i in 0..5_u8 {
        journal.append(&[[i; 30]]).expect("appends");
        let path = &segments(folder.path())[0];
        lengths.push(fs::metadata(path).expect("is there").len());
    }
    drop(journal);
    let path = segments(folder.path()).remove(0);
    let whole = fs::read(&path).expect("reads");
    let synced = JournalOptions {
        fsync: Fsync::Always,
        ..options(1 << 20)
    };
    for broken in lengths[0] as usize..lengths[4] as usize {
        let mut bytes = whole.clone();
        bytes[broken] ^= 0x40;
        fs::write(&path, &bytes).expect("writes");
        let error = Journal::open(folder.path(), synced).expect_err("damaged");
        let frame = lengths.iter().rev().find(|l| **l <= broken as u64);
        match &error {
            JournalError::Corrupt {
                path: at, offset, ..
            } => {
                assert_eq!((at, Some(offset)), (&path, frame), "byte {broken}");
            }
            other => panic!("{other}"),
        }
        assert!(error.to_string().contains(&path.display().to_string()));
    }
    let damaged = fs::read(&path).expect("reads").len();
    assert_eq!(damaged, whole.len(), "a damaged journal is not cut");
}

/// What a power cut leaves where only some pages of what was not waited for have come to the disk.
#[test]
fn where_no_commit_waits_for_the_disk_a_broken_frame_ends_the_log() {
    let folder = folder();
    let unsynced = JournalOptions {
        fsync: Fsync::Never,
        ..options(1 << 20)
    };
    let journal = Journal::open(folder.path(), unsynced).expect("opens");
    let path = segments(folder.path()).remove(0);
    journal.append(&["first"]).expect("appends");
    let length = fs::metadata(&path).expect("is there").len() as usize;
    journal.append(&["second", "third"]).expect("appends");
    journal.append(&["fourth"]).expect("appends");
    drop(journal);
    let mut bytes = fs::read(&path).expect("reads");
    bytes[length + 20] ^= 1;
    fs::write(&path, &bytes).expect("writes");
    let journal = Journal::open(folder.path(), unsynced).expect("opens");
    assert_eq!(journal.end(), 1);
    let lost = journal.set_aside().expect("something follows");
    assert_eq!(fs::read(&lost.path).expect("reads"), bytes[length..]);
    assert_eq!(journal.append(&["again"]).expect("appends"), 1..2);
    drop(journal);
    let journal = Journal::open(folder.path(), unsynced).expect("opens");
    assert!(journal.set_aside().is_none());
    let read = all(&journal, 0, 10);
    let payloads: Vec<&[u8]> = read.iter().map(|entry| &*entry.payload).collect();
    assert_eq!(payloads, [&b"first"[..], b"again"]);
}

#[test]
fn a_broken_older_segment_is_an_error_when_it_is_read() {
    let folder = folder();
    let journal = open(folder.path(), 64);
    for i in 0..6_u8 {
        journal.append(&[[i; 50]]).expect("appends");
    }
    let paths = segments(folder.path());
    assert!(paths.len() > 2);
    let mut bytes = fs::read(&paths[1]).expect("reads");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&paths[1], bytes).expect("writes");
    let mut reader = journal.reader(0).expect("held");
    let error = reader.read(100, Duration::ZERO).expect_err("damaged");
    assert!(matches!(error, JournalError::Corrupt { .. }), "{error}");
}

#[test]
fn appenders_of_many_threads_share_commits_and_lose_nothing() {
    let folder = folder();
    let always = JournalOptions {
        fsync: Fsync::Always,
        segment_bytes: 2_000,
    };
    let journal = Journal::open(folder.path(), always).expect("opens");
    std::thread::scope(|scope| {
        for thread in 0..8_u8 {
            let journal = journal.clone();
            scope.spawn(move || {
                for i in 0..25_u8 {
                    let range = journal
                        .append(&[[thread, i], [thread, i]])
                        .expect("appends");
                    assert_eq!(range.end - range.start, 2);
                    assert!(
                        journal.end() >= range.end,
                        "acknowledged before it can be read"
                    );
                }
            });
        }
    });
    drop(journal);
    let journal = Journal::open(folder.path(), always).expect("opens");
    let read = all(&journal, 0, 17);
    assert_eq!(read.len(), 400);
    for thread in 0..8_u8 {
        let own = read.iter().filter(|e| e.payload[0] == thread);
        let numbers: Vec<u8> = own.map(|e| e.payload[1]).collect();
        let expected: Vec<u8> = (0..25).flat_map(|i| [i, i]).collect();
        assert_eq!(numbers, expected, "in the order of their thread");
    }
}

#[test]
fn a_reader_follows_the_appends() {
    let folder = folder();
    let journal = open(folder.path(), 100);
    let mut reader = journal.reader(0).expect("held");
    let writer = journal.clone();
    let appender = std::thread::spawn(move || {
        for i in 0..200_u8 {
            writer.append(&[[i]]).expect("appends");
        }
    });
    let mut seen = Vec::new();
    while seen.len() < 200 {
        let entries = reader.read(7, Duration::from_secs(10)).expect("reads");
        assert!(!entries.is_empty(), "nothing came for long");
        seen.extend(entries.into_iter().map(|e| e.payload[0]));
    }
    appender.join().expect("the appender ends");
    assert_eq!(seen, (0..200).collect::<Vec<u8>>());
}

#[test]
fn retention_drops_whole_segments_and_says_what_is_gone() {
    let folder = folder();
    let journal = open(folder.path(), 60);
    for i in 0..10_u8 {
        journal.append(&[[i; 20]]).expect("appends");
    }
    journal.truncate_before(5).expect("truncates");
    let start = journal.start();
    assert!(start > 0 && start <= 5, "{start}");
    assert_eq!(all(&journal, start, 3).len() as u64, 10 - start);
    let error = journal.reader(0).expect_err("gone");
    assert!(
        matches!(error, JournalError::Gone { position: 0, .. }),
        "{error}"
    );
    journal.truncate_before(u64::MAX).expect("truncates");
    assert_eq!(journal.end(), 10, "the newest segment stays");
    drop(journal);
    assert_eq!(open(folder.path(), 60).end(), 10);
}

#[test]
fn a_reader_forgets_what_it_read_ahead_of_a_commit_that_was_undone() {
    let folder = folder();
    let journal = open(folder.path(), 1 << 20);
    journal.append(&["first"]).expect("appends");
    let segment = fs::read_dir(folder.path()).expect("a folder").next();
    let segment = segment.expect("a segment").expect("an entry").path();
    let length = fs::metadata(&segment).expect("a file").len();
    let file = fs::File::options().append(true).open(&segment);
    let mut file = file.expect("a file");
    file.write_all(b"part of a frame").expect("written");
    let mut reader = journal.reader(0).expect("held");
    assert_eq!(reader.read(8, Duration::ZERO).expect("reads").len(), 1);
    file.set_len(length).expect("cut");
    journal.append(&["second"]).expect("appends");
    let entries = reader.read(8, Duration::ZERO).expect("reads");
    assert_eq!(entries[0].payload, b"second");
}
