//! What the operating system says of this process and of others, from `/proc`.

use std::fs;

/// CPU seconds used so far, user and system; none where the system does not tell.
pub fn cpu_seconds() -> Option<f64> {
    cpu_seconds_in("/proc/self/stat")
}

/// The same of another process.
pub fn cpu_seconds_of(pid: u64) -> Option<f64> {
    cpu_seconds_in(&format!("/proc/{pid}/stat"))
}

fn cpu_seconds_in(path: &str) -> Option<f64> {
    let stat = fs::read_to_string(path).ok()?;
    let after = stat.rsplit_once(')')?.1;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i)?.parse::<f64>().ok();
    // Linux counts these in hundredths of a second on every architecture it exposes them.
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Peak resident memory in MiB; none where the system does not tell.
pub fn peak_mib() -> Option<f64> {
    status_mib("VmHWM:")
}

/// Resident memory in MiB; none where the system does not tell.
pub fn resident_mib() -> Option<f64> {
    status_mib("VmRSS:")
}

fn status_mib(name: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with(name))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
