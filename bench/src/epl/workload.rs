//! The workloads of the table: a rule, the events that it gets, and how fast event time passes.

use serde_json::{Value as Json, json};

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Workload {
    /// Short name.
    pub name: &'static str,
    /// What it measures, in words.
    pub title: &'static str,
    /// The rule; `{key}` stands for what tells several copies apart.
    pub rule: &'static str,
    /// How many statements are deployed.
    pub copies: usize,
    /// Events of a round.
    pub events: usize,
    /// Different values of the property `sym`.
    pub keys: u64,
    /// The property `v` lies below it.
    pub bound: u64,
    /// Events of a millisecond of event time.
    pub per_ms: usize,
    /// Rules that are compiled and deployed one by one, instead of events that are sent.
    pub deploys: usize,
}

const BASE: Workload = Workload {
    name: "",
    title: "",
    rule: "",
    copies: 1,
    events: 1_000_000,
    keys: 1_000,
    bound: 1_024,
    per_ms: 1_000,
    deploys: 0,
};

const EQUALITY: &str = "@name('s') select sym, v from S(sym = {key});";

/// All workloads in the order of the table.
pub const WORKLOADS: [Workload; 14] = [
    Workload {
        name: "W1",
        title: "filter, half of the events match",
        rule: "@name('s') select sym, v from S(v < 512);",
        ..BASE
    },
    Workload {
        name: "W2",
        title: "sum per 1,000 keys, a having that never holds",
        rule: "@name('s') select sym, sum(v) as v from S group by sym having sum(v) < 0;",
        ..BASE
    },
    Workload {
        name: "W3",
        title: "average over #length(1000), a row an event",
        rule: "@name('s') select avg(v) as v from S#length(1000);",
        ..BASE
    },
    Workload {
        name: "W4",
        title: "sum per 1,000 keys over #time(1 sec)",
        rule: "@name('s') select sym, sum(v) as v from S#time(1 sec) group by sym;",
        ..BASE
    },
    Workload {
        name: "W5",
        title: "sum per 1,000 keys over #time_batch(100 msec)",
        rule: "@name('s') select sym, sum(v) as v from S#time_batch(100 msec) group by sym;",
        ..BASE
    },
    Workload {
        name: "W6",
        title: "100 statements with equality filters",
        rule: EQUALITY,
        copies: 100,
        keys: 100,
        ..BASE
    },
    Workload {
        name: "W6b",
        title: "10,000 statements with equality filters",
        rule: EQUALITY,
        copies: 10_000,
        keys: 10_000,
        ..BASE
    },
    Workload {
        name: "W7",
        title: "#unique per 1,000 keys, both streams",
        rule: "@name('s') select irstream sym, v from S#unique(sym);",
        ..BASE
    },
    Workload {
        name: "W8",
        title: "#sort, top 10, both streams",
        rule: "@name('s') select irstream sym, v from S#sort(10, v desc);",
        ..BASE
    },
    Workload {
        name: "W8b",
        title: "#rank of 1,000 keys, top 10, both streams",
        rule: "@name('s') select irstream sym, v from S#rank(sym, 10, v desc);",
        ..BASE
    },
    Workload {
        name: "W9",
        title: "average speed per 30 seconds, a million cars",
        rule: "@name('s') select sym, avg(v) as v, count(*) as readings \
               from S#time_batch(30 sec, 0L) group by sym having avg(v) > 80;",
        keys: 1_000_000,
        bound: 120,
        per_ms: 33,
        ..BASE
    },
    Workload {
        name: "W10",
        title: "sum per 1,000 keys, output last every second",
        rule: "@name('s') select sym, sum(v) as v from S group by sym output last every 1 sec;",
        per_ms: 100,
        ..BASE
    },
    Workload {
        name: "W11",
        title: "compile and deploy 1,000 rules",
        rule: EQUALITY,
        deploys: 1_000,
        ..BASE
    },
    Workload {
        name: "W11b",
        title: "compile and deploy 10,000 rules",
        rule: EQUALITY,
        deploys: 10_000,
        ..BASE
    },
];

/// Most rules that the peer compiles in a round: its rate is that of few rules as of many.
const PEER_DEPLOYS: usize = 50;

impl Workload {
    /// Units of work of a round: events, or rules.
    pub fn units(&self) -> usize {
        if self.deploys > 0 {
            self.deploys
        } else {
            self.events
        }
    }

    /// As `units`, of the peer.
    pub fn peer_units(&self) -> usize {
        if self.deploys > 0 {
            self.deploys.min(PEER_DEPLOYS)
        } else {
            self.events
        }
    }

    /// Milliseconds of event time of a round.
    pub fn span(&self) -> i64 {
        self.events.div_ceil(self.per_ms) as i64
    }

    /// The module in our own words.
    pub fn module(&self) -> String {
        let mut text = String::from("create schema S(sym string, v long);\n");
        for i in 0..self.copies.max(self.deploys) {
            text += &self.rule.replace("{key}", &format!("'S{i}'"));
            text.push('\n');
        }
        text
    }

    /// The workload as the peer wants it.
    pub fn for_peer(&self) -> Json {
        json!({
            "schema": "create objectarray schema S(sym string, v long)",
            "rule": self.rule,
            "copies": self.copies,
            "events": self.events,
            "keys": self.keys,
            "bound": self.bound,
            "perMs": self.per_ms,
            "deploys": self.deploys.min(PEER_DEPLOYS),
        })
    }
}
