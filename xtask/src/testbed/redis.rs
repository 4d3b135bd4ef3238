//! Redis, one server that writes every command to its append-only file before it answers.

use std::path::Path;
use std::process::Command;

use super::ready::Ready;
use super::server::{Layout, Server, write};
use super::state::Node;
use super::tools::Needs;

/// One server.
pub struct Redis;

/// The file `redis.conf` of a server that keeps what it has acknowledged. The process keeps its
/// own command line, by which the testbed knows it.
pub fn configuration(node: &Node) -> String {
    format!(
        "bind 127.0.0.1\nport {}\ndir {}\nset-proc-title no\ndaemonize no\nsave \"\"\n\
         appendonly yes\nappendfsync always\n",
        node.port("client"),
        node.folder.display()
    )
}

/// Runs a node from its configuration file.
pub fn server(node: &Node) -> Command {
    let mut command = Command::new("redis-server");
    command.arg(node.folder.join("redis.conf"));
    command
}

impl Server for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn about(&self) -> &'static str {
        "Redis, one server"
    }

    fn needs(&self) -> Needs {
        Needs::Redis
    }

    fn layout(&self) -> Layout {
        vec![("server".into(), vec!["client"])]
    }

    fn address(&self, nodes: &[Node]) -> String {
        format!("127.0.0.1:{}", nodes[0].port("client"))
    }

    fn prepare(&self, nodes: &[Node], _: &Path) -> Result<(), String> {
        write(&nodes[0], "redis.conf", &configuration(&nodes[0]))
    }

    fn command(&self, nodes: &[Node], number: usize, _: &Path) -> Command {
        server(&nodes[number])
    }

    fn ready(&self, nodes: &[Node], number: usize) -> Ready {
        Ready::Answers(nodes[number].port("client"), "PING", "+PONG")
    }
}
