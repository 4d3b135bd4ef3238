//! Columns and rows give the same, whatever the size of batches and wherever a snapshot falls.

use std::sync::Arc;

use proptest::prelude::*;
use tachograph_event::{Batch, BatchBuilder, Millis, Origin, Value};
use tachograph_plan::Plan;
use tachograph_runtime::{Machine, Output, Path, evaluators};

/// Statements that run by column, each a fast path of its own.
const RULES: [&str; 18] = [
    "select k, v from S(v < 5)",
    "select k, sum(v) as s, count(d) as n from S group by k having sum(v) > 3",
    "select sum(v) as s, avg(d) as a from S",
    "select k, v, avg(v) as a from S group by k",
    "select avg(v) as a, sum(d) as s from S#length(3)",
    "select k, sum(d) as s, count(v) as n from S(v > 1)#length(4) group by k",
    "select k, sum(v) as s, avg(d) as a from S#time(1 sec) group by k",
    "select sum(v) as s from S#time(700 msec) where k = 'a'",
    "select k, sum(v) as s from S#time_batch(1 sec) group by k",
    "select irstream k, v, d from S#unique(k)",
    "select irstream k, v from S#length(3)",
    "select irstream k, d from S(d > 1)#lastevent",
    "select irstream k, v, d from S#sort(3, v desc)",
    "select irstream k, v, d from S#rank(k, 3, v desc)",
    "select irstream k, v, d from S#rank(v, 2, v)",
    "select irstream k, v from S#rank(k, 2, v)",
    "select irstream k, d from S#sort(2, v)",
    "select k, sum(v) as s from S group by k output last every 1 sec",
];

/// Values of `k`.
const KEYS: [&str; 6] = [
    "a",
    "b",
    "a key that is long",
    "c",
    "",
    "another that is long",
];

fn plan(rule: &str) -> Arc<Plan> {
    // Three of a family beside the rule, so that events are also found by value.
    let family = "@name('x') select v from S(k = 'a');
        @name('y') select v from S(k = 'b' and v > 2); @name('z') select v from S(k = 'a');";
    let text = format!("create schema S(k string, v int, d double); @name('s') {rule}; {family}");
    let compiled = tachograph_compile::compile(&text, &tachograph_functions::registry());
    Arc::new(
        compiled
            .unwrap_or_else(|faults| panic!("{rule}: {faults:?}"))
            .plan,
    )
}

type Row = (Millis, Option<u8>, Option<i32>, Option<u8>);

fn batch(plan: &Plan, rows: &[(usize, Row)]) -> Arc<Batch> {
    let mut builder = BatchBuilder::new(Arc::clone(&plan.types[0]));
    for (position, (time, k, v, d)) in rows {
        let origin = Origin {
            partition: 0,
            position: *position as u64,
        };
        let k = k.map_or(Value::Null, |k| Value::str(KEYS[k as usize]));
        let v = v.map_or(Value::Null, Value::Int);
        let d = d.map_or(Value::Null, |d| Value::Double(f64::from(d) / 4.0));
        builder.push(*time, origin, [k, v, d]);
    }
    Arc::new(builder.finish())
}

/// What each statement posts, a line a row: a posting's number, stream, time, origin and values.
fn run(plan: &Arc<Plan>, rows: &[Row], size: usize, path: Path, reload: bool) -> Vec<Vec<String>> {
    let mut machine = Machine::with_path(Arc::clone(plan), 0, path);
    let id = plan.type_id("S").expect("S is declared");
    let mut lines = vec![Vec::new(); plan.statements.len()];
    let mut postings = vec![0; plan.statements.len()];
    let mut out = Output::default();
    let rows: Vec<(usize, Row)> = rows.iter().copied().enumerate().collect();
    for part in rows.chunks(size) {
        machine.process(id, &batch(plan, part), &mut out);
        collect(&mut out, &mut lines, &mut postings);
        if reload {
            let saved = machine.save();
            machine = Machine::load_with_path(Arc::clone(plan), &saved, path).expect("it loads");
        }
    }
    machine.advance(100_000, &mut out);
    collect(&mut out, &mut lines, &mut postings);
    let held = machine.iterate(0).expect("no expression faults");
    lines[0].extend(held.iter().map(|row| format!("held {row:?}")));
    lines
}

fn collect(out: &mut Output, lines: &mut [Vec<String>], postings: &mut [usize]) {
    for posted in out.take() {
        let (mut new, mut old) = (0, 0);
        for mark in posted.postings() {
            let number = &mut postings[posted.statement];
            *number += 1;
            let mut line = |sign, batch: &Batch, row: usize| {
                let (time, origin) = (batch.times()[row], batch.origins()[row]);
                let values = batch.row(row);
                lines[posted.statement]
                    .push(format!("{number} {sign} {time} {origin:?} {values:?}"));
            };
            (new..mark.inserted).for_each(|row| line('+', &posted.inserted, row));
            (old..mark.removed).for_each(|row| line('-', &posted.removed, row));
            (new, old) = (mark.inserted, mark.removed);
        }
    }
}

#[test]
fn every_rule_of_the_list_runs_by_column() {
    for rule in RULES {
        let evaluator = &evaluators(&plan(rule))[0];
        assert!(!evaluator.holds_events, "{rule}: {}", evaluator.words);
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let step = prop_oneof![3 => Just(0_i64), 2 => 1_i64..400, 1 => 900_i64..2_500];
    let maybe = |most| proptest::option::weighted(0.9, 0..most);
    let v = proptest::option::weighted(0.9, -2..8_i32);
    let row = (step, maybe(KEYS.len() as u8), v, maybe(20_u8));
    proptest::collection::vec(row, 1..60).prop_map(|rows| {
        let mut time = 0;
        let clocked = rows.into_iter().map(|(step, k, v, d)| {
            time += step;
            (time, k, v, d)
        });
        clocked.collect()
    })
}

proptest! {
    #[test]
    fn columns_are_rows(rule in 0..RULES.len(), rows in rows(), size in 1..40_usize) {
        let plan = plan(RULES[rule]);
        let expected = run(&plan, &rows, 1, Path::Rows, false);
        for (size, reload) in [(1, false), (size, false), (1_024, false), (1, true), (size, true)] {
            let seen = run(&plan, &rows, size, Path::Fastest, reload);
            prop_assert_eq!(&expected, &seen, "{} in batches of {}", RULES[rule], size);
        }
    }
}
