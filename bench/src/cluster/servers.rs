//! The real servers of a round: where they are, and the CPU time that each has used.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::process::cpu_seconds_of;

/// Name of the testbed, so that it is no one else's.
const NAME: &str = "bench";

/// Servers that run; put down with this value.
pub struct Servers {
    /// Kafka's.
    pub brokers: String,
    /// HBase's.
    pub hbase: Vec<String>,
    /// Redis's.
    pub redis: String,
    status: Value,
}

impl Servers {
    /// Starts them with empty stores.
    pub fn up() -> Result<Servers, String> {
        testbed(&["down"])?;
        testbed(&["up", "kafka", "hbase", "redis"])?;
        let status = testbed(&["status", "--format", "json"])?;
        let status: Value = serde_json::from_str(&status).map_err(|e| e.to_string())?;
        let address = |name: &str| {
            let address = status[name]["address"].as_str();
            address
                .map(String::from)
                .ok_or_else(|| format!("no address of {name}"))
        };
        Ok(Servers {
            brokers: address("kafka")?,
            hbase: address("hbase")?.split(',').map(String::from).collect(),
            redis: address("redis")?,
            status: status.clone(),
        })
    }

    /// CPU seconds that each server's processes have used since they were started.
    pub fn cpu(&self) -> Vec<(&'static str, f64)> {
        let of = |name: &'static str| {
            let nodes = self.status[name]["nodes"].as_array();
            let pids = nodes
                .into_iter()
                .flatten()
                .filter_map(|n| n["pid"].as_u64());
            (name, pids.filter_map(cpu_seconds_of).sum())
        };
        ["kafka", "hbase", "redis"].map(of).to_vec()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // What cannot be put down is told by the next `up`.
        let _ = testbed(&["down"]);
    }
}

fn testbed(words: &[&str]) -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "testbed",
            "--name",
            NAME,
        ])
        .args(words)
        .env("TESTBED_HBASE_HEAP", "2g")
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("cargo: {e}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!(
            "testbed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
    }
}
