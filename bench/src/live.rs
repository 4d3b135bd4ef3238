//! The live store with many keys: how long a checkpoint of it holds its writers up.

use std::time::Instant;

use clap::Args;
use serde_json::json;
use tachograph_live::{Bytes, Effect, SharedStore};

use crate::Format;

/// Arguments of the scenario.
#[derive(Args)]
pub struct LiveArguments {
    /// Keys, a hash each
    #[arg(long, default_value_t = 1_000_000)]
    keys: u32,
    /// Checkpoints; the longest pause is printed
    #[arg(long, default_value_t = 5)]
    checkpoints: u32,
    /// How figures are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Effects a batch.
const EFFECTS: u32 = 1_024;

/// Batches between two checkpoints.
const BATCHES: u32 = 200;

/// Keys between those that one batch writes: each lies elsewhere.
const STEP: u32 = 977;

/// Runs the scenario and prints its figures.
///
/// # Errors
/// Where the thread that writes fails.
pub fn run(arguments: &LiveArguments) -> Result<(), String> {
    let store = SharedStore::default();
    for first in (0..arguments.keys).step_by(EFFECTS as usize) {
        store.apply(0, &batch(arguments.keys, first, 1, 0), 0);
    }
    let (mut pause, mut usual, mut longest, mut bytes) = (0.0_f64, 0.0_f64, 0.0_f64, 0);
    for checkpoint in 0..arguments.checkpoints {
        usual = usual.max(batches(&store, arguments.keys, checkpoint));
        let began = Instant::now();
        let snapshot = store.snapshot();
        pause = pause.max(began.elapsed().as_secs_f64() * 1e3);
        let writer = std::thread::spawn(move || {
            let mut saved = Vec::new();
            snapshot.save(&mut saved);
            saved.len()
        });
        longest = longest.max(batches(&store, arguments.keys, checkpoint));
        bytes = writer.join().map_err(|_| "the writer panicked")?;
    }
    print(arguments, bytes, pause, usual, longest);
    Ok(())
}

/// The longest time that a batch took, in ms.
fn batches(store: &SharedStore, keys: u32, round: u32) -> f64 {
    let mut longest: f64 = 0.0;
    for number in 0..BATCHES {
        let effects = batch(keys, number * EFFECTS, STEP, round);
        let began = Instant::now();
        store.apply(0, &effects, 0);
        longest = longest.max(began.elapsed().as_secs_f64() * 1e3);
    }
    longest
}

fn batch(keys: u32, first: u32, step: u32, round: u32) -> Vec<Effect> {
    let text = |text: String| -> Bytes { text.into_bytes().into() };
    let effect = |n: u32| {
        let car = first.wrapping_add(n.wrapping_mul(step)) % keys;
        let average = format!("{}.5", (car + round) % 120);
        Effect::HSet {
            key: text(format!("car:A{car:07}")),
            fields: vec![
                (text("average".into()), text(average)),
                (
                    text("windowEnd".into()),
                    text((1_451_606_400_000 + u64::from(round)).to_string()),
                ),
            ],
            expire_at_ms: Some(1 << 50),
        }
    };
    (0..EFFECTS).map(effect).collect()
}

fn print(arguments: &LiveArguments, bytes: usize, pause: f64, usual: f64, longest: f64) {
    let keys = arguments.keys;
    match arguments.format {
        Format::Text => println!(
            "{keys} keys: a checkpoint of {:.1} MiB stops the store for {pause:.2} ms; while it is \
             written a batch of {EFFECTS} effects, each on a key elsewhere, takes {longest:.2} ms at \
             most, otherwise {usual:.2} ms",
            bytes as f64 / 1_048_576.0
        ),
        Format::Json => println!(
            "{}",
            json!({
                "keys": keys,
                "checkpoint_bytes": bytes,
                "pause_ms": pause,
                "longest_batch_ms": usual,
                "longest_batch_while_writing_ms": longest,
            })
        ),
    }
}
