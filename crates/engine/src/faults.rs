//! What is wrong with a topology: diagnostics in the files in which they stand.

use std::fmt;
use std::path::{Path, PathBuf};

use tachograph_syntax::{Diagnostic, render_all};

/// Faults of one or several files.
#[derive(Debug, Clone, Default)]
pub struct ConfigFaults {
    files: Vec<FileFaults>,
}

#[derive(Debug, Clone)]
struct FileFaults {
    path: PathBuf,
    source: String,
    diagnostics: Vec<Diagnostic>,
}

impl ConfigFaults {
    /// Faults of one file.
    pub fn of(path: &Path, source: &str, diagnostics: Vec<Diagnostic>) -> ConfigFaults {
        let mut faults = ConfigFaults::default();
        faults.add(path, source, diagnostics);
        faults
    }

    /// A fault of a file as a whole.
    pub fn of_file(path: &Path, message: impl Into<String>) -> ConfigFaults {
        let fault = Diagnostic::semantic(message, tachograph_syntax::Span::default());
        ConfigFaults::of(path, "", vec![fault])
    }

    /// A fault of no file.
    pub fn of_whole(message: impl Into<String>) -> ConfigFaults {
        ConfigFaults::of_file(Path::new(""), message)
    }

    /// Adds faults of a file.
    pub fn add(&mut self, path: &Path, source: &str, diagnostics: Vec<Diagnostic>) {
        if !diagnostics.is_empty() {
            self.files.push(FileFaults {
                path: path.to_path_buf(),
                source: source.to_string(),
                diagnostics,
            });
        }
    }

    /// Adds all faults of another.
    pub fn extend(&mut self, other: ConfigFaults) {
        self.files.extend(other.files);
    }

    /// True where nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The faults with excerpts of their files.
    pub fn render(&self, color: bool) -> String {
        let mut text = String::new();
        for file in &self.files {
            let name = file.path.display().to_string();
            if file.source.is_empty() {
                let place = if name.is_empty() { name } else { name + ": " };
                for fault in &file.diagnostics {
                    text.push_str(&format!("error: {place}{}\n", fault.message));
                    if let Some(help) = &fault.help {
                        text.push_str(&format!("  = help: {help}\n"));
                    }
                }
            } else {
                text.push_str(&render_all(&file.diagnostics, &name, &file.source, color));
            }
        }
        text
    }
}

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ConfigFaults {}
