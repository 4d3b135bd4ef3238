//! HBase's own shell on an HBase of the testbed: `cargo xtask testbed shell hbase`.
//!
//! Where its input is no terminal it takes the commands of a program, prints what they give and
//! nothing else, and fails with the first that fails.

use std::io::IsTerminal;

use super::bed::Bed;
use super::jars::java;
use super::versions;

/// The shell's own loop, which lies in its jar.
const MAIN: &str = "org.jruby.JarBootstrapMain";

/// Runs the shell to its end.
///
/// # Errors
/// A sentence where the server is not up, or the shell ends with a fault.
pub fn run(bed: Bed, server: &str) -> Result<String, String> {
    let known = ["hbase", "hbase3"].contains(&server);
    let service = bed.state.services.get(server).filter(|_| known);
    let service = service.ok_or_else(|| format!("{server} is no HBase that is up"))?;
    let conf = service.nodes[0].folder.clone();
    let jars = bed.fetch(&versions::HBASE_SHELL)?;
    // Others may use the testbed meanwhile.
    drop(bed);
    let mut shell = java("512m", &conf, &jars, &flags());
    shell.arg(MAIN);
    if !std::io::stdin().is_terminal() {
        shell.arg("--noninteractive");
    }
    let status = shell.status().map_err(|e| format!("java: {e}"))?;
    match status.success() {
        true => Ok(String::new()),
        false => Err(format!("HBase's shell ended with {status}")),
    }
}

/// JRuby looks into Java's own classes.
fn flags() -> Vec<String> {
    let opened = ["java.io", "java.lang", "java.util", "sun.nio.ch"];
    let mut flags: Vec<String> = opened
        .iter()
        .map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED"))
        .collect();
    flags.push("-XX:+UseSerialGC".into());
    flags
}
