//! Processes that outlive the command that started them.
//!
//! A process is known by its number and by its command line, which names its folder: a number that
//! the system has given to somebody else is not mistaken for a server.

use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::state::Node;

/// How long a server may take to stop in order, before it is killed.
const PATIENCE: Duration = Duration::from_secs(25);

/// Starts a node's process, detached; what it tells is added to its log.
///
/// # Errors
/// A sentence that names the program.
pub fn start(node: &mut Node, mut command: Command) -> Result<(), String> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&node.log)
        .map_err(|e| format!("{}: {e}", node.log.display()))?;
    let errors = log.try_clone().map_err(|e| e.to_string())?;
    command
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .current_dir(&node.folder)
        .process_group(0);
    let program = command.get_program().to_string_lossy().into_owned();
    let child = command.spawn().map_err(|e| format!("{program}: {e}"))?;
    node.pid = Some(child.id());
    Ok(())
}

/// Does the node's process run?
pub fn is_alive(node: &Node) -> bool {
    let Some(pid) = node.pid else { return false };
    let shown = Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
        .output();
    let folder = node.folder.display().to_string();
    shown.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains(&folder))
}

/// Asks the process to stop.
pub fn ask_to_stop(node: &Node) {
    signal(node, "TERM");
}

/// Asks the process to stop, waits for it, and kills it where it does not. True if it was killed.
pub fn stop(node: &mut Node) -> bool {
    signal(node, "TERM");
    let began = Instant::now();
    while is_alive(node) && began.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(50));
    }
    let stubborn = is_alive(node);
    if stubborn {
        kill(node);
    }
    node.pid = None;
    stubborn
}

/// Ends the process at once, as a crash would.
pub fn kill(node: &mut Node) {
    signal(node, "KILL");
    while is_alive(node) {
        std::thread::sleep(Duration::from_millis(10));
    }
    node.pid = None;
}

fn signal(node: &Node, name: &str) {
    if let Some(pid) = node.pid.filter(|_| is_alive(node)) {
        // A process that ended in between needs no signal.
        let _ = Command::new("kill")
            .args([&format!("-{name}"), &pid.to_string()])
            .stderr(Stdio::null())
            .status();
    }
}
