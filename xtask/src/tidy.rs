//! Tidiness that a compiler does not see: a `//!` header in every file, no line over 140
//! characters, nothing left unfinished, no path of somebody's machine.

use std::path::{Path, PathBuf};

/// Words that may not stand in a source file, with the reason. They are put together here so that
/// this file does not trip over itself.
fn leftovers() -> [(String, &'static str); 5] {
    [
        (format!("{}!(", "todo"), "unfinished"),
        (format!("{}!(", "unimplemented"), "unfinished"),
        (format!("{}!(", "dbg"), "left from debugging"),
        (format!("/{}/", "root"), "a path of one machine"),
        (format!("FIX{}", "ME"), "unfinished"),
    ]
}

/// Checks every Rust source of the workspace; gives a closing line or all violations.
pub fn check(root: &Path) -> Result<String, String> {
    let mut faults = Vec::new();
    let mut files = 0;
    for folder in ["crates", "xtask", "bench"] {
        for path in sources(&root.join(folder))? {
            files += 1;
            file(root, &path, &mut faults)?;
        }
    }
    match faults.is_empty() {
        true => Ok(format!("tidy: {files} files are in order")),
        false => Err(faults.join("\n")),
    }
}

fn file(root: &Path, path: &Path, faults: &mut Vec<String>) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let place = path.strip_prefix(root).unwrap_or(path).display();
    if !text.starts_with("//!") {
        faults.push(format!("{place}: begins without a //! header"));
    }
    for (number, line) in text.lines().enumerate() {
        if line.chars().count() > 140 {
            faults.push(format!(
                "{place}:{}: longer than 140 characters",
                number + 1
            ));
        }
        if let Some((_, why)) = leftovers().iter().find(|(word, _)| line.contains(word)) {
            faults.push(format!("{place}:{}: {why}", number + 1));
        }
    }
    Ok(())
}

/// All `.rs` files below a folder, in order.
pub fn sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
