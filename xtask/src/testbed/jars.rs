//! Class paths, fetched by Maven once and kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::java_program;
use super::versions::Jars;

/// The folder of a server's jars; they are fetched where they are not there yet.
///
/// # Errors
/// What Maven says.
pub fn fetch(root: &Path, kept: &Path, jars: &Jars) -> Result<PathBuf, String> {
    let folder = kept.join(format!("{}-{}", jars.pom, jars.version));
    fs::create_dir_all(kept).map_err(|e| format!("{}: {e}", kept.display()))?;
    // Who asks for the same jars meanwhile waits for them; the lock goes with the file.
    let path = kept.join(format!("{}-{}.lock", jars.pom, jars.version));
    let lock = fs::File::create(&path).and_then(|file| file.lock().map(|()| file));
    let _lock = lock.map_err(|e| format!("{}: {e}", path.display()))?;
    if folder.join("complete").exists() {
        return Ok(folder);
    }
    eprintln!("{}: fetching {} with Maven …", jars.pom, jars.version);
    let mut maven = Command::new("mvn");
    let goal = match jars.is_archive {
        true => "dependency:unpack-dependencies",
        false => "dependency:copy-dependencies",
    };
    maven.args(["--batch-mode", "--quiet", goal]);
    maven.args([
        "-DincludeScope=runtime".to_string(),
        format!("-DoutputDirectory={}", folder.display()),
    ]);
    let properties = jars.properties.iter();
    maven.args(properties.map(|(name, value)| format!("-D{name}={value}")));
    maven.current_dir(root.join("tools/testbed").join(jars.pom));
    let output = maven.output().map_err(|e| format!("mvn: {e}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stdout);
        return Err(format!("Maven cannot fetch {}:\n{told}", jars.pom));
    }
    let stamp = folder.join("complete");
    fs::write(&stamp, "").map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok(folder)
}

/// A Java virtual machine with so much heap, a class path of a `conf` folder and jars, and flags.
pub fn java(heap: &str, conf: &Path, jars: &Path, flags: &[String]) -> Command {
    let mut java = Command::new(java_program());
    java.arg(format!("-Xmx{heap}"))
        .args(flags)
        .args(["-Djava.net.preferIPv4Stack=true", "-cp"])
        .arg(format!("{}:{}/*", conf.display(), jars.display()));
    java
}
