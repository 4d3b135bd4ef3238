//! Apache ZooKeeper, one server.

use std::path::Path;
use std::process::Command;

use super::jars::java;
use super::ready::Ready;
use super::server::{Layout, Server, write};
use super::state::Node;
use super::tools::Needs;
use super::versions::{self, Jars};

/// One server.
pub struct ZooKeeper;

/// The file `zoo.cfg` of a lone server.
pub fn configuration(node: &Node) -> String {
    format!(
        "tickTime=1000\ndataDir={}\nclientPort={}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n\
         maxClientCnxns=0\n4lw.commands.whitelist=*\n",
        node.folder.join("data").display(),
        node.port("client")
    )
}

impl Server for ZooKeeper {
    fn name(&self) -> &'static str {
        "zookeeper"
    }

    fn about(&self) -> &'static str {
        "Apache ZooKeeper"
    }

    fn needs(&self) -> Needs {
        Needs::Java
    }

    fn jars(&self) -> Option<&'static Jars> {
        Some(&versions::ZOOKEEPER)
    }

    fn layout(&self) -> Layout {
        vec![("server".into(), vec!["client"])]
    }

    fn address(&self, nodes: &[Node]) -> String {
        format!("127.0.0.1:{}", nodes[0].port("client"))
    }

    fn prepare(&self, nodes: &[Node], _: &Path) -> Result<(), String> {
        write(&nodes[0], "zoo.cfg", &configuration(&nodes[0]))
    }

    fn command(&self, nodes: &[Node], number: usize, jars: &Path) -> Command {
        let node = &nodes[number];
        let mut command = java("256m", &node.folder, jars, &[]);
        command.arg("org.apache.zookeeper.server.quorum.QuorumPeerMain");
        command.arg(node.folder.join("zoo.cfg"));
        command
    }

    fn ready(&self, nodes: &[Node], number: usize) -> Ready {
        Ready::Answers(nodes[number].port("client"), "ruok", "imok")
    }
}
