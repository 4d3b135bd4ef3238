//! Real servers on this machine, for tests and newcomers: `cargo xtask testbed up|down|kill|status`.
//!
//! A kind of server is a file: what it is started with, its configuration, when it is ready. The
//! [`bed`] starts and stops them, each on loopback ports of its own. Never here: a server of ours
//! that plays the part of a real one.

mod bed;
mod hbase;
mod jars;
mod kafka;
mod keys;
mod ports;
mod process;
mod ready;
mod redis;
mod redis_cluster;
mod registry;
mod sentinel;
mod server;
mod shell;
mod state;
mod tools;
mod versions;
mod zookeeper;

use std::path::Path;

use bed::Bed;
use server::Server;

const USAGE: &str = "usage: cargo xtask testbed [--name NAME] up SERVER… | check SERVER… | down [SERVER…] | \
    kill SERVER[/PROCESS] | status [--format json] | shell hbase|hbase3";

/// Every kind of server.
fn servers() -> Vec<Box<dyn Server>> {
    vec![
        Box::new(kafka::Kafka {
            name: "kafka",
            brokers: 1,
        }),
        Box::new(kafka::Kafka {
            name: "kafka3",
            brokers: 3,
        }),
        Box::new(zookeeper::ZooKeeper),
        Box::new(hbase::HBase {
            name: "hbase",
            region_servers: 0,
            is_tls: false,
        }),
        Box::new(hbase::HBase {
            name: "hbase3",
            region_servers: 3,
            is_tls: false,
        }),
        Box::new(hbase::HBase {
            name: "hbase-tls",
            region_servers: 0,
            is_tls: true,
        }),
        Box::new(registry::Registry),
        Box::new(redis::Redis),
        Box::new(sentinel::Sentinel),
        Box::new(redis_cluster::RedisCluster),
    ]
}

fn find(name: &str) -> Result<Box<dyn Server>, String> {
    let found = servers().into_iter().find(|s| s.name() == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = servers().iter().map(|s| s.name()).collect();
        format!("server `{name}` is not known; known: {}", known.join(", "))
    })
}

/// Runs the command line after `testbed`; gives a closing line, or what went wrong.
pub fn command(root: &Path, arguments: &[String]) -> Result<String, String> {
    let mut words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut name = None;
    if let ["--name", given, ..] = words[..] {
        name = Some(given);
        words.drain(..2);
    }
    match words[..] {
        ["up", ref names @ ..] if !names.is_empty() => up(root, name, names),
        ["check", ref names @ ..] if !names.is_empty() => check(names),
        ["down", ref names @ ..] => down(root, name, names),
        ["kill", what] => {
            let (server, node) = match what.split_once('/') {
                Some((server, node)) => (server, Some(node)),
                None => (what, None),
            };
            Bed::open(root, name)?.kill(server, node)?;
            Ok(format!("{what}: killed"))
        }
        ["shell", server] => shell::run(Bed::open(root, name)?, server),
        ["status"] => Ok(table(&Bed::open(root, name)?)),
        ["status", "--format", "json"] => {
            serde_json::to_string_pretty(&Bed::open(root, name)?.state).map_err(|e| e.to_string())
        }
        _ => Err(USAGE.into()),
    }
}

/// Is everything there that the servers need?
fn check(names: &[&str]) -> Result<String, String> {
    for name in names {
        find(name)?.needs().check()?;
    }
    Ok("all that is needed is there".into())
}

fn up(root: &Path, name: Option<&str>, names: &[&str]) -> Result<String, String> {
    // All that is missing is told before anything is started.
    check(names)?;
    let servers: Vec<Box<dyn Server>> = names.iter().map(|n| find(n)).collect::<Result<_, _>>()?;
    let mut bed = Bed::open(root, name)?;
    for server in &servers {
        bed.up(server.as_ref())?;
    }
    Ok(table(&bed))
}

fn down(root: &Path, name: Option<&str>, names: &[&str]) -> Result<String, String> {
    let mut bed = Bed::open(root, name)?;
    let all: Vec<String> = bed.state.services.keys().cloned().collect();
    let chosen = match names {
        [] => all,
        names => names.iter().map(ToString::to_string).collect(),
    };
    for name in &chosen {
        bed.down(find(name)?.as_ref())?;
    }
    Ok(table(&bed))
}

/// All processes, a line each.
fn table(bed: &Bed) -> String {
    let mut lines = Vec::new();
    for (name, service) in &bed.state.services {
        let Ok(server) = find(name) else { continue };
        lines.push(format!(
            "{name:<14} {} ({})",
            service.address,
            server.about()
        ));
        for node in &service.nodes {
            let condition = bed.condition(server.as_ref(), node, &service.nodes);
            let pid = node.pid.map_or_else(|| "-".into(), |p| p.to_string());
            let log = node.log.display();
            lines.push(format!(
                "  {:<12} {condition:<7} {pid:>8}  {log}",
                node.name
            ));
        }
    }
    match lines.is_empty() {
        true => "nothing is up".into(),
        false => lines.join("\n"),
    }
}
