//! The rule engine alone: one thread, batches of columns with plain strings, prepared beforehand.

use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde_json::json;
use tachograph_event::{Batch, BatchBuilder, Origin, Value};
use tachograph_plan::Plan;
use tachograph_runtime::{Machine, Output};

use crate::Format;

/// Arguments of the scenario.
#[derive(Args)]
pub struct EngineArguments {
    /// Events a round
    #[arg(long, default_value_t = 2_000_000)]
    events: usize,
    /// Events a batch
    #[arg(long, default_value_t = 1_024)]
    batch: usize,
    /// Rounds after a warm-up; the median is printed
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How figures are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Name, rule, and how many events a millisecond of event time has.
const WORKLOADS: [(&str, &str, i64); 4] = [
    ("filter", "@name('s') select sym, v from S(v < 512);", 1_000),
    (
        "group sum",
        "@name('s') select sym, sum(v) as t from S group by sym having sum(v) < 0;",
        1_000,
    ),
    (
        "group average over a time batch",
        "@name('s') select sym, avg(v) as t from S#time_batch(100 msec, 0L) group by sym;",
        1_000,
    ),
    (
        "sliding average by row",
        "@name('s') select sym, avg(v) as t from S#time(1 sec) group by sym having avg(v) < 0;",
        100,
    ),
];

/// Runs every workload and prints a line each.
pub fn run(arguments: &EngineArguments) -> Result<(), String> {
    for (name, rule, per_ms) in WORKLOADS {
        let plan = compile(rule)?;
        let events = if per_ms < 1_000 {
            arguments.events / 10
        } else {
            arguments.events
        };
        let batches = prepare(&plan, events, arguments.batch, per_ms);
        let mut nanos: Vec<f64> = (0..=arguments.rounds)
            .map(|_| round(&plan, &batches, events))
            .collect();
        nanos.remove(0);
        nanos.sort_by(f64::total_cmp);
        let (low, median, high) = (nanos[0], nanos[nanos.len() / 2], nanos[nanos.len() - 1]);
        match arguments.format {
            Format::Text => {
                println!("{name:<34} {median:>8.1} ns an event ({low:.1} to {high:.1})")
            }
            Format::Json => println!(
                "{}",
                json!({"workload": name, "ns_an_event": median, "least": low, "most": high})
            ),
        }
    }
    Ok(())
}

fn compile(rule: &str) -> Result<Arc<Plan>, String> {
    let module = format!("create schema S(sym string, v long);\n{rule}");
    let compiled = tachograph_compile::compile(&module, &tachograph_functions::registry());
    compiled
        .map(|c| Arc::new(c.plan))
        .map_err(|faults| format!("{faults:?}"))
}

fn prepare(plan: &Plan, events: usize, size: usize, per_ms: i64) -> Vec<Arc<Batch>> {
    let mut random: u64 = 1;
    let mut batches = Vec::new();
    let mut builder = BatchBuilder::new(Arc::clone(&plan.types[0]));
    for i in 0..events {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let (sym, v) = ((random >> 33) % 1_000, (random >> 43) % 1_024);
        let values = [Value::str(format!("S{sym}")), Value::Long(v as i64)];
        let origin = Origin {
            partition: 0,
            position: i as u64,
        };
        builder.push(i as i64 / per_ms, origin, values);
        if builder.len() == size {
            let full =
                std::mem::replace(&mut builder, BatchBuilder::new(Arc::clone(&plan.types[0])));
            batches.push(Arc::new(full.finish()));
        }
    }
    batches.push(Arc::new(builder.finish()));
    batches
}

fn round(plan: &Arc<Plan>, batches: &[Arc<Batch>], events: usize) -> f64 {
    let mut machine = Machine::new(Arc::clone(plan), 0);
    let id = plan.type_id("S").expect("the module declares S");
    let began = Instant::now();
    let mut rows = 0;
    for batch in batches {
        let mut out = Output::default();
        machine.process(id, batch, &mut out);
        rows += out.take().iter().map(|p| p.inserted.len()).sum::<usize>();
    }
    std::hint::black_box(rows);
    began.elapsed().as_nanos() as f64 / events as f64
}
