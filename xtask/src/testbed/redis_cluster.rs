//! Redis Cluster: three masters with a replica each.

use std::path::Path;
use std::process::Command;

use super::ready::Ready;
use super::redis;
use super::server::{Layout, Server, run, write};
use super::state::Node;
use super::tools::Needs;

/// Six servers.
pub struct RedisCluster;

fn addresses(nodes: &[Node]) -> Vec<String> {
    let all = nodes.iter();
    all.map(|n| format!("127.0.0.1:{}", n.port("client")))
        .collect()
}

impl Server for RedisCluster {
    fn name(&self) -> &'static str {
        "redis-cluster"
    }

    fn about(&self) -> &'static str {
        "Redis Cluster: three masters, three replicas"
    }

    fn needs(&self) -> Needs {
        Needs::Redis
    }

    fn layout(&self) -> Layout {
        let node = |n| (format!("server-{n}"), vec!["client", "bus"]);
        (1..=6).map(node).collect()
    }

    fn address(&self, nodes: &[Node]) -> String {
        addresses(nodes).join(",")
    }

    fn prepare(&self, nodes: &[Node], _: &Path) -> Result<(), String> {
        for node in nodes {
            let text = format!(
                "{}cluster-enabled yes\ncluster-port {}\ncluster-node-timeout 2000\n\
                 cluster-config-file nodes.conf\n",
                redis::configuration(node),
                node.port("bus")
            );
            write(node, "redis.conf", &text)?;
        }
        Ok(())
    }

    fn command(&self, nodes: &[Node], number: usize, _: &Path) -> Command {
        redis::server(&nodes[number])
    }

    fn ready(&self, nodes: &[Node], number: usize) -> Ready {
        Ready::Answers(nodes[number].port("client"), "PING", "+PONG")
    }

    fn form(&self, nodes: &[Node]) -> Result<(), String> {
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]).args(addresses(nodes));
        create.args(["--cluster-replicas", "1", "--cluster-yes"]);
        run(create)
    }

    fn whole(&self, nodes: &[Node]) -> Vec<Ready> {
        let ports = nodes.iter().map(|n| n.port("client"));
        ports
            .map(|p| Ready::Answers(p, "CLUSTER INFO", "cluster_state:ok"))
            .collect()
    }
}
