//! A testbed of a test's own, put down with the test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock};

use crate::harness::{Skipped, skip};

/// Tests take turns: so many servers at once would be slow on a small machine, and what a test
/// waits for in vain would say nothing.
static TURN: Mutex<()> = Mutex::new(());

/// Servers of one test.
pub struct Testbed {
    name: &'static str,
    _turn: MutexGuard<'static, ()>,
}

/// Starts servers under a name that no other test uses, unless the machine lacks what they need.
pub fn up(name: &'static str, servers: &[&str]) -> Result<Testbed, Skipped> {
    let checked = xtask(&[&["testbed", "check"], servers].concat());
    if !checked.status.success() {
        let why = String::from_utf8_lossy(&checked.stderr);
        return skip(why.trim());
    }
    let bed = Testbed {
        name,
        _turn: TURN.lock().unwrap_or_else(|e| e.into_inner()),
    };
    bed.run(&["down"]);
    bed.run(&[&["up"], servers].concat());
    Ok(bed)
}

impl Testbed {
    /// Runs a verb of the testbed; gives what it printed.
    pub fn run(&self, words: &[&str]) -> String {
        let output = xtask(&[&["testbed", "--name", self.name], words].concat());
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "testbed {words:?}: {told}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn server(&self, server: &str) -> serde_json::Value {
        let text = self.run(&["status", "--format", "json"]);
        let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        all[server].clone()
    }

    /// What else is told of a server.
    pub fn also(&self, server: &str, what: &str) -> String {
        let told = self.server(server)["also"][what].clone();
        told.as_str().expect("the server is up").to_string()
    }

    /// Addresses of a server.
    pub fn addresses(&self, server: &str) -> Vec<String> {
        let addresses = self.server(server)["address"].clone();
        let addresses = addresses.as_str().expect("the server is up");
        addresses.split(',').map(String::from).collect()
    }

    /// The name of a server's process that listens on a port.
    pub fn process_at(&self, server: &str, port: u16) -> String {
        let server = self.server(server);
        let nodes = server["nodes"].as_array().expect("nodes");
        let has = |ports: &serde_json::Value| {
            let mut ports = ports.as_object().into_iter().flatten();
            ports.any(|(_, p)| *p == port)
        };
        let node = nodes.iter().find(|n| has(&n["ports"]));
        let name = node.and_then(|n| n["name"].as_str());
        name.expect("a process of the server").to_string()
    }
}

impl Drop for Testbed {
    fn drop(&mut self) {
        // A test that fails leaves its servers' logs, not its servers.
        xtask(&["testbed", "--name", self.name, "down"]);
    }
}

fn xtask(words: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "xtask", "--"])
        .args(words)
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .expect("cargo runs")
}

/// TLS needs the headers of OpenSSL.
fn features() -> &'static str {
    match has_tls() {
        true => "kafka-tls,avro,protobuf",
        false => "kafka,avro,protobuf",
    }
}

/// Is the program built with TLS towards Kafka?
pub fn has_tls() -> bool {
    let found = Command::new("pkg-config")
        .args(["--exists", "openssl"])
        .status();
    found.is_ok_and(|status| status.success())
}

/// The program, built once.
pub fn program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--package",
                "tachograph-cli",
                "--features",
                features(),
            ])
            .current_dir(root)
            .status();
        assert!(built.is_ok_and(|status| status.success()), "tacho builds");
        // Beside the folder of this test's own binary.
        let own = std::env::current_exe().expect("a path");
        let target = own.ancestors().nth(3).expect("a target folder");
        target.join("debug/tacho")
    })
}
