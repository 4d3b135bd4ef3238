//! What executors owe each other: no channel is starved, and a log is told what it may drop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tachograph_event::{Batch, BatchBuilder, EventType, Millis, Origin, Type, Value};
use tachograph_time::VirtualClock;
use tachograph_topology::{
    Bolt, BoltError, BoltSpec, CheckpointId, Collector, Decoded, FolderKeeper, From, Grouping,
    InputSpec, Options, PartitionReader, Read, Running, SnapshotJob, SpoutError, SpoutSpec,
    TimeConfig, Topology,
};

fn event_type() -> Arc<EventType> {
    Arc::new(EventType::new("S", [("n", Type::Int)]))
}

/// Gives a record with each read, without end or so many of them.
struct Counting {
    partition: u32,
    at: u64,
    count: u64,
    covered: Arc<Mutex<Vec<u64>>>,
}

impl PartitionReader for Counting {
    fn read(&mut self, _: usize) -> Result<Read, SpoutError> {
        if self.at == self.count {
            std::thread::sleep(Duration::from_millis(1));
            return Ok(Read::Idle);
        }
        let mut batch = BatchBuilder::new(event_type());
        let origin = Origin {
            partition: self.partition,
            position: self.at,
        };
        batch.push(self.at as Millis, origin, vec![Value::Int(0)]);
        self.at += 1;
        Ok(Read::Batch(Decoded {
            batch: batch.finish(),
            next_position: self.at,
            rejects: Vec::new(),
        }))
    }

    fn seek(&mut self, position: u64) -> Result<(), SpoutError> {
        self.at = position;
        Ok(())
    }

    fn covered(&mut self, position: u64) -> Result<(), SpoutError> {
        self.covered.lock().expect("no panic").push(position);
        Ok(())
    }
}

/// Takes rows as they come, slower than they are read, and counts those of partition 1.
struct Slow {
    is_slow: Arc<AtomicBool>,
    of_second: Arc<AtomicU64>,
}

impl Bolt for Slow {
    fn process(&mut self, _: usize, batch: Arc<Batch>, _: &mut Collector) -> Result<(), BoltError> {
        if self.is_slow.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_micros(200));
        }
        let second = batch.origins().iter().filter(|o| o.partition == 1);
        self.of_second
            .fetch_add(second.count() as u64, Ordering::SeqCst);
        Ok(())
    }

    fn is_ordered(&self) -> bool {
        false
    }

    fn advance(&mut self, _: Millis, _: &mut Collector) -> Result<(), BoltError> {
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        Ok(Box::new(|| Ok(Vec::new())))
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), BoltError> {
        Ok(())
    }
}

struct Job {
    data: tempfile::TempDir,
    clock: Arc<VirtualClock>,
    is_slow: Arc<AtomicBool>,
    of_second: Arc<AtomicU64>,
    covered: Arc<Mutex<Vec<u64>>>,
}

impl Job {
    fn new(is_slow: bool) -> Job {
        Job {
            data: tempfile::tempdir().expect("a folder"),
            clock: Arc::new(VirtualClock::new(0)),
            is_slow: Arc::new(AtomicBool::new(is_slow)),
            of_second: Arc::default(),
            covered: Arc::default(),
        }
    }

    fn start(&self, counts: &[u64]) -> Running {
        let reader = |(partition, count): (u32, &u64)| {
            Box::new(Counting {
                partition,
                at: 0,
                count: *count,
                covered: Arc::clone(&self.covered),
            }) as Box<dyn PartitionReader>
        };
        let topology = Topology {
            spouts: vec![SpoutSpec {
                name: "s".into(),
                partitions: (0..).zip(counts).map(reader).collect(),
                first_partition: 0,
                event_type: event_type(),
                time: TimeConfig::default(),
            }],
            bolts: vec![BoltSpec {
                name: "slow".into(),
                tasks: vec![Box::new(Slow {
                    is_slow: Arc::clone(&self.is_slow),
                    of_second: Arc::clone(&self.of_second),
                })],
                inputs: vec![InputSpec {
                    from: From::Spout(0),
                    grouping: Grouping::Global,
                    event_type: event_type(),
                    needed: None,
                }],
            }],
        };
        let running = topology.start(Options {
            data: self.data.path().to_path_buf(),
            keeper: Arc::new(FolderKeeper::new(self.data.path())),
            clock: self.clock.clone(),
            checkpoint_every: 10,
            queue: 1_024,
            batch_rows: 1,
        });
        running.expect("it starts")
    }

    fn checkpoint(&self, running: &Running) {
        let before = running.metrics().checkpoints.get();
        self.clock.advance(10);
        wait_until("a checkpoint", || {
            running.metrics().checkpoints.get() > before
        });
    }
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_busy_channel_starves_no_other() {
    let job = Job::new(true);
    // The second record moves the clock past the first.
    let running = job.start(&[u64::MAX, 2]);
    let seen = || job.of_second.load(Ordering::SeqCst) == 1;
    wait_until("the other partition's record is seen", seen);
    job.checkpoint(&running);
    running.kill();
}

#[test]
fn a_log_is_told_after_a_restart_what_it_may_drop() {
    let job = Job::new(false);
    let running = job.start(&[5]);
    wait_until("all is read", || {
        running.metrics().spouts[0].position.get() == 5
    });
    job.checkpoint(&running);
    running.kill();
    let running = job.start(&[5]);
    job.checkpoint(&running);
    let told = || *job.covered.lock().expect("no panic") == [5];
    wait_until("the first checkpoint covers", told);
    running.kill();
}

#[test]
fn the_newest_checkpoint_is_told_also_of_a_process_before() {
    let job = Job::new(false);
    let running = job.start(&[5]);
    let newest = |running: &Running| {
        let metrics = running.metrics();
        (metrics.newest.get(), metrics.newest_bytes.get())
    };
    assert_eq!(newest(&running), (0, 0));
    job.checkpoint(&running);
    let made = newest(&running);
    running.kill();
    assert!(made.0 > 0 && made.1 > 0, "{made:?}");
    let running = job.start(&[5]);
    assert_eq!(newest(&running), made);
    running.kill();
}
