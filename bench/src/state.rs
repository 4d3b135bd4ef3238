//! The state of the reference rule with many cars: what it takes in memory, and how long a
//! checkpoint of it holds the machine up.

use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde_json::json;
use tachograph_event::{Batch, BatchBuilder, Origin, Value};
use tachograph_plan::{Plan, TypeId};
use tachograph_runtime::{Machine, Output};

use crate::Format;
use crate::process::resident_mib;

/// Arguments of the scenario.
#[derive(Args)]
pub struct StateArguments {
    /// Cars
    #[arg(long, default_value_t = 1_000_000)]
    cars: u32,
    /// Checkpoints; the longest pause is printed
    #[arg(long, default_value_t = 5)]
    checkpoints: u32,
    /// How figures are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const MODULE: &str = "create schema Reading(carNumber string, speed int);
    @name('Overspeed') select carNumber, avg(speed) as average, count(*) as readings
    from Reading#time_batch(30 sec, 0L) group by carNumber having avg(speed) > 80;";

/// Rows a batch.
const ROWS: u32 = 1_024;

/// A machine that is fed a reading of every car, round by round.
struct Cars {
    machine: Machine,
    plan: Arc<Plan>,
    reading: TypeId,
    cars: u32,
    /// Event time of the round, in ms.
    now: i64,
}

/// Runs the scenario and prints its figures.
///
/// # Errors
/// Where the system does not tell what memory is resident.
pub fn run(arguments: &StateArguments) -> Result<(), String> {
    let compiled = tachograph_compile::compile(MODULE, &tachograph_functions::registry());
    let plan = Arc::new(compiled.map_err(|faults| format!("{faults:?}"))?.plan);
    let reading = plan.type_id("Reading").ok_or("the module has a Reading")?;
    let mut cars = Cars {
        machine: Machine::new(Arc::clone(&plan), 0),
        plan,
        reading,
        cars: arguments.cars,
        now: 0,
    };
    let untold = "the system does not tell what memory is resident";
    let before = resident_mib().ok_or(untold)?;
    cars.round();
    let usual = cars.round();
    let bytes = (resident_mib().ok_or(untold)? - before) * 1_048_576.0 / f64::from(cars.cars);
    let mut pauses: Vec<f64> = Vec::new();
    let mut longest: f64 = 0.0;
    let mut size = 0;
    for _ in 0..arguments.checkpoints {
        let began = Instant::now();
        let snapshot = cars.machine.snapshot();
        pauses.push(began.elapsed().as_secs_f64() * 1e3);
        let writer = std::thread::spawn(move || snapshot.encode().len());
        longest = longest.max(cars.round());
        size = writer.join().map_err(|_| "the writer panicked")?;
    }
    let pause = pauses.into_iter().fold(0.0, f64::max);
    print(arguments, bytes, pause, (usual, longest), size);
    Ok(())
}

impl Cars {
    /// A reading of every car; the longest time that a batch took, in ms.
    fn round(&mut self) -> f64 {
        self.now += 2_000;
        let mut longest: f64 = 0.0;
        for first in (0..self.cars).step_by(ROWS as usize) {
            let batch = Arc::new(self.batch(first));
            let began = Instant::now();
            self.machine
                .process(self.reading, &batch, &mut Output::default());
            longest = longest.max(began.elapsed().as_secs_f64() * 1e3);
        }
        longest
    }

    fn batch(&self, first: u32) -> Batch {
        let mut builder = BatchBuilder::new(Arc::clone(&self.plan.types[self.reading.0]));
        for car in first..(first + ROWS).min(self.cars) {
            let values = [
                Value::str(format!("A{car:07}")),
                Value::Int(car as i32 % 120),
            ];
            builder.push(self.now, Origin::default(), values);
        }
        builder.finish()
    }
}

fn print(
    arguments: &StateArguments,
    bytes: f64,
    pause: f64,
    (usual, longest): (f64, f64),
    size: usize,
) {
    let cars = arguments.cars;
    match arguments.format {
        Format::Text => println!(
            "{cars} cars: {bytes:.0} bytes a car; a checkpoint of {:.1} MiB stops the machine for \
             {pause:.2} ms; while it is written a batch of {ROWS} takes {longest:.2} ms at most, \
             otherwise {usual:.2} ms",
            size as f64 / 1_048_576.0
        ),
        Format::Json => println!(
            "{}",
            json!({
                "cars": cars,
                "bytes_per_car": bytes,
                "checkpoint_bytes": size,
                "pause_ms": pause,
                "longest_batch_ms": usual,
                "longest_batch_while_writing_ms": longest,
            })
        ),
    }
}
