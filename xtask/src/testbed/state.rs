//! What the testbed remembers between two commands, and what tests read: `addresses.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// One process of a server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Node {
    /// Its name within the server: `broker-1`, `master`.
    pub name: String,
    /// Its process, when it was started last.
    pub pid: Option<u32>,
    /// Its ports by name.
    pub ports: BTreeMap<String, u16>,
    /// Configuration and data.
    pub folder: PathBuf,
    /// What it tells.
    pub log: PathBuf,
}

impl Node {
    /// A port by name. The names are those of the server's own layout.
    pub fn port(&self, name: &str) -> u16 {
        self.ports.get(name).copied().unwrap_or_default()
    }
}

/// A server with all its processes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Service {
    /// Where a client connects.
    pub address: String,
    /// Further addresses by what they are for.
    pub also: BTreeMap<String, String>,
    /// Was it set up to its end once?
    pub formed: bool,
    /// Its processes.
    pub nodes: Vec<Node>,
}

/// All servers by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct State {
    /// The servers.
    pub services: BTreeMap<String, Service>,
}

impl State {
    /// Reads what was remembered below a folder; nothing where there is none.
    ///
    /// # Errors
    /// A sentence where the file is not ours.
    pub fn read(folder: &Path) -> Result<State, String> {
        let path = folder.join("addresses.json");
        match fs::read_to_string(&path) {
            Err(_) => Ok(State::default()),
            Ok(text) => serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display())),
        }
    }

    /// Remembers it; readers see the old file or the new one.
    ///
    /// # Errors
    /// A sentence where it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let path = folder.join("addresses.json");
        let next = folder.join("addresses.json.next");
        let text = serde_json::to_string_pretty(self).map_err(|e| e.to_string())?;
        fs::write(&next, text + "\n")
            .and_then(|()| fs::rename(&next, &path))
            .map_err(|e| format!("{}: {e}", path.display()))
    }

    /// Ports that belong to servers of this testbed, running or not.
    pub fn ports(&self) -> BTreeSet<u16> {
        let nodes = self.services.values().flat_map(|s| &s.nodes);
        nodes.flat_map(|n| n.ports.values().copied()).collect()
    }
}
