//! The programs that the testbed needs, and what to install where one is missing.

use std::process::{Command, Stdio};

/// What a server is started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Java 17 and Maven.
    Java,
    /// `redis-server` and `redis-cli`.
    Redis,
}

impl Needs {
    /// Checks that the programs are there.
    ///
    /// # Errors
    /// One sentence that says what to install.
    pub fn check(self) -> Result<(), String> {
        match self {
            Needs::Java => java(),
            Needs::Redis => redis(),
        }
    }
}

/// The `java` to run servers with: of `JAVA_HOME` where that is set.
pub fn java_program() -> String {
    match std::env::var("JAVA_HOME") {
        Ok(home) if !home.is_empty() => format!("{home}/bin/java"),
        _ => "java".into(),
    }
}

fn java() -> Result<(), String> {
    let help =
        "install them (Debian: `apt-get install openjdk-17-jdk-headless maven`), or set JAVA_HOME";
    let program = java_program();
    let Ok(shown) = Command::new(&program).arg("-version").output() else {
        return Err(format!(
            "`{program}` is not there: the testbed needs Java 17 and Maven; {help}"
        ));
    };
    let text = String::from_utf8_lossy(&shown.stderr).into_owned();
    if !text.contains("version \"17") {
        let found = text.lines().next().unwrap_or("nothing").to_string();
        return Err(format!(
            "the testbed needs Java 17 (HBase does not run on later ones); `{program}` is {found}; {help}"
        ));
    }
    // Maven is a script, which is there but does not run without a Java of its own choice.
    match runs("mvn", "--version") {
        true => Ok(()),
        false => Err(format!(
            "`mvn` is not there, or finds no Java: the testbed needs Java 17 and Maven; {help}"
        )),
    }
}

fn redis() -> Result<(), String> {
    let missing = ["redis-server", "redis-cli"].into_iter();
    match missing.into_iter().find(|p| !runs(p, "--version")) {
        None => Ok(()),
        Some(program) => Err(format!(
            "`{program}` is not there: install Redis 7 (Debian: `apt-get install redis-server redis-tools`)"
        )),
    }
}

fn runs(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    let quiet = command.arg(argument).stdout(Stdio::null());
    let status = quiet.stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
