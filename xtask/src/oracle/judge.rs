//! The engine's process: built by Maven on first use, asked line by line.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use super::answer::{Answer, parse};
use super::question::Question;

/// Asks all questions; gives the answers in their order.
///
/// # Errors
/// Java or Maven is missing, the build fails, or the engine ends before its last answer.
pub fn ask(root: &Path, questions: &[Question<'_>]) -> Result<Vec<Answer>, String> {
    let folder = root.join("target/oracle");
    build(root, &folder)?;
    let mut process = start(&folder)?;
    let requests: Vec<String> = questions
        .iter()
        .enumerate()
        .map(|(n, q)| q.request(n))
        .collect();
    let mut input = process.stdin.take().expect("standard input is a pipe");
    // A thread of its own: the engine answers while questions are still being sent.
    let sender = std::thread::spawn(move || {
        requests
            .iter()
            .try_for_each(|request| writeln!(input, "{request}"))
    });
    let output = process.stdout.take().expect("standard output is a pipe");
    let mut answers: Vec<Option<Answer>> = questions.iter().map(|_| None).collect();
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|e| format!("the engine cannot be read: {e}"))?;
        let (id, answer) = parse(&line)?;
        let place = answers.get_mut(id);
        *place.ok_or("the engine answers what was not asked")? = Some(answer);
    }
    let ended = process.wait().map_err(|e| format!("the engine: {e}"))?;
    let sent = sender.join().expect("the sender does not panic");
    let answers: Option<Vec<Answer>> = answers.into_iter().collect();
    match answers {
        Some(answers) if sent.is_ok() => Ok(answers),
        _ => Err(format!("the engine ended before its last answer: {ended}")),
    }
}

fn start(folder: &Path) -> Result<Child, String> {
    let separator = if cfg!(windows) { ";" } else { ":" };
    let classes = folder.join("classes").display().to_string();
    let path = format!("{classes}{separator}{}", folder.join("lib/*").display());
    let mut java = Command::new("java");
    // Cases are short: what compiles quickly pays more than what runs fast.
    java.args(["-Xmx1g", "-XX:TieredStopAtLevel=1", "-cp", &path]);
    java.arg("tachograph.oracle.Main");
    java.stdin(Stdio::piped()).stdout(Stdio::piped());
    java.spawn().map_err(|e| missing("java", &e))
}

fn build(root: &Path, folder: &Path) -> Result<(), String> {
    let source = root.join("tools/oracle");
    let built = modified(&folder.join("lib"));
    if built.is_some() && newest(&source)? <= built {
        return Ok(());
    }
    eprintln!("building the judge with Maven …");
    let mut maven = Command::new("mvn");
    maven.args(["--batch-mode", "--quiet", "package"]);
    maven.arg(format!("-Dfolder={}", folder.display()));
    let output = maven.current_dir(&source).output();
    let output = output.map_err(|e| missing("mvn", &e))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stdout);
        return Err(format!("Maven cannot build tools/oracle:\n{told}"));
    }
    // The folder's own time says when it was built last.
    let stamp = folder.join("lib/built");
    std::fs::write(&stamp, "").map_err(|e| format!("{}: {e}", stamp.display()))?;
    std::fs::remove_file(&stamp).map_err(|e| format!("{}: {e}", stamp.display()))
}

fn missing(program: &str, error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => {
            format!("`{program}` is not there: the oracle needs a JDK 17 and Maven on the path")
        }
        _ => format!("{program}: {error}"),
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|m| m.modified()).ok()
}

/// When the newest file below a folder was written.
fn newest(folder: &Path) -> Result<Option<SystemTime>, String> {
    let mut latest = None;
    let mut folders: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder);
        let entries = entries.map_err(|e| format!("{}: {e}", folder.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => latest = latest.max(modified(&path)),
            }
        }
    }
    Ok(latest)
}
