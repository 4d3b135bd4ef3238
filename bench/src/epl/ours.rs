//! Our engine at a workload: batches of columns with plain strings, prepared beforehand.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use tachograph_event::{Batch, BatchBuilder, Column, ColumnData, Origin, Value};
use tachograph_plan::{Plan, TypeId};
use tachograph_runtime::{Machine, Output};

use super::Round;
use super::workload::Workload;
use crate::allocation;

/// A machine on its way through rounds; its clock and state go on from one to the next.
pub struct Ours {
    workload: Workload,
    plan: Arc<Plan>,
    machine: Machine,
    stream: TypeId,
    /// Batches of a size that is cut into those of `size`.
    batches: Vec<Batch>,
    size: usize,
    rounds: i64,
    output: Output,
}

impl Ours {
    /// Compiles the module and prepares events in batches of `size`.
    ///
    /// # Errors
    /// What the compiler says of the module.
    pub fn new(workload: &Workload, size: usize) -> Result<Ours, String> {
        let plan = compile(&workload.module())?;
        let stream = plan.type_id("S").ok_or("the module lacks the stream S")?;
        Ok(Ours {
            workload: *workload,
            machine: Machine::new(Arc::clone(&plan), 0),
            batches: match workload.deploys {
                0 => prepare(&plan, stream, workload, size.max(1_024)),
                _ => Vec::new(),
            },
            size,
            plan,
            stream,
            rounds: 0,
            output: Output::default(),
        })
    }

    /// Runs a round; `counting` counts allocated bytes as well, which takes time.
    ///
    /// # Errors
    /// What the compiler says, where rules are compiled in the round.
    pub fn round(&mut self, counting: bool) -> Result<Round, String> {
        if self.workload.deploys > 0 {
            return self.deploy(counting);
        }
        let batches = self.timed();
        self.rounds += 1;
        let (mut rows, mut sum) = (0, 0.0);
        let meter = allocation::Meter::start(counting);
        let began = Instant::now();
        for batch in &batches {
            self.machine.process(self.stream, batch, &mut self.output);
            self.output.drain(|posted| {
                let removed = posted.removed.map(|batch| (batch, 0..batch.len()));
                for (batch, range) in removed.into_iter().chain([posted.inserted.clone()]) {
                    rows += range.len() as u64;
                    if !range.is_empty() {
                        let slot = batch.event_type().slot("v").expect("rules select v");
                        sum += total(batch.column(slot), range);
                    }
                }
            });
        }
        Ok(Round {
            nanos: began.elapsed().as_nanos() as u64,
            allocated: meter.bytes(),
            rows,
            sum,
        })
    }

    /// The batches with the times of this round.
    fn timed(&self) -> Vec<Arc<Batch>> {
        let offset = self.rounds * self.workload.span();
        let shifted = |batch: &Batch| {
            let times = batch.times().iter().map(|t| t + offset).collect();
            batch.clone().with_times(times)
        };
        let whole = self.batches.iter().map(shifted);
        let cut = |batch: Batch| {
            let starts = (0..batch.len()).step_by(self.size);
            let parts = starts.map(|at| batch.slice(at, batch.len().min(at + self.size)));
            parts.map(Arc::new).collect::<Vec<_>>()
        };
        whole.flat_map(cut).collect()
    }

    fn deploy(&self, counting: bool) -> Result<Round, String> {
        let module = self.workload.module();
        let meter = allocation::Meter::start(counting);
        let began = Instant::now();
        let machine = Machine::new(compile(&module)?, 0);
        std::hint::black_box(&machine);
        Ok(Round {
            nanos: began.elapsed().as_nanos() as u64,
            allocated: meter.bytes(),
            rows: 0,
            sum: 0.0,
        })
    }

    /// How each statement is evaluated, in words; of the first one.
    pub fn evaluator(&self) -> String {
        tachograph_runtime::evaluators(&self.plan)
            .first()
            .map(|e| e.words.to_string())
            .unwrap_or_default()
    }
}

fn compile(module: &str) -> Result<Arc<Plan>, String> {
    let compiled = tachograph_compile::compile(module, &tachograph_functions::registry());
    compiled
        .map(|c| Arc::new(c.plan))
        .map_err(|faults| format!("{faults:?}"))
}

fn prepare(plan: &Plan, stream: TypeId, workload: &Workload, size: usize) -> Vec<Batch> {
    let mut random: u64 = 1;
    let mut batches = Vec::new();
    let empty = || BatchBuilder::new(Arc::clone(&plan.types[stream.0]));
    let mut builder = empty();
    for i in 0..workload.events {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let (sym, v) = (
            (random >> 33) % workload.keys,
            (random >> 43) % workload.bound,
        );
        let values = [Value::str(format!("S{sym}")), Value::Long(v as i64)];
        let origin = Origin {
            partition: 0,
            position: i as u64,
        };
        builder.push((i / workload.per_ms) as i64, origin, values);
        if builder.len() == size {
            batches.push(std::mem::replace(&mut builder, empty()).finish());
        }
    }
    if !builder.is_empty() {
        batches.push(builder.finish());
    }
    batches
}

/// The listener's work: the sum of one column.
fn total(column: &Column, rows: Range<usize>) -> f64 {
    match (column.data(), column.nulls()) {
        (ColumnData::Long(values), None) => values[rows].iter().map(|v| *v as f64).sum(),
        (ColumnData::Double(values), None) => values[rows].iter().sum(),
        _ => rows.filter_map(|row| column.value(row).as_f64()).sum(),
    }
}
