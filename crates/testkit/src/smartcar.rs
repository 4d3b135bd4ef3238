//! What the reference job must find, computed record by record without any of its parts.

use std::collections::BTreeMap;

use tachograph_connect::generate::{FleetOptions, Format, LineOptions, write_lines};
use tachograph_time::DatePattern;

/// A detection: end of the window, car, average, readings.
pub type Detection = (i64, String, String, u64);

/// The lines of a fleet, as a spout of `kind = "generate"` gives them.
///
/// # Panics
/// Never: a vector takes all bytes, and readings are text.
pub fn lines(cars: u32, records: u64, seed: u64) -> String {
    let mut out = Vec::new();
    let options = LineOptions {
        fleet: FleetOptions {
            cars,
            seed,
            ..FleetOptions::default()
        },
        records,
        format: Format::Delimited,
        headers: false,
        malformed_per_mille: 0,
        part: (0, 1),
    };
    write_lines(&mut out, &options).expect("a vector takes all bytes");
    String::from_utf8(out).expect("readings are text")
}

/// Cars whose average over 30 seconds of their own time is above 80, in order.
///
/// # Panics
/// Where a line is no reading.
pub fn detections(lines: &str) -> Vec<Detection> {
    let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
    let mut sums: BTreeMap<(i64, &str), (i64, u64)> = BTreeMap::new();
    for line in lines.lines() {
        let fields: Vec<&str> = line.split(',').collect();
        let time = pattern.parse(fields[0].as_bytes()).expect("a date");
        let speed: i64 = fields[6].parse().expect("a speed");
        let end = time.div_euclid(30_000) * 30_000 + 30_000;
        let sum = sums.entry((end, fields[1])).or_default();
        *sum = (sum.0 + speed, sum.1 + 1);
    }
    let above = |((end, car), (sum, count)): (&(i64, &str), &(i64, u64))| {
        let average = *sum as f64 / *count as f64;
        (average > 80.0).then(|| (*end, car.to_string(), shown(average), *count))
    };
    sums.iter().filter_map(above).collect()
}

/// An average so that two computations of it can be compared.
pub fn shown(average: f64) -> String {
    format!("{average:.9}")
}
