//! Redis Sentinel: a master, two replicas, three sentinels that watch them as `main`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::ready::Ready;
use super::redis;
use super::server::{Layout, Server, write};
use super::state::Node;
use super::tools::Needs;

/// Three servers and three sentinels.
pub struct Sentinel;

/// The first nodes are servers, the rest sentinels.
const SERVERS: usize = 3;

impl Server for Sentinel {
    fn name(&self) -> &'static str {
        "sentinel"
    }

    fn about(&self) -> &'static str {
        "Redis Sentinel: a master, two replicas, three sentinels"
    }

    fn needs(&self) -> Needs {
        Needs::Redis
    }

    fn layout(&self) -> Layout {
        let servers = (1..=SERVERS).map(|n| (format!("server-{n}"), vec!["client"]));
        let sentinels = (1..=3).map(|n| (format!("sentinel-{n}"), vec!["client"]));
        servers.chain(sentinels).collect()
    }

    fn address(&self, nodes: &[Node]) -> String {
        let sentinels = nodes[SERVERS..].iter();
        let all = sentinels.map(|n| format!("127.0.0.1:{}", n.port("client")));
        all.collect::<Vec<_>>().join(",")
    }

    fn also(&self, _: &[Node]) -> BTreeMap<String, String> {
        BTreeMap::from([("master_name".into(), "main".into())])
    }

    fn prepare(&self, nodes: &[Node], _: &Path) -> Result<(), String> {
        let master = nodes[0].port("client");
        for (number, node) in nodes[..SERVERS].iter().enumerate() {
            let mut text = redis::configuration(node);
            if number > 0 {
                text += &format!("replicaof 127.0.0.1 {master}\n");
            }
            write(node, "redis.conf", &text)?;
        }
        for node in &nodes[SERVERS..] {
            let text = format!(
                "bind 127.0.0.1\nport {}\ndir {}\nset-proc-title no\ndaemonize no\n\
                 sentinel monitor main 127.0.0.1 {master} 2\n\
                 sentinel down-after-milliseconds main 1000\n\
                 sentinel failover-timeout main 5000\nsentinel parallel-syncs main 2\n",
                node.port("client"),
                node.folder.display()
            );
            write(node, "sentinel.conf", &text)?;
        }
        Ok(())
    }

    fn command(&self, nodes: &[Node], number: usize, _: &Path) -> Command {
        if number < SERVERS {
            return redis::server(&nodes[number]);
        }
        let mut command = Command::new("redis-server");
        command.arg(nodes[number].folder.join("sentinel.conf"));
        command.arg("--sentinel");
        command
    }

    fn ready(&self, nodes: &[Node], number: usize) -> Ready {
        Ready::Answers(nodes[number].port("client"), "PING", "+PONG")
    }

    fn whole(&self, nodes: &[Node]) -> Vec<Ready> {
        let sentinels = nodes[SERVERS..].iter().map(|n| n.port("client"));
        let agree = sentinels
            .clone()
            .map(|p| Ready::Answers(p, "SENTINEL CKQUORUM main", "+OK 3 usable"));
        let know =
            sentinels.map(|p| Ready::Answers(p, "INFO sentinel", "status=ok,address=127.0.0.1"));
        let follow = sentinels_see_replicas(nodes);
        agree.chain(know).chain(follow).collect()
    }
}

/// Every sentinel knows the two replicas: before that, none could take over.
fn sentinels_see_replicas(nodes: &[Node]) -> Vec<Ready> {
    let sentinels = nodes[SERVERS..].iter();
    sentinels
        .map(|n| Ready::Answers(n.port("client"), "INFO sentinel", "slaves=2"))
        .collect()
}
