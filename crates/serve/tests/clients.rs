//! The clients that people use, against the server: redis-cli and redis-py.

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::{has_program, start};
use tachograph_live::{Bytes, Effect};

fn cli(port: u16, args: &[&str], input: &str) -> String {
    let mut child = Command::new("redis-cli")
        .args(["-p", &port.to_string()])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("redis-cli can be started");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn redis_cli_reads_what_was_published_to_the_store() {
    if !has_program("redis-cli", "redis-cli against the server") {
        return;
    }
    let (server, store) = start();
    let port = server.local_addr().port();
    let b = |text: &str| -> Bytes { text.as_bytes().into() };
    store.apply(
        0,
        &[
            Effect::SAdd {
                key: b("20160101"),
                member: b("A1"),
                expire_at_ms: None,
            },
            Effect::XAdd {
                key: b("overspeed"),
                id: (7, 0),
                fields: vec![(b("car"), b("A1"))],
                max_len: None,
            },
        ],
        support::START_MS,
    );
    assert_eq!(cli(port, &["SMEMBERS", "20160101"], ""), "A1\n");
    assert_eq!(
        cli(port, &["XRANGE", "overspeed", "-", "+"], ""),
        "7-0\ncar\nA1\n"
    );
    assert_eq!(
        cli(port, &["-3", "HELLO"], "").lines().next(),
        Some("server redis")
    );
    let script =
        "SET a \"two words\"\nGET a\nZADD z 1.5 m\nZSCORE z m\nSCAN 0 COUNT 100 TYPE zset\n";
    assert_eq!(cli(port, &[], script), "OK\ntwo words\n1\n1.5\n0\nz\n");
    let bulk: String = (0..5_000)
        .map(|n| format!("SET bulk:{n} {n}\r\n"))
        .collect();
    assert!(cli(port, &["--pipe"], &bulk).contains("errors: 0, replies: 5000"));
    assert_eq!(cli(port, &["DBSIZE"], ""), "5004\n");
    let scanned = cli(port, &["--scan", "--pattern", "bulk:*"], "");
    assert_eq!(scanned.lines().count(), 5_000);
    server.shutdown();
}

/// A Python that has redis-py, made once in the tests' own folder.
fn python() -> Result<PathBuf, &'static str> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("redis-py");
    let python = folder.join("bin/python");
    let works = |python: &Path| {
        let tried = Command::new(python).args(["-c", "import redis"]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    if works(&python) {
        return Ok(python);
    }
    let made = Command::new("python3")
        .args(["-m", "venv"])
        .arg(&folder)
        .output();
    if !made.is_ok_and(|output| output.status.success()) {
        return Err("python3 with venv is not installed");
    }
    // Whether it worked is seen next.
    let _ = Command::new(&python)
        .args(["-m", "pip", "-q", "install", "redis"])
        .output();
    if works(&python) {
        Ok(python)
    } else {
        Err("redis-py cannot be installed")
    }
}

#[test]
fn redis_py_works_in_both_protocols() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => {
            return support::skip("redis-py against the server", why);
        }
    };
    let (server, _store) = start();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/redis_py.py");
    let port = server.local_addr().port().to_string();
    let output = Command::new(python)
        .arg(script)
        .arg(port)
        .output()
        .expect("python runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}{err}");
    assert_eq!(out, "protocol 2 ok\nprotocol 3 ok\n");
}
