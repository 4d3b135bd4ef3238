//! The testbed as a folder: starts what does not run, stops what does, remembers both.
//!
//! Every step can be repeated. A server that was killed is started again on its old ports with its
//! old data; one that was put down begins anew.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::jars;
use super::ports;
use super::process;
use super::ready::{self, Ready};
use super::server::Server;
use super::state::{Node, Service, State};
use super::versions::Jars;

/// A folder of servers, locked while a command works on it.
pub struct Bed {
    root: PathBuf,
    folder: PathBuf,
    kept: PathBuf,
    /// What is known of the servers.
    pub state: State,
    _lock: File,
}

impl Bed {
    /// Opens the testbed of a name; waits while another command works on it.
    ///
    /// # Errors
    /// A sentence where its folder cannot be used.
    pub fn open(root: &Path, name: Option<&str>) -> Result<Bed, String> {
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| root.join("target"), |dir| root.join(dir));
        let folder = match name {
            None => target.join("testbed"),
            Some(name) => target.join(format!("testbed-{name}")),
        };
        let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
        fs::create_dir_all(&folder).map_err(fault)?;
        let lock = File::create(folder.join("lock")).map_err(fault)?;
        lock.lock().map_err(fault)?;
        Ok(Bed {
            root: root.to_path_buf(),
            state: State::read(&folder)?,
            kept: target.join("testbed-jars"),
            folder,
            _lock: lock,
        })
    }

    /// Starts a server, or those of its processes that do not run; comes back when it is ready.
    ///
    /// # Errors
    /// A sentence that says what to install, or with the end of the log.
    pub fn up(&mut self, server: &dyn Server) -> Result<(), String> {
        server.needs().check()?;
        let jars = match server.jars() {
            None => PathBuf::new(),
            Some(jars) => self.fetch(jars)?,
        };
        if !self.state.services.contains_key(server.name()) {
            self.lay_out(server, &jars)?;
        }
        let began = std::time::Instant::now();
        let started = self.start_missing(server, &jars)?;
        let service = self.service(server)?;
        for (number, told) in &started {
            ready::wait(
                &service.nodes[*number],
                &server.ready(&service.nodes, *number),
                *told,
            )?;
        }
        if !service.formed {
            server.form(&service.nodes)?;
        }
        for one in server.whole(&service.nodes) {
            ready::wait(&service.nodes[0], &one, 0)?;
        }
        self.service(server)?.formed = true;
        self.state.write(&self.folder)?;
        let done = match started.is_empty() {
            true => "runs already".to_string(),
            false => format!("ready after {:.1} s", began.elapsed().as_secs_f64()),
        };
        eprintln!(
            "{}: {done}, {}",
            server.name(),
            self.service(server)?.address
        );
        Ok(())
    }

    /// The folder of jars, which are fetched where they are not there yet.
    ///
    /// # Errors
    /// What Maven says.
    pub fn fetch(&self, jars: &Jars) -> Result<PathBuf, String> {
        jars::fetch(&self.root, &self.kept, jars)
    }

    fn service(&mut self, server: &dyn Server) -> Result<&mut Service, String> {
        let service = self.state.services.get_mut(server.name());
        service.ok_or_else(|| format!("{} is not up", server.name()))
    }

    /// Chooses ports, makes folders, writes configurations.
    fn lay_out(&mut self, server: &dyn Server, jars: &Path) -> Result<(), String> {
        let layout = server.layout();
        let count = layout.iter().map(|(_, ports)| ports.len()).sum();
        let mut ports = ports::choose(count, &self.state.ports())?.into_iter();
        let folder = self.folder.join(server.name());
        remove(&folder)?;
        let logs = self.folder.join("logs");
        let mut nodes = Vec::new();
        for (name, names) in layout {
            let log = logs.join(format!("{}-{name}.log", server.name()));
            remove(&log)?;
            nodes.push(Node {
                folder: folder.join(&name),
                ports: names
                    .into_iter()
                    .map(String::from)
                    .zip(&mut ports)
                    .collect(),
                pid: None,
                name,
                log,
            });
        }
        for folder in nodes.iter().map(|n| &n.folder).chain([&logs]) {
            fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        eprintln!(
            "{}: setting up, data in {}",
            server.name(),
            folder.display()
        );
        server.prepare(&nodes, jars)?;
        let service = Service {
            address: server.address(&nodes),
            also: server.also(&nodes),
            formed: false,
            nodes,
        };
        self.state.services.insert(server.name().into(), service);
        self.state.write(&self.folder)
    }

    /// Starts the processes that do not run: their numbers, and how long their logs were.
    fn start_missing(
        &mut self,
        server: &dyn Server,
        jars: &Path,
    ) -> Result<Vec<(usize, u64)>, String> {
        let mut started = Vec::new();
        let service = self.service(server)?;
        for number in 0..service.nodes.len() {
            if process::is_alive(&service.nodes[number]) {
                continue;
            }
            let command = server.command(&service.nodes, number, jars);
            let node = &mut service.nodes[number];
            eprintln!("{}: starting {}", server.name(), node.name);
            started.push((number, ready::log_length(node)));
            process::start(node, command)?;
        }
        // Remembered before anything is waited for: what runs can be stopped, whatever happens.
        self.state.write(&self.folder)?;
        Ok(started)
    }

    /// Stops a server in order and removes its data; the logs are kept.
    ///
    /// # Errors
    /// A sentence where the folder cannot be written.
    pub fn down(&mut self, server: &dyn Server) -> Result<(), String> {
        let name = server.name();
        let Some(mut service) = self.state.services.remove(name) else {
            eprintln!("{name}: is not up");
            return Ok(());
        };
        if server.stops_together() {
            service.nodes.iter().for_each(process::ask_to_stop);
        }
        for node in service.nodes.iter_mut().rev() {
            let how = match process::stop(node) {
                true => "killed: it did not stop",
                false => "stopped",
            };
            eprintln!("{name}: {} {how}", node.name);
        }
        remove(&self.folder.join(name))?;
        self.state.write(&self.folder)
    }

    /// Ends processes at once, as a crash would: all of a server, or one of them.
    ///
    /// # Errors
    /// A sentence where there is none of that name.
    pub fn kill(&mut self, name: &str, node: Option<&str>) -> Result<(), String> {
        let service = self.state.services.get_mut(name);
        let service = service.ok_or_else(|| format!("{name} is not up"))?;
        let chosen = service.nodes.iter_mut();
        let chosen: Vec<&mut Node> = chosen
            .filter(|n| node.is_none_or(|wanted| n.name == wanted))
            .collect();
        if chosen.is_empty() {
            return Err(format!(
                "{name} has no process {}",
                node.unwrap_or_default()
            ));
        }
        chosen.into_iter().for_each(process::kill);
        self.state.write(&self.folder)
    }

    /// Does a process run, and does it answer where it is asked?
    pub fn condition(&self, server: &dyn Server, node: &Node, nodes: &[Node]) -> &'static str {
        let number = nodes.iter().position(|n| n.name == node.name);
        let answers = |ready: &Ready| match ready {
            Ready::Answers(port, question, wanted) => {
                ready::ask(*port, question).is_some_and(|a| a.contains(wanted))
            }
            Ready::Says(_) => true,
        };
        match (process::is_alive(node), number) {
            (false, _) => "down",
            (true, Some(number)) if !answers(&server.ready(nodes, number)) => "silent",
            _ => "up",
        }
    }
}

fn remove(path: &Path) -> Result<(), String> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false if path.exists() => fs::remove_file(path),
        false => Ok(()),
    };
    removed.map_err(|e| format!("{}: {e}", path.display()))
}
