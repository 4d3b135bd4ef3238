//! Real servers for a scenario, by `cargo xtask testbed` under a name of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tachograph_hbase::{Client, Config, Error};

use crate::process::cpu_seconds_of;

/// Runs a verb; gives what it printed.
///
/// # Errors
/// What the testbed says.
pub fn run(name: &str, words: &[&str]) -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--"])
        .args(["testbed", "--name", name])
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

/// What the testbed tells of its servers.
///
/// # Errors
/// As [`run`].
pub fn status(name: &str) -> Result<Value, String> {
    let status = run(name, &["status", "--format", "json"])?;
    serde_json::from_str(&status).map_err(|e| e.to_string())
}

/// CPU seconds that a server's processes have used since they were started.
pub fn cpu(server: &Value) -> f64 {
    let nodes = server["nodes"].as_array().into_iter().flatten();
    let pids = nodes.filter_map(|node| node["pid"].as_u64());
    pids.filter_map(cpu_seconds_of).sum()
}

/// Does something with a client of HBase, and waits for it.
///
/// # Errors
/// What the client tells.
pub fn on_hbase<T>(
    servers: &[String],
    work: impl AsyncFnOnce(Client) -> Result<T, Error>,
) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let config = Config::bootstrap(servers.to_vec());
    let done = runtime
        .map_err(|e| e.to_string())?
        .block_on(async { work(Client::connect(config).await?).await });
    done.map_err(|e| e.to_string())
}
