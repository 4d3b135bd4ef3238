//! The real program over a copy of the bundled example.

#![allow(dead_code)] // Each test binary uses a part of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of `examples/smartcar` over a log of the test's, in a folder of its own.
pub struct Example {
    folder: tempfile::TempDir,
}

/// What a run of the program gave.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    fn of(output: Output) -> Run {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

impl Example {
    /// The example over a log.
    pub fn over(log: &[u8]) -> Example {
        let folder = tempfile::tempdir().expect("a folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/smartcar");
        for name in ["topology.toml", "schema.epl", "overspeed.epl"] {
            fs::copy(example.join(name), folder.path().join(name)).expect("the example's file");
        }
        fs::create_dir(folder.path().join("data")).expect("a folder");
        fs::write(folder.path().join("data/cars.csv"), log).expect("a log");
        Example { folder }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it writes.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("out/data")
    }

    /// Runs the program in the folder.
    pub fn tacho(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tacho"));
        let command = command.args(arguments).current_dir(self.folder.path());
        Run::of(command.output().expect("the program starts"))
    }

    /// Runs the job until its end.
    pub fn run(&self) -> Run {
        self.run_with(&["--port", "0"])
    }

    /// Runs the job until its end, with more arguments.
    pub fn run_with(&self, more: &[&str]) -> Run {
        self.tacho(&[&["run", ".", "--until-end", "--data", "out/data"], more].concat())
    }

    /// Runs the job without an end of its own where no file may become longer: writing more fails, as on a full disk.
    pub fn run_with_files_of_at_most(&self, bytes: u64) -> Run {
        // The shell counts blocks of 512 bytes. The signal would end the program before it could
        // say anything; without it, the write fails.
        let script = format!(
            "trap '' XFSZ; ulimit -f {}; exec \"$0\" run . --data out/data --port 0",
            bytes / 512
        );
        let mut command = Command::new("sh");
        let command = command.args(["-c", &script, env!("CARGO_BIN_EXE_tacho")]);
        let output = command.current_dir(self.folder.path()).output();
        Run::of(output.expect("a shell"))
    }

    /// How many rows a table has, as `tacho scan` says.
    pub fn count(&self, table: &str) -> usize {
        let run = self.tacho(&["scan", table, "--data", "out/data", "--format", "json"]);
        assert_eq!(run.code, 0, "{}", run.err);
        run.out.lines().count()
    }

    /// The dead-letter file of the log.
    pub fn ledger(&self) -> String {
        let path = self.data().join("ledgers/dead-letter-cars-0.jsonl");
        fs::read_to_string(path).expect("the dead letters")
    }
}

/// The bytes of each dead letter.
pub fn dead_letters(example: &Example) -> Vec<Vec<u8>> {
    let raw = |line: &str| {
        let letter: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        match (letter["raw"].as_str(), letter["raw_hex"].as_str()) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (None, Some(hex)) => unhex(hex),
            _ => panic!("no bytes in {line}"),
        }
    };
    example.ledger().lines().map(raw).collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let byte = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// A reading at a second of 2016-01-01, without its line end.
pub fn reading(second: u32, car: &str, speed: u32) -> Vec<u8> {
    let (hour, minute, second) = (second / 3_600 % 24, second / 60 % 60, second % 60);
    let day = 1;
    format!("201601{day:02}{hour:02}{minute:02}{second:02},{car},3,0,F,N,{speed},D02").into_bytes()
}
