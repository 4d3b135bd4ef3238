//! Finds the data folder that holds a table.

use std::path::{Path, PathBuf};

use tachograph_syntax::suggest;

/// Where a table stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The data folder of its system.
    pub data: PathBuf,
    /// The table's own folder.
    pub folder: PathBuf,
}

/// Finds a table in a data folder, or, without one, in all data folders below `data/`.
///
/// # Errors
/// A text for people, where no folder holds the table, or several do.
pub fn locate(data: Option<&Path>, table: &str) -> Result<Place, String> {
    let folders = match data {
        Some(data) => vec![data.to_path_buf()],
        None => inside(Path::new("data")),
    };
    let place = |data: &PathBuf| Place {
        data: data.clone(),
        folder: data.join("tables").join(table),
    };
    let mut found: Vec<Place> = folders.iter().map(place).collect();
    found.retain(|place| place.folder.is_dir());
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(absent(&folders, table)),
        _ => {
            let folders: Vec<String> = found.iter().map(|p| p.data.display().to_string()).collect();
            Err(format!(
                "several data folders hold a table {table}: {}\n  = help: choose one with --data",
                folders.join(", ")
            ))
        }
    }
}

/// The data folders below a folder: those in which a system has left its status or works.
pub fn systems(folder: &Path) -> Vec<PathBuf> {
    let mut systems = inside(folder);
    systems.retain(|data| data.join("status.json").is_file() || data.join("query.sock").exists());
    systems
}

fn absent(folders: &[PathBuf], table: &str) -> String {
    let tables = folders.iter().flat_map(|data| inside(&data.join("tables")));
    let mut known: Vec<String> = tables
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    known.sort();
    known.dedup();
    let help = match suggest(table, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => {
            "name the folder that `tacho run` writes to with --data".to_string()
        }
        None => format!("tables: {}", known.join(", ")),
    };
    format!("there is no table {table}\n  = help: {help}")
}

/// The folders of a folder, in the order of their names.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut folders: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}
