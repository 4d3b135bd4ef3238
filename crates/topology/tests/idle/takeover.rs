//! Owners of the same partitions, one after the other, each in a folder of its own: what one of them has
//! decided, the next one meets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tachograph_event::Millis;
use tachograph_topology::checkpoint::Restored;
use tachograph_topology::{Checkpoint, CheckpointId, Decided, Decision, Keeper};

use super::world::{IDLE, Shape, World};

/// What owners leave to one another.
#[derive(Default)]
struct Left(Mutex<State>);

#[derive(Default)]
struct State {
    checkpoint: Option<(CheckpointId, Vec<Vec<u8>>)>,
    decided: BTreeMap<(String, u32), Vec<Decided>>,
}

impl Left {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic")
    }

    /// The silences that were decided for a partition of the spout.
    fn silences(&self, partition: u32) -> Vec<(u64, Millis)> {
        let decided = self.decided_before("s0", partition);
        let idle = decided.iter().filter(|d| d.what == Decision::Idle);
        idle.map(|d| (d.position, d.instant)).collect()
    }

    /// The same without a checkpoint.
    fn decisions_alone(&self) -> Left {
        Left(Mutex::new(State {
            checkpoint: None,
            decided: self.state().decided.clone(),
        }))
    }
}

impl Keeper for Left {
    fn load(&self, _: &[String]) -> Result<Restored, String> {
        let newest = self.state().checkpoint.clone();
        Ok(newest.map_or_else(Restored::default, |(id, parts)| Restored::new(id, parts)))
    }

    fn save(&self, checkpoint: &Checkpoint<'_>) -> Result<(), String> {
        let part = |name: &String| checkpoint.parts[name].clone();
        let parts = checkpoint.names.iter().map(part).collect();
        self.state().checkpoint = Some((checkpoint.id, parts));
        Ok(())
    }

    fn decided(&self, spout: &str, partition: u32, decision: Decided) -> Result<(), String> {
        let mut state = self.state();
        let of = state.decided.entry((spout.into(), partition)).or_default();
        if !of.contains(&decision) {
            of.push(decision);
        }
        Ok(())
    }

    fn decided_before(&self, spout: &str, partition: u32) -> Vec<Decided> {
        let state = self.state();
        let of = state.decided.get(&(spout.into(), partition));
        of.cloned().unwrap_or_default()
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn a_successor_meets_how_far_rules_had_seen_an_end() {
    let world = World::new(2, Shape::Row);
    let left = Arc::new(Left::default());
    world.logs[0].go_on(&[0, 10]);
    world.logs[1].go_on(&[0, 200_000]);
    let of_first = folder();
    let first = world.start_with(left.clone(), of_first.path(), 1_000_000, 8);
    first.wait();
    assert_eq!(left.silences(0), []);

    // More comes of one of the two, and its owner dies before a checkpoint has it.
    // Rules have seen the end as a silence, which moves a clock behind what may still come.
    let behind = 200_000 + IDLE + 2;
    world.logs[0].is_followed(&[100_000, behind, behind + 1]);
    let of_second = folder();
    let second = world.start_with(left.clone(), of_second.path(), 2_000_000, 8);
    second.read_all();
    let seen = second.kill();
    assert_eq!(left.silences(0), [(2, behind)]);
    assert_eq!(left.silences(1), []);

    world.logs[0].end();
    let of_third = folder();
    let third = world.start_with(left.clone(), of_third.path(), 3_000_000, 8);
    let live = third.wait();
    // Behind what rules have seen, one is late for him as for the one before him.
    let late = BTreeMap::from([((0, 2), 100_000)]);
    assert_eq!((&seen[2].late, &live[2].late), (&late, &late));
    assert_eq!(left.silences(0), [(2, behind)]);

    // Whoever has no checkpoint meets the end only in what was decided.
    let of_another = folder();
    let anew = Arc::new(left.decisions_alone());
    let another = world.start_with(anew, of_another.path(), 5, 3);
    assert_eq!(another.wait(), live);
}
