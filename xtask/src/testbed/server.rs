//! What the testbed must know of a kind of server; a kind is a file beside this one.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::ready::Ready;
use super::state::Node;
use super::tools::Needs;
use super::versions::Jars;

/// A node before it has ports: its name, and the names of its ports.
pub type Layout = Vec<(String, Vec<&'static str>)>;

/// A kind of server. All methods are given the nodes with their ports and folders.
pub trait Server {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// What it is, in a line for people.
    fn about(&self) -> &'static str;

    /// The programs it needs.
    fn needs(&self) -> Needs;

    /// What Maven must fetch.
    fn jars(&self) -> Option<&'static Jars> {
        None
    }

    /// Its processes.
    fn layout(&self) -> Layout;

    /// Where a client connects.
    fn address(&self, nodes: &[Node]) -> String;

    /// Further addresses by what they are for.
    fn also(&self, _nodes: &[Node]) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// Writes configuration files into the nodes' folders, which are new and empty.
    ///
    /// # Errors
    /// A sentence.
    fn prepare(&self, nodes: &[Node], jars: &Path) -> Result<(), String>;

    /// The command that runs a node.
    fn command(&self, nodes: &[Node], number: usize, jars: &Path) -> Command;

    /// What shows that a node is ready.
    fn ready(&self, nodes: &[Node], number: usize) -> Ready;

    /// Makes one server of the nodes, once all are ready for the first time.
    ///
    /// # Errors
    /// A sentence.
    fn form(&self, _nodes: &[Node]) -> Result<(), String> {
        Ok(())
    }

    /// Do its processes need each other to stop in order? They are asked all at once then.
    fn stops_together(&self) -> bool {
        false
    }

    /// What shows that the whole answers again, whenever all nodes are ready.
    fn whole(&self, _nodes: &[Node]) -> Vec<Ready> {
        Vec::new()
    }
}

/// Writes a text into a node's folder.
///
/// # Errors
/// A sentence that names the file.
pub fn write(node: &Node, name: &str, text: &str) -> Result<(), String> {
    let path = node.folder.join(name);
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// Runs a command to its end.
///
/// # Errors
/// What it told, where it fails.
pub fn run(mut command: Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{program}: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{program} failed:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}
