//! The peer: a Java program of ours around `BufferedMutator`, which Maven builds on first use.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Run, TABLE};

/// Lets it write the rows, in a process of its own.
///
/// # Errors
/// Java is missing, or the program fails.
pub fn load(folder: &Path, zookeeper: &str, rows: usize, batch_rows: usize) -> Result<Run, String> {
    let path = format!("{0}/classes:{0}/lib/*", folder.display());
    let output = Command::new("java")
        .args(["-Xmx2g", "-XX:+UseParallelGC", "-cp", &path])
        .args(["-Djava.net.preferIPv4Stack=true", "tachograph.load.Main"])
        .args([zookeeper, TABLE])
        .args([rows.to_string(), batch_rows.to_string()])
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("java: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    let failed = || String::from_utf8_lossy(&output.stderr).into_owned();
    let said: Value = serde_json::from_str(last).map_err(|_| format!("java: {}", failed()))?;
    let number = |key: &str| said[key].as_f64().ok_or(format!("java: no `{key}`"));
    Ok(Run {
        seconds: number("seconds")?,
        cpu: number("cpu_seconds")?,
        cpu_with_start: Some(number("cpu_seconds_with_start")?),
        servers_cpu: 0.0,
    })
}
