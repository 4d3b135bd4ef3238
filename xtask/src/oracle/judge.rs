//! The engine's process: built by Maven on first use, asked line by line.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::SystemTime;

use super::answer::{Answer, parse};
use super::question::Question;

/// A running engine.
pub struct Judge {
    process: Child,
    answers: BufReader<ChildStdout>,
}

/// Asks a new engine all questions; gives the answers in their order.
///
/// # Errors
/// As [`Judge::start`] and [`Judge::ask`].
pub fn ask(root: &Path, questions: &[Question<'_>]) -> Result<Vec<Answer>, String> {
    Judge::start(root)?.ask(questions)
}

impl Judge {
    /// Starts the engine.
    ///
    /// # Errors
    /// Java or Maven is missing, or the build fails.
    pub fn start(root: &Path) -> Result<Judge, String> {
        let folder = root.join("target/oracle");
        build(root, &folder)?;
        let mut process = start(&folder)?;
        let output = process.stdout.take().expect("standard output is a pipe");
        Ok(Judge {
            process,
            answers: BufReader::new(output),
        })
    }

    /// Asks questions; gives the answers in their order.
    ///
    /// # Errors
    /// The engine ends before its last answer, or answers what was not asked.
    pub fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Answer>, String> {
        let requests = questions.iter().enumerate().map(|(n, q)| q.request(n));
        let requests: Vec<String> = requests.collect();
        let mut input = self
            .process
            .stdin
            .take()
            .ok_or("the engine hears nothing")?;
        let mut answers: Vec<Option<Answer>> = questions.iter().map(|_| None).collect();
        // A thread of its own: the engine answers while questions are still being sent.
        let sender = std::thread::spawn(move || {
            let sent = requests.iter().try_for_each(|r| writeln!(input, "{r}"));
            sent.and_then(|()| input.flush()).map(|()| input)
        });
        for _ in questions {
            let (id, answer) = self.next()?;
            let place = answers.get_mut(id);
            *place.ok_or("the engine answers what was not asked")? = Some(answer);
        }
        let sent = sender.join().expect("the sender does not panic");
        self.process.stdin = Some(sent.map_err(|e| format!("the engine hears nothing: {e}"))?);
        let answers: Option<Vec<Answer>> = answers.into_iter().collect();
        answers.ok_or_else(|| "the engine answers one question twice".to_string())
    }

    fn next(&mut self) -> Result<(usize, Answer), String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err("the engine ended before its last answer".to_string()),
            Ok(_) => parse(line.trim_end()),
            Err(e) => Err(format!("the engine cannot be read: {e}")),
        }
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        // The end of its input ends the engine.
        self.process.stdin = None;
        let _ = self.process.wait();
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
