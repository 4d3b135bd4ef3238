//! Silences by chance: partitions fall silent, come back behind or ahead, the process dies; a replay
//! from the beginning and from each checkpoint sees what was seen live.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tachograph_event::Millis;

use crate::world::{CHECKPOINT, Run, Seen, Shape, World, copy, folder_of, ledgers, wait_until};

/// What happens.
#[derive(Debug, Clone)]
enum Action {
    /// Records of some partitions, each so far from the newest time of all.
    Write(Vec<(usize, Millis)>),
    /// All fall silent.
    Silence,
    /// Those that are silent come up to those that speak.
    Settle,
    Checkpoint,
    /// One of them ends, but never the first.
    End(usize),
    Kill,
}

#[derive(Debug, Clone)]
struct Script {
    partitions: usize,
    is_row: bool,
    lateness: Millis,
    actions: Vec<Action>,
    batch_rows: usize,
}

fn script() -> impl Strategy<Value = Script> {
    let record = (
        0usize..4,
        prop_oneof![4 => -60_000i64..90_000, 1 => -900_000i64..2_000_000],
    );
    let action = prop_oneof![
        6 => proptest::collection::vec(record, 1..6).prop_map(Action::Write),
        3 => Just(Action::Silence),
        3 => Just(Action::Settle),
        1 => Just(Action::Checkpoint),
        1 => (1usize..4).prop_map(Action::End),
        1 => Just(Action::Kill),
    ];
    let actions = proptest::collection::vec(action, 3..16);
    let sizes = prop_oneof![Just(1usize), Just(3), Just(1_024)];
    let lateness = prop_oneof![Just(0), Just(20_000)];
    let all = (2usize..5, any::<bool>(), lateness, actions, sizes);
    all.prop_map(
        |(partitions, is_row, lateness, actions, batch_rows)| Script {
            partitions,
            is_row,
            lateness,
            actions,
            batch_rows,
        },
    )
}

/// A live run, and what it has left for replays.
struct Live<'a> {
    world: &'a World,
    data: &'a Path,
    /// Copies of checkpoints.
    kept: &'a Path,
    copies: usize,
    run: Option<Run>,
    newest: Millis,
    /// Partitions that have spoken since all were silent.
    speaking: Vec<bool>,
    published: Vec<Vec<Seen>>,
}

impl Live<'_> {
    fn run(&self) -> &Run {
        self.run.as_ref().expect("it runs")
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Write(records) => self.write(records),
            Action::Silence => {
                self.run().silence();
                self.speaking.fill(false);
                self.keep();
            }
            Action::Settle => self.settle(),
            Action::Checkpoint => {
                self.run().pass(CHECKPOINT);
                self.keep();
            }
            Action::End(partition) => self.end(partition % self.speaking.len()),
            Action::Kill => self.kill(),
        }
    }

    fn write(&mut self, records: &[(usize, Millis)]) {
        for (partition, ahead) in records {
            let partition = partition % self.speaking.len();
            if self.world.logs[partition].has_ended() {
                continue;
            }
            let time = self.newest + ahead;
            self.world.logs[partition].write(&[time]);
            self.speaking[partition] = true;
        }
        let farthest = records.iter().map(|(_, ahead)| *ahead).max().unwrap_or(0);
        self.newest += farthest.clamp(0, 90_000);
        self.run().read_all();
    }

    /// No one is held up by one that is silent.
    fn settle(&self) {
        let logs = &self.world.logs;
        let clocks = |only_speaking: bool| {
            let all = (0..logs.len()).filter(|p| !logs[*p].has_ended());
            let all = all.filter(|p| !only_speaking || self.speaking[*p]);
            all.map(|p| self.run().clock_of(p)).min()
        };
        wait_until("the silent come up", || {
            clocks(true).is_none_or(|slowest| clocks(false) >= Some(slowest))
        });
    }

    fn end(&mut self, partition: usize) {
        if partition > 0 {
            self.world.logs[partition].end();
            self.speaking[partition] = false;
        }
    }

    fn keep(&mut self) {
        let copied = self.kept.join(self.copies.to_string()).join("checkpoints");
        copy(&self.data.join("checkpoints"), &copied);
        self.copies += 1;
    }

    fn kill(&mut self) {
        let run = self.run.take().expect("it runs");
        let now = tachograph_time::Clock::now(&*run.clock);
        self.published.push(run.kill());
        self.run = Some(self.world.start(self.data, now + 12_345, 8));
        for (speaks, log) in self.speaking.iter_mut().zip(&self.world.logs) {
            *speaks = !log.has_ended();
        }
        self.run().read_all();
    }
}

fn check(script: &Script) {
    let shape = if script.is_row {
        Shape::Row
    } else {
        Shape::One
    };
    let mut world = World::new(script.partitions, shape);
    world.time.lateness = script.lateness;
    world.time.future = 1_500_000;
    let (data, kept) = (tempfile::tempdir(), tempfile::tempdir());
    let (data, kept) = (data.expect("a folder"), kept.expect("a folder"));
    let mut live = Live {
        world: &world,
        data: data.path(),
        kept: kept.path(),
        copies: 0,
        run: Some(world.start(data.path(), 1_000_000, 8)),
        newest: 1_000_000,
        speaking: vec![true; script.partitions],
        published: Vec::new(),
    };
    live.run().read_all();
    script.actions.iter().for_each(|action| live.act(action));
    world.logs.iter().for_each(|log| log.end());
    let run = live.run.take().expect("it runs");
    let seen = run.wait();
    for task in &seen {
        assert!(task.rows.is_sorted(), "{:?}", task.rows);
    }
    for published in &live.published {
        for (published, seen) in published.iter().zip(&seen) {
            assert!(
                seen.rows.starts_with(&published.rows),
                "{published:?} {seen:?}"
            );
        }
    }
    let wanted = (seen, ledgers(data.path()));
    let again = folder_of(&[(data.path(), "decisions")]);
    let replayed = world.replay(again.path(), script.batch_rows);
    assert_eq!(wanted, (replayed, ledgers(again.path())));
    for number in 0..live.copies {
        let copied = kept.path().join(number.to_string());
        let parts = [
            (data.path(), "decisions"),
            (data.path(), "ledgers"),
            (&copied, "checkpoints"),
        ];
        let again = folder_of(&parts);
        let replayed = world.replay(again.path(), script.batch_rows);
        assert_eq!(wanted, (replayed, ledgers(again.path())), "from {number}");
    }
    let decisions = fs::read_dir(data.path().join("decisions")).expect("decisions");
    for file in decisions.flatten() {
        // Two slots a silence, one for the first record, and what names the format.
        let silences = script.actions.len() as u64 + 1;
        let length = file.metadata().expect("a file").len();
        assert!(length <= (silences * 2 + 2) * 32, "{length} bytes");
    }
}

proptest! {
    // `PROPTEST_CASES` asks for more.
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_replay_sees_what_was_seen_live(script in script()) {
        check(&script);
    }
}

fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(24)
}
