//! What a newcomer does with the bundled example, done with the real program.

mod program;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/smartcar")
}

/// The bundled example at work, its log read to the end.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    live: String,
    folder: tempfile::TempDir,
}

impl Running {
    fn start() -> Running {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_tacho"))
            .arg("run")
            .arg(example())
            .args(["--port", "0"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let head = line_with(&mut out, "live store on ");
        let live = head.rsplit(' ').next().expect("an address").trim();
        let live = live.to_string();
        line_with(&mut out, "every source has ended");
        Running {
            child,
            out,
            live,
            folder,
        }
    }

    /// Sends a command as a Redis client does; the lines of the reply, up to a closing PING's.
    fn redis(&self, command: &str) -> Vec<String> {
        let mut stream = TcpStream::connect(&self.live).expect("the store listens");
        write!(stream, "{command}\r\nPING\r\n").expect("sent");
        let lines = BufReader::new(stream).lines().map(|l| l.expect("a line"));
        lines.take_while(|line| line != "+PONG").collect()
    }

    fn tacho(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tacho"));
        let output = command.args(arguments).current_dir(self.folder.path());
        let output = output.output().expect("the program starts");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Ends it as Ctrl-C does; gives what it said last.
    fn interrupt(&mut self) -> String {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.expect("kill is there").success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("text");
        assert!(self.child.wait().expect("it ends").success());
        rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line_with(out: &mut impl BufRead, words: &str) -> String {
    loop {
        let mut line = String::new();
        assert!(
            out.read_line(&mut line).expect("text") > 0,
            "it says: {words}"
        );
        if line.contains(words) {
            return line;
        }
    }
}

#[test]
fn the_bundled_example_is_read_watched_and_stopped() {
    let mut running = Running::start();
    let speeding = running.redis("SMEMBERS 20160101");
    assert!(
        speeding.iter().any(|l| l.ends_with("-20160101000030")),
        "{speeding:?}"
    );
    assert!(running.redis("XRANGE overspeed - + COUNT 1").len() > 10);
    assert_eq!(running.redis("SCARD speeding"), [":0"], "all have stopped");
    let time = running.redis("TTL 20160101");
    let seconds: i64 = time[0][1..].parse().expect("a number");
    assert!((0..=7 * 86_400).contains(&seconds), "{time:?}");
    let scan = [
        "scan",
        "DriverCarInfo",
        "--since",
        "2016-01-01T00:00:00Z",
        "--until",
        "2016-01-01T00:01:00Z",
        "--where",
        "speed > 150",
        "--limit",
        "20",
    ];
    let rows = running.tacho(&scan);
    assert!(
        rows.starts_with("row key") && rows.lines().count() > 5,
        "{rows}"
    );
    let status: serde_json::Value =
        serde_json::from_str(&running.tacho(&["inspect", "--format", "json"])).expect("JSON");
    assert_eq!(status["running"], true);
    let last = running.interrupt();
    assert!(last.contains("59,9") || last.contains("60,0"), "{last}");
    // The same from the stopped folder.
    assert_eq!(running.tacho(&scan), rows);
    let page = running.tacho(&["inspect", "--all"]);
    for word in [
        "stopped",
        "lag 0",
        "too far ahead",
        "Overspeed",
        "missed",
        ".parquet",
        "checkpoint",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
    let status: serde_json::Value =
        serde_json::from_str(&running.tacho(&["inspect", "--format", "json"])).expect("JSON");
    let partition = &status["partitions"][0];
    let missed = partition["late"].as_u64().zip(partition["future"].as_u64());
    let (late, future) = missed.expect("numbers");
    assert!(
        late > 0 && future == 3,
        "the log has late records: {partition}"
    );
    for rule in status["rules"].as_array().expect("rules") {
        assert_eq!(rule["late"], late + future, "{rule}");
    }
}

#[test]
fn every_rule_of_the_example_is_checked_explained_and_tested() {
    let example = program::Example::over(b"");
    let path = self::example().display().to_string();
    let check = example.tacho(&["check", &path]);
    assert_eq!(check.code, 0, "{}", check.err);
    let explain = example.tacho(&["explain", &path]);
    assert!(
        explain
            .out
            .contains("any number, where events are shared out by carNumber")
    );
    assert!(!explain.out.contains("tasks       one"), "{}", explain.out);
    let test = example.tacho(&["test", &path]);
    assert_eq!(
        (test.code, &*test.out),
        (0, "3 passed, 0 failed, 0 skipped\n")
    );
}

/// A rule that needs more than eight lines is not easy to read.
#[test]
fn the_rules_of_the_example_are_at_most_eight_lines() {
    let text = std::fs::read_to_string(example().join("overspeed.epl")).expect("the rules");
    let rules = text.split("\n\n").map(|rule| {
        rule.lines()
            .filter(|l| !l.starts_with("//") && !l.is_empty())
            .count()
    });
    let lines: Vec<usize> = rules.collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|count| *count <= 8), "{lines:?}");
}

#[test]
fn each_command_has_examples_in_its_help() {
    let example = program::Example::over(b"");
    for command in [
        "run", "check", "get", "scan", "inspect", "test", "explain", "generate",
    ] {
        let help = example.tacho(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("Examples:\n  tacho "), "{}", help.out);
    }
}

#[test]
fn rows_for_standard_output_stand_there_alone() {
    let log: Vec<u8> = (0..40)
        .flat_map(|n| [program::reading(n, "A0001", 100), b"\n".to_vec()].concat())
        .collect();
    let example = program::Example::over(&log);
    let path = example.folder().join("topology.toml");
    let text = std::fs::read_to_string(&path).expect("the topology");
    let bolt = "\n[bolts.out]\nkind = \"stdout\"\nfrom = [{ source = \"overspeed.Overspeed\" }]\n";
    std::fs::write(&path, text + bolt).expect("written");
    let run = example.run();
    assert_eq!(run.code, 0, "{}", run.err);
    let cars = run.out.lines().map(|line| {
        let row: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        row["carNumber"].clone()
    });
    assert_eq!(cars.collect::<Vec<_>>(), ["A0001", "A0001"]);
    assert!(run.err.contains("40 records"), "{}", run.err);
}
