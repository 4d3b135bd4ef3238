//! What a writer has gathered and sent, server by server, and what it is to do next. State: a lane for
//! each server, with the batch that grows and how many are under way. It sends nothing itself.

use std::collections::{BTreeMap, HashMap};

use super::options::WriterOptions;
use crate::batch::Action;
use crate::mutation::Mutation;
use crate::name::ServerName;

/// The lane of changes whose server is not known, or does not matter.
pub const ANY: usize = 0;

/// What a writer does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes more changes.
    Gather,
    /// Sends the batch of a lane.
    Send(usize),
    /// Waits for a batch that is under way.
    Wait,
}

/// The lanes. A lane's number stays the same.
#[derive(Debug)]
pub struct Lanes {
    options: WriterOptions,
    lanes: Vec<Lane>,
    /// By host and port: a server that is started anew keeps its lane.
    by_address: HashMap<String, BTreeMap<u16, usize>>,
    gathered_bytes: usize,
    sent_bytes: usize,
}

/// What goes to one server.
#[derive(Debug, Default)]
struct Lane {
    batch: Vec<Action>,
    bytes: usize,
    calls: usize,
}

impl Lanes {
    pub fn new(options: WriterOptions) -> Lanes {
        Lanes {
            options,
            lanes: vec![Lane::default()],
            by_address: HashMap::new(),
            gathered_bytes: 0,
            sent_bytes: 0,
        }
    }

    /// The lane of a server.
    pub fn of(&mut self, server: &ServerName) -> usize {
        let known = self.by_address.get(&server.host);
        if let Some(lane) = known.and_then(|ports| ports.get(&server.port)) {
            return *lane;
        }
        let ports = self.by_address.entry(server.host.clone()).or_default();
        ports.insert(server.port, self.lanes.len());
        self.lanes.push(Lane::default());
        self.lanes.len() - 1
    }

    /// Gathers a change.
    pub fn add(&mut self, lane: usize, change: Mutation) {
        let bytes = change.size();
        self.gathered_bytes += bytes;
        self.lanes[lane].bytes += bytes;
        self.lanes[lane].batch.push(Action::Mutate(change));
    }

    /// What to do after a change came to this lane.
    pub fn next(&self, lane: usize) -> Step {
        if self.lanes[lane].bytes >= self.options.batch_bytes {
            return self.send(lane);
        }
        if self.gathered_bytes > self.options.buffer_bytes / 2 {
            return self.largest().map_or(Step::Wait, Step::Send);
        }
        match self.gathered_bytes + self.sent_bytes > self.options.buffer_bytes {
            true => Step::Wait,
            false => Step::Gather,
        }
    }

    /// What to do until nothing is gathered.
    pub fn next_of_flush(&self) -> Step {
        let mut lanes = 0..self.lanes.len();
        match lanes.find(|lane| !self.lanes[*lane].batch.is_empty()) {
            Some(lane) => self.send(lane),
            None => Step::Gather,
        }
    }

    /// Takes the batch of a lane, which is under way from now on; and its bytes.
    pub fn take(&mut self, lane: usize) -> (Vec<Action>, usize) {
        let lane = &mut self.lanes[lane];
        let bytes = std::mem::take(&mut lane.bytes);
        lane.calls += 1;
        self.gathered_bytes -= bytes;
        self.sent_bytes += bytes;
        // The next batch will be as long.
        let next = Vec::with_capacity(lane.batch.len());
        (std::mem::replace(&mut lane.batch, next), bytes)
    }

    /// A batch of the lane is under way no more.
    pub fn arrived(&mut self, lane: usize, bytes: usize) {
        self.lanes[lane].calls -= 1;
        self.sent_bytes -= bytes;
    }

    fn send(&self, lane: usize) -> Step {
        match self.may_send(lane) {
            true => Step::Send(lane),
            false => Step::Wait,
        }
    }

    /// Whether the servers that a batch of this lane goes to may have another one. A batch of
    /// [`ANY`] goes to all.
    fn may_send(&self, lane: usize) -> bool {
        let most = match self.options.is_in_order {
            true => 1,
            false => self.options.calls_per_server.max(1),
        };
        let own = match lane {
            ANY => self.lanes[1..].iter().map(|lane| lane.calls).max(),
            _ => Some(self.lanes[lane].calls),
        };
        self.lanes[ANY].calls + own.unwrap_or(0) < most
    }

    /// The lane that has gathered most, of those that may send.
    fn largest(&self) -> Option<usize> {
        let full = |lane: &usize| self.lanes[*lane].bytes > 0 && self.may_send(*lane);
        let lanes = (0..self.lanes.len()).filter(full);
        lanes.max_by_key(|lane| self.lanes[*lane].bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutation::Put;

    /// A change, and how many bytes it counts for.
    fn change() -> (Mutation, usize) {
        let change = Mutation::from(Put::new("row").column("f", "q", vec![0; 1_000]));
        let bytes = change.size();
        (change, bytes)
    }

    /// Lanes for so many servers, with room for so many changes in a batch and in all.
    fn lanes(servers: u16, batch: usize, buffer: usize) -> Lanes {
        let mut lanes = Lanes::new(WriterOptions {
            batch_bytes: batch * change().1,
            buffer_bytes: buffer * change().1,
            ..WriterOptions::default()
        });
        for port in 1..=servers {
            let name = ServerName::address(&format!("host:{port}")).unwrap();
            assert_eq!(lanes.of(&name), usize::from(port));
        }
        lanes
    }

    fn add(lanes: &mut Lanes, lane: usize) -> Step {
        lanes.add(lane, change().0);
        lanes.next(lane)
    }

    #[test]
    fn a_server_that_is_started_anew_keeps_its_lane() {
        let mut lanes = lanes(2, 1, 9);
        let mut again = ServerName::address("host:2").unwrap();
        again.start_code = 7;
        assert_eq!(lanes.of(&again), 2);
    }

    #[test]
    fn a_full_batch_waits_for_its_own_server_alone() {
        let mut lanes = lanes(2, 2, 100);
        for _ in 0..2 {
            assert_eq!(add(&mut lanes, 1), Step::Gather);
            assert_eq!(add(&mut lanes, 1), Step::Send(1));
            assert_eq!(lanes.take(1).0.len(), 2);
        }
        assert_eq!(add(&mut lanes, 1), Step::Gather);
        assert_eq!(add(&mut lanes, 1), Step::Wait);
        assert_eq!(add(&mut lanes, 2), Step::Gather);
        assert_eq!(add(&mut lanes, 2), Step::Send(2));
        lanes.arrived(1, 2 * change().1);
        assert_eq!(lanes.next(1), Step::Send(1));
    }

    #[test]
    fn a_batch_of_unknown_servers_counts_to_each() {
        let mut lanes = lanes(2, 1, 100);
        for lane in [ANY, 1] {
            assert_eq!(add(&mut lanes, lane), Step::Send(lane));
            lanes.take(lane);
        }
        assert_eq!(add(&mut lanes, 1), Step::Wait);
        assert_eq!(add(&mut lanes, 2), Step::Send(2));
        assert_eq!(add(&mut lanes, ANY), Step::Wait);
        lanes.arrived(1, change().1);
        assert_eq!(lanes.next(ANY), Step::Send(ANY));
    }

    #[test]
    fn beyond_half_of_the_buffer_the_largest_batch_goes_early() {
        let mut lanes = lanes(3, 10, 8);
        for lane in [1, 2, 2, 3] {
            assert_eq!(add(&mut lanes, lane), Step::Gather);
        }
        assert_eq!(add(&mut lanes, 1), Step::Send(2));
        lanes.take(2);
        assert_eq!(lanes.next(1), Step::Gather);
    }

    #[test]
    fn a_full_buffer_waits() {
        let mut lanes = lanes(3, 2, 8);
        let mut sent = Vec::new();
        // Whatever is sent, no more is kept than one change beyond the buffer.
        for n in 0.. {
            match add(&mut lanes, 1 + n % 3) {
                Step::Gather => {}
                Step::Send(lane) => sent.push((lane, lanes.take(lane).1)),
                Step::Wait => break,
            }
            assert!(lanes.gathered_bytes + lanes.sent_bytes <= 8 * change().1);
        }
        let (lane, bytes) = sent.remove(0);
        lanes.arrived(lane, bytes);
        assert_eq!(lanes.next(3), Step::Gather);
    }

    #[test]
    fn a_flush_sends_all_that_is_gathered() {
        let mut lanes = lanes(2, 9, 100);
        add(&mut lanes, ANY);
        add(&mut lanes, 2);
        assert_eq!(lanes.next_of_flush(), Step::Send(ANY));
        lanes.take(ANY);
        assert_eq!(lanes.next_of_flush(), Step::Send(2));
        lanes.take(2);
        assert_eq!(lanes.next_of_flush(), Step::Gather);
    }
}
