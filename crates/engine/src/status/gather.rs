//! The status of one topology at work, gathered from what its parts count and from its folder.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::atomic::Ordering;

use tachograph_archive::Table;
use tachograph_time::{Millis, format_instant};
use tachograph_topology::metrics::{SpoutMetrics, TaskMetrics};
use tachograph_topology::partition_clock::BEGINNING;

use super::{
    CheckpointStatus, FaultStatus, FileStatus, Observed, PartitionStatus, RuleStatus, TableStatus,
    TaskStatus,
};
use crate::counters::RuleCounters;

impl Observed {
    pub(super) fn partitions(&self, ran_ms: Millis) -> Vec<PartitionStatus> {
        let spouts = self.metrics.spouts.iter().enumerate();
        spouts.map(|(n, m)| self.partition(n, m, ran_ms)).collect()
    }

    fn partition(&self, number: usize, metrics: &SpoutMetrics, ran_ms: Millis) -> PartitionStatus {
        let name = format!("{}-{}.jsonl", metrics.name, metrics.partition);
        let (late, future) = ledger(&self.data.join(format!("ledgers/late-{name}")));
        let (dead, _) = ledger(&self.data.join(format!("ledgers/dead-letter-{name}")));
        let position = metrics.position.get();
        let end = self.end(number);
        let ran = ran_ms.max(1) as f64;
        PartitionStatus {
            spout: metrics.name.clone(),
            partition: metrics.partition,
            clock: instant(metrics.clock.load(Ordering::Relaxed)),
            position,
            end,
            lag: end.map(|end| end.saturating_sub(position)),
            records: metrics.records.get(),
            late,
            future,
            dead,
            back_pressure: (metrics.blocked_ns.get() as f64 / ran / 10_000.0).min(100.0),
            ended: metrics.ended.load(Ordering::Relaxed),
        }
    }

    pub(super) fn tasks(&self) -> impl Iterator<Item = TaskStatus> {
        self.metrics.tasks.iter().map(task)
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = RuleStatus> {
        self.counters
            .values()
            .flat_map(|bolt| bolt.iter())
            .map(rule)
    }

    pub(super) fn tables(&self) -> Vec<TableStatus> {
        self.tables.iter().map(|(n, t)| table(n, t)).collect()
    }

    pub(super) fn unwritten(&self) -> Vec<FaultStatus> {
        let writers = self.writers.iter().filter(|(_, f)| f.count() > 0);
        writers
            .map(|(bolt, faults)| FaultStatus {
                bolt: bolt.clone(),
                count: faults.count(),
                last: faults.last(),
            })
            .collect()
    }

    pub(super) fn checkpoints(&self) -> CheckpointStatus {
        let newest = self.metrics.newest.get();
        CheckpointStatus {
            newest: (newest > 0).then_some(newest),
            completed: self.metrics.checkpoints.get(),
            pause_us: self.metrics.pause_us.get(),
            bytes: self.metrics.newest_bytes.get(),
        }
    }
}

fn instant(clock: Millis) -> Option<String> {
    (clock != BEGINNING).then(|| format_instant(clock))
}

fn rule(counters: &RuleCounters) -> RuleStatus {
    RuleStatus {
        name: counters.name.clone(),
        feeds: counters.feeds,
        posted: counters.posted.get(),
        late: counters.late.get(),
        faults: counters.faults.count(),
        last_fault: counters.faults.last(),
    }
}

fn task(metrics: &TaskMetrics) -> TaskStatus {
    TaskStatus {
        bolt: metrics.name.clone(),
        task: metrics.task,
        rows_in: metrics.rows_in.get(),
        rows_out: metrics.rows_out.get(),
        clock: instant(metrics.clock.load(Ordering::Relaxed)),
    }
}

/// A table as its manifest says; rows that are only in memory are not counted.
fn table(name: &str, table: &Table) -> TableStatus {
    let mut files = table.files();
    files.sort_by_key(|file| (file.min_time, file.number));
    let text = |key: &[u8]| String::from_utf8_lossy(key).into_owned();
    TableStatus {
        name: name.to_string(),
        rows: files.iter().map(|f| f.rows).sum(),
        bytes: files.iter().map(|f| f.bytes).sum(),
        compaction_fault: table.compaction_fault().map(|fault| fault.to_string()),
        files: files
            .iter()
            .map(|file| FileStatus {
                number: file.number,
                since: format_instant(file.min_time),
                until: format_instant(file.max_time),
                rows: file.rows,
                bytes: file.bytes,
                min_key: text(&file.min_key),
                max_key: text(&file.max_key),
            })
            .collect(),
    }
}

/// Lines of a ledger, those about leaps ahead apart. A ledger that is not there has none.
fn ledger(path: &Path) -> (u64, u64) {
    let (mut others, mut leaps) = (0, 0);
    let Ok(file) = fs::File::open(path) else {
        return (0, 0);
    };
    for line in BufReader::new(file).lines().map_while(Result::ok) {
        match line.contains("\"reason\":\"future\"") {
            true => leaps += 1,
            false => others += 1,
        }
    }
    (others, leaps)
}
