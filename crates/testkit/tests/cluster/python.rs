//! Confluent's serializers for Python, in an environment of their own below the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::harness::{Skipped, skip};

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/serializers")
}

/// The environment's Python; made where it is not there, unless the machine cannot.
pub fn python() -> Result<PathBuf, Skipped> {
    let own = std::env::current_exe().expect("a path");
    let target = own.ancestors().nth(3).expect("a target folder");
    let folder = target.join("testbed-serializers");
    let wanted = fs::read_to_string(tools().join("requirements.txt")).expect("requirements");
    let stamp = folder.join("complete");
    let python = folder.join("bin/python");
    if fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(python);
    }
    let made = run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    let installed = made.and_then(|_| {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
        run(pip.arg(tools().join("requirements.txt")))
    });
    match installed {
        Ok(_) => {
            fs::write(&stamp, wanted).expect("a stamp");
            Ok(python)
        }
        Err(why) => skip(why.trim()),
    }
}

/// Lets the serializers write readings.
pub fn write(python: &Path, arguments: &[&str]) {
    let mut command = Command::new(python);
    command.arg(tools().join("write.py")).args(arguments);
    let written = run(&mut command);
    written.unwrap_or_else(|told| panic!("{told}"));
}

/// What the deserializers make of records: a line each.
pub fn read(python: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(python);
    command.arg(tools().join("read.py")).args(arguments);
    run(&mut command).unwrap_or_else(|told| panic!("{told}"))
}

fn run(command: &mut Command) -> Result<String, String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    let told = String::from_utf8_lossy(&stdout).into_owned();
    match status.success() {
        true => Ok(told),
        false => {
            let why = String::from_utf8_lossy(&stderr);
            Err(format!("{command:?}: {told}{why}"))
        }
    }
}
