//! One HBase for all tests of a process, where none is named, and one that speaks TLS: started by the
//! testbed, put down when the process has ended, however that comes.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use crate::harness::{Skipped, skip};

/// Where the server is that runs for these tests.
pub struct Server {
    pub servers: Vec<String>,
    pub zookeeper: Vec<String>,
    /// What else the testbed tells of it.
    told: String,
    /// Waits for the end of this process.
    _undertaker: Child,
}

/// The servers: those of `TACHO_HBASE`, or one of our own, unless the machine lacks what that needs.
pub fn servers() -> Result<Vec<String>, Skipped> {
    named("TACHO_HBASE").map_or_else(|| Ok(own()?.servers.clone()), Ok)
}

/// The servers that an environment variable names.
pub fn named(variable: &str) -> Option<Vec<String>> {
    let names = std::env::var(variable).ok()?;
    Some(
        names
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
    )
}

/// The server that is started for these tests, with the first that asks for it.
pub fn own() -> Result<&'static Server, Skipped> {
    static SERVER: OnceLock<Result<Server, Skipped>> = OnceLock::new();
    let server = SERVER.get_or_init(|| start("hbase"));
    server.as_ref().map_err(Skipped::clone)
}

/// The same, where all speak TLS.
pub fn own_with_tls() -> Result<&'static Server, Skipped> {
    static SERVER: OnceLock<Result<Server, Skipped>> = OnceLock::new();
    let server = SERVER.get_or_init(|| start("hbase-tls"));
    server.as_ref().map_err(Skipped::clone)
}

impl Server {
    /// The content of a file that the testbed tells of.
    pub fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(text(&self.told, name)).expect("a file of the testbed")
    }
}

/// Gives commands to HBase's shell on the server of our own; what it tells.
pub fn shell(commands: &str) -> String {
    let mut shell = xtask(&["testbed", "--name", &name("hbase"), "shell", "hbase"]);
    let piped = shell.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut shell = piped.stderr(Stdio::piped()).spawn().expect("cargo runs");
    let mut input = shell.stdin.take().expect("an input");
    input.write_all(commands.as_bytes()).expect("it listens");
    drop(input);
    let output = shell.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{errors}");
    told
}

/// The testbed in which a kind of server runs for these tests.
fn name(kind: &str) -> String {
    format!("{kind}-tests")
}

fn start(kind: &str) -> Result<Server, Skipped> {
    let checked = testbed(&["check", kind]);
    if !checked.status.success() {
        let why = String::from_utf8_lossy(&checked.stderr);
        return skip(why.trim());
    }
    let name = name(kind);
    let undertaker = undertaker(kind, &name).expect("a process that puts it down");
    let up = testbed(&["--name", &name, "up", kind]);
    assert!(
        up.status.success(),
        "{}",
        String::from_utf8_lossy(&up.stderr)
    );
    let told = testbed(&["--name", &name, "status", "--format", "json"]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    Ok(Server {
        servers: vec![text(&told, "address")],
        zookeeper: vec![text(&told, "zookeeper")],
        told,
        _undertaker: undertaker,
    })
}

/// The text that a name stands for. (Ports of the same name are numbers.)
fn text(json: &str, name: &str) -> String {
    let mark = format!("\"{name}\": \"");
    let (_, rest) = json.split_once(&mark).expect("the name is there");
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// A process that holds the lock of the server's name until it has put the server down, which it does
/// when this process ends: its input ends then.
fn undertaker(kind: &str, name: &str) -> std::io::Result<Child> {
    let lock = File::create(target().join(format!("{name}.lock")))?;
    // The one of an earlier process may be at work still.
    lock.lock()?;
    // Nobody needs its data any more, so it need not stop in order.
    let bed = format!("\"$0\" run --quiet --package xtask -- testbed --name {name}");
    let down = format!("cat; {bed} kill {kind}; {bed} down");
    Command::new("sh")
        .args(["-c", &down, env!("CARGO")])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::from(lock))
        .stderr(Stdio::null())
        .spawn()
}

fn testbed(words: &[&str]) -> Output {
    let mut command = xtask(&[&["testbed"], words].concat());
    command.stdin(Stdio::null()).output().expect("cargo runs")
}

fn xtask(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--package", "xtask", "--"]);
    command.args(words).current_dir(root());
    command
}

/// The folder that all is in.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The jars of the server, its Java client among them.
pub fn jars() -> PathBuf {
    let folders = std::fs::read_dir(target().join("testbed-jars")).expect("the testbed's jars");
    let mut paths = folders.flatten().map(|entry| entry.path());
    let is_hbase = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.is_dir() && name.starts_with("hbase-") && !name.starts_with("hbase-shell-")
    };
    paths.find(is_hbase).expect("the testbed has fetched them")
}

/// The target folder, above the test's own binary.
fn target() -> PathBuf {
    let own = std::env::current_exe().expect("a path");
    own.ancestors()
        .nth(3)
        .expect("a target folder")
        .to_path_buf()
}
