//! Peers in Java, each a program of ours in a folder of `tools`: built by Maven on first use, and again
//! where its source changed.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds `tools/NAME`; gives the folder of its classes and jars, `target/NAME`.
///
/// # Errors
/// Maven is missing or fails.
pub fn build(name: &str) -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the bench lies in the workspace")?;
    let folder = root.join("target").join(name);
    eprintln!("building the peer with Maven …");
    let mut maven = Command::new("mvn");
    maven.args(["--batch-mode", "--quiet", "package"]);
    maven.arg(format!("-Dfolder={}", folder.display()));
    let output = maven.current_dir(root.join("tools").join(name)).output();
    let output = output.map_err(|e| format!("mvn: {e}; the peer needs a JDK 17 and Maven"))?;
    match output.status.success() {
        true => Ok(folder),
        false => Err(format!(
            "Maven cannot build tools/{name}:\n{}",
            String::from_utf8_lossy(&output.stdout)
        )),
    }
}
