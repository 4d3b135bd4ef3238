//! Another program that does the same job; it brings its own servers, and prints its figures.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Format;

/// Runs it and takes its last line. Where there are files of records for it, the variable
/// `RECORDS` names their folder.
pub fn run(command: &str, records: Option<&Path>) -> Result<Value, String> {
    let output = Command::new("sh")
        .args(["-c", command])
        .envs(records.map(|folder| ("RECORDS", folder)))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("{command}: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    let value: Value = serde_json::from_str(last)
        .map_err(|e| format!("{command}: {} and no JSON object: {e}", output.status))?;
    let is_there = |key: &&str| value[*key].is_number();
    match ["records", "seconds", "cpu_us_per_record"]
        .iter()
        .find(|k| !is_there(k))
    {
        None => Ok(value),
        Some(key) => Err(format!("{command}: no number `{key}`")),
    }
}

/// Prints what it said.
pub fn print(round: u32, said: &Value, format: Format) {
    let number = |key: &str| said[key].as_f64();
    match format {
        Format::Text => {
            let rate = number("records").zip(number("seconds")).map(|(n, s)| n / s);
            let steady = number("steady_records_per_second");
            let steady = steady.map_or(String::new(), |rate| format!(" ({rate:.0} steady)"));
            println!(
                "peer, round {round}: {:.0} records/s{steady}, {:.2} CPU-us a record",
                rate.unwrap_or(f64::NAN),
                number("cpu_us_per_record").unwrap_or(f64::NAN),
            );
        }
        Format::Json => println!("{}", serde_json::json!({ "peer": said, "round": round })),
    }
}
