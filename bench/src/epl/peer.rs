//! The real engine as a process beside ours: a Java program of ours that Maven builds on first use.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value as Json;

use super::Round;
use super::workload::Workload;

/// The flags of the virtual machine.
pub const FLAGS: [&str; 3] = ["-Xms4g", "-Xmx4g", "-XX:+UseParallelGC"];

/// A process that has prepared one workload.
pub struct Peer {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// How long it took to compile and deploy the rules and to make the events.
    pub preparation: Duration,
}

impl Peer {
    /// Starts a process and waits until the workload is prepared.
    ///
    /// # Errors
    /// Java is missing or the process ends.
    pub fn start(folder: &Path, workload: &Workload) -> Result<Peer, String> {
        let separator = if cfg!(windows) { ";" } else { ":" };
        let classes = folder.join("classes").display().to_string();
        let path = format!("{classes}{separator}{}", folder.join("lib/*").display());
        let mut java = Command::new("java");
        java.args(FLAGS)
            .args(["-cp", &path, "tachograph.peer.Main"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = java.spawn().map_err(|e| format!("java: {e}"))?;
        let input = process.stdin.take().ok_or("java has no input")?;
        let output = process.stdout.take().ok_or("java has no output")?;
        let mut peer = Peer {
            process,
            input: Some(input),
            output: BufReader::new(output),
            preparation: Duration::ZERO,
        };
        let ready = peer.ask(&workload.for_peer().to_string())?;
        let nanos = ready["nanos"].as_u64().ok_or("the peer is not ready")?;
        peer.preparation = Duration::from_nanos(nanos);
        Ok(peer)
    }

    /// Runs a round.
    ///
    /// # Errors
    /// The process ended or does not answer with a round.
    pub fn round(&mut self) -> Result<Round, String> {
        let answer = self.ask("round")?;
        let whole = |name: &str| answer[name].as_u64();
        let round = whole("nanos").zip(whole("rows")).zip(whole("allocated"));
        let ((nanos, rows), allocated) = round.ok_or("the peer's answer is no round")?;
        Ok(Round {
            nanos,
            rows,
            allocated,
            sum: answer["sum"].as_f64().unwrap_or_default(),
        })
    }

    fn ask(&mut self, line: &str) -> Result<Json, String> {
        let input = self.input.as_mut().ok_or("the peer is closed")?;
        writeln!(input, "{line}").map_err(|e| format!("the peer: {e}"))?;
        let mut answer = String::new();
        let read = self.output.read_line(&mut answer);
        read.map_err(|e| format!("the peer: {e}"))?;
        serde_json::from_str(&answer).map_err(|e| format!("the peer answers `{answer}`: {e}"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The end of its input ends the process.
        self.input.take();
        let _ = self.process.wait();
    }
}
