//! The walking path of the language: text in, rows out.

use std::sync::Arc;

use tachograph_event::{Batch, BatchBuilder, Millis, Origin, Value};
use tachograph_plan::Plan;
use tachograph_runtime::{Machine, Output, Path};

fn plan(epl: &str) -> Arc<Plan> {
    let compiled = tachograph_compile::compile(epl, &tachograph_functions::registry());
    Arc::new(compiled.unwrap_or_else(|faults| panic!("{faults:?}")).plan)
}

fn batch(plan: &Plan, rows: &[(Millis, &str, i32)]) -> Arc<Batch> {
    let mut builder = BatchBuilder::new(Arc::clone(&plan.types[0]));
    for (position, (time, key, value)) in rows.iter().enumerate() {
        let origin = Origin {
            partition: 0,
            position: position as u64,
        };
        builder.push(*time, origin, [Value::str(key), Value::Int(*value)]);
    }
    Arc::new(builder.finish())
}

fn run(epl: &str, rows: &[(Millis, &str, i32)], end: Millis, path: Path) -> Vec<String> {
    let plan = plan(epl);
    let mut machine = Machine::with_path(Arc::clone(&plan), 0, path);
    let mut out = Output::default();
    let id = plan.type_id("S").expect("S is declared");
    machine.process(id, &batch(&plan, rows), &mut out);
    machine.advance(end, &mut out);
    let mut lines = Vec::new();
    for posted in out.take() {
        for row in 0..posted.inserted.len() {
            let values: Vec<String> = posted
                .inserted
                .row(row)
                .iter()
                .map(Value::to_string)
                .collect();
            lines.push(format!(
                "{} {}",
                posted.inserted.times()[row],
                values.join(" ")
            ));
        }
    }
    lines
}

#[test]
fn batches_of_time_are_averaged_by_key() {
    let epl = "create schema S(k string, v int);
        @name('fast') select k, avg(v) as mean, count(*) as n from S#time_batch(10 sec, 0L)
        group by k having avg(v) > 5;";
    let rows = [
        (1_000, "a", 4),
        (2_000, "b", 9),
        (9_999, "a", 8),
        (10_000, "a", 6),
        (31_000, "b", 1),
    ];
    for path in [Path::Fastest, Path::Rows] {
        let lines = run(epl, &rows, 60_000, path);
        assert_eq!(
            lines,
            ["10000 a 6.0 2", "10000 b 9.0 1", "20000 a 6.0 1"],
            "{path:?}"
        );
    }
}

#[test]
fn what_is_inserted_flows_on() {
    let epl = "create schema S(k string, v int);
        insert into Fast select k, v from S(v > 3);
        @name('sum') select k, sum(v) as total from Fast group by k;";
    let rows = [(1, "a", 4), (2, "b", 1), (3, "a", 8)];
    for path in [Path::Fastest, Path::Rows] {
        let lines = run(epl, &rows, 10, path);
        assert_eq!(lines, ["1 a 4", "3 a 8", "1 a 4", "3 a 12"], "{path:?}");
    }
}
