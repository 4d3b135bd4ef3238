//! `tacho generate smartcar`: reference records, seeded and reproducible.

use std::io::{BufWriter, Write};

use clap::{Args, ValueEnum};
use tachograph_connect::generate::{FleetOptions, Format, LineOptions, write_lines};

/// Arguments of `generate`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct GenerateArguments {
    /// What to generate
    what: What,
    /// Number of cars
    #[arg(long, default_value_t = 100)]
    cars: u32,
    /// Number of records, over all cars
    #[arg(long, default_value_t = 100_000)]
    records: u64,
    /// Seed of all chance: the same seed gives the same records
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// First reading, as an instant
    #[arg(long, default_value = "2016-01-01T00:00:00Z")]
    start: String,
    /// How records are written
    #[arg(long, value_enum, default_value_t = Shape::Csv)]
    format: Shape,
    /// Let each car send a line of headings first
    #[arg(long)]
    headers: bool,
    /// Malformed lines in a thousand
    #[arg(long, default_value_t = 0)]
    malformed: u32,
    /// Write only part K of N of the cars, as K/N with K from 0
    #[arg(long, default_value = "0/1")]
    part: String,
}

const EXAMPLES: &str = "Examples:
  tacho generate smartcar --cars 1000 --records 1800000 > cars.csv
  tacho generate smartcar --headers --malformed 5 --seed 7   with headings and bad lines
  tacho generate smartcar --part 0/2 > half.csv              half of the cars";

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// The cars of the reference job
    Smartcar,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shape {
    Csv,
    Json,
}

/// Writes the records to standard output.
pub fn run(arguments: &GenerateArguments) -> Result<(), String> {
    let What::Smartcar = arguments.what;
    let start = tachograph_time::parse_instant(&arguments.start).ok_or_else(|| {
        format!(
            "--start {}: not an instant such as 2016-01-01T00:00:00Z",
            arguments.start
        )
    })?;
    let options = LineOptions {
        fleet: FleetOptions {
            cars: arguments.cars.max(1),
            seed: arguments.seed,
            start,
            ..FleetOptions::default()
        },
        records: arguments.records,
        format: match arguments.format {
            Shape::Csv => Format::Delimited,
            Shape::Json => Format::Json,
        },
        headers: arguments.headers,
        malformed_per_mille: arguments.malformed,
        part: part(&arguments.part)?,
    };
    let mut out = BufWriter::with_capacity(1 << 18, std::io::stdout().lock());
    let written = write_lines(&mut out, &options).and_then(|_| out.flush());
    match written {
        // The reader of a pipe may have seen enough.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|e| format!("standard output: {e}")),
    }
}

fn part(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/');
    let numbers = parts.and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    let valid = numbers.filter(|(k, n): &(u32, u32)| k < n);
    valid.ok_or_else(|| format!("--part {text}: write K/N with K from 0 and below N"))
}
