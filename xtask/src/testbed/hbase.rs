//! Apache HBase: one process, or ZooKeeper, a master and three region servers.
//!
//! The root directory is a local folder, which is enough to test that processes die: what a region
//! server has acknowledged stands in its log file.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::jars::java;
use super::keys;
use super::ready::Ready;
use super::server::{Layout, Server, write};
use super::state::Node;
use super::tools::Needs;
use super::versions::{self, Jars};
use super::zookeeper;

/// With how many region servers, and how they speak.
pub struct HBase {
    /// Name of the server.
    pub name: &'static str,
    /// Region servers in processes of their own; none for all in one process.
    pub region_servers: usize,
    /// Does it speak TLS alone, with clients that show a certificate?
    pub is_tls: bool,
}

impl HBase {
    fn is_one(&self) -> bool {
        self.region_servers == 0
    }

    /// `hbase-site.xml` as names and values; the same for every process but for the ports.
    fn site(&self, nodes: &[Node], number: usize) -> Vec<(String, String)> {
        let first = &nodes[0];
        let root = first.folder.join("root");
        let master = if self.is_one() { first } else { &nodes[1] };
        let mut site = vec![
            ("hbase.rootdir", format!("file://{}", root.display())),
            ("hbase.tmp.dir", path(&nodes[number], "tmp")),
            ("hbase.unsafe.stream.capability.enforce", "false".into()),
            ("hbase.wal.provider", "filesystem".into()),
            ("hbase.zookeeper.quorum", "127.0.0.1".into()),
            (
                "hbase.zookeeper.property.clientPort",
                first
                    .port("zookeeper")
                    .max(first.port("client"))
                    .to_string(),
            ),
            ("hbase.master.hostname", "localhost".into()),
            ("hbase.regionserver.hostname", "localhost".into()),
            ("hbase.master.ipc.address", "127.0.0.1".into()),
            ("hbase.regionserver.ipc.address", "127.0.0.1".into()),
            ("hbase.master.port", master.port("master").to_string()),
            ("hbase.master.info.port", "-1".into()),
            ("hbase.regionserver.info.port", "-1".into()),
        ];
        site.extend(match self.is_one() {
            true => vec![
                ("hbase.cluster.distributed", "false".into()),
                ("hbase.localcluster.assign.random.ports", "false".into()),
                ("hbase.zookeeper.property.dataDir", path(first, "zookeeper")),
                (
                    "hbase.zookeeper.property.clientPortAddress",
                    "127.0.0.1".into(),
                ),
                ("hbase.regionserver.port", first.port("region").to_string()),
            ],
            false => vec![
                ("hbase.cluster.distributed", "true".into()),
                (
                    "hbase.masters",
                    format!("localhost:{}", master.port("master")),
                ),
                ("zookeeper.session.timeout", "10000".into()),
                (
                    "hbase.master.wait.on.regionservers.mintostart",
                    self.region_servers.to_string(),
                ),
                ("hbase.master.wait.on.regionservers.interval", "300".into()),
                ("hbase.regionserver.msginterval", "1000".into()),
                ("hbase.regionserver.handler.count", "10".into()),
                (
                    "hbase.regionserver.port",
                    nodes[number].port("region").to_string(),
                ),
            ],
        });
        if self.is_tls {
            site.extend(tls(first));
        }
        site.into_iter().map(|(k, v)| (k.to_string(), v)).collect()
    }
}

/// TLS between all processes, and with clients. A single certificate is shown and trusted by all.
fn tls(node: &Node) -> Vec<(&'static str, String)> {
    let (keys, certificate) = (keys::store(node), keys::certificate(node));
    vec![
        ("hbase.server.netty.tls.enabled", "true".into()),
        ("hbase.server.netty.tls.supportplaintext", "false".into()),
        ("hbase.server.netty.tls.client.auth.mode", "NEED".into()),
        ("hbase.client.netty.tls.enabled", "true".into()),
        (
            "hbase.rpc.tls.keystore.location",
            keys.display().to_string(),
        ),
        ("hbase.rpc.tls.keystore.type", "PKCS12".into()),
        ("hbase.rpc.tls.keystore.password", keys::PASSWORD.into()),
        (
            "hbase.rpc.tls.truststore.location",
            certificate.display().to_string(),
        ),
        ("hbase.rpc.tls.truststore.type", "PEM".into()),
    ]
}

fn path(node: &Node, name: &str) -> String {
    node.folder.join(name).display().to_string()
}

fn xml(site: &[(String, String)]) -> String {
    let property = |(name, value): &(String, String)| {
        format!("  <property><name>{name}</name><value>{value}</value></property>\n")
    };
    let properties: String = site.iter().map(property).collect();
    format!("<?xml version=\"1.0\"?>\n<configuration>\n{properties}</configuration>\n")
}

const LOGGING: &str = "log4j.rootLogger=INFO,console\nlog4j.appender.console=org.apache.log4j.ConsoleAppender\n\
    log4j.appender.console.target=System.err\nlog4j.appender.console.layout=org.apache.log4j.PatternLayout\n\
    log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{2}: %m%n\n";

/// What HBase 2.6 needs on Java 17.
fn flags() -> Vec<String> {
    let mut flags = vec![
        "--add-modules=jdk.unsupported".to_string(),
        "-Dorg.apache.hbase.thirdparty.io.netty.tryReflectionSetAccessible=true".to_string(),
        "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED".to_string(),
        "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED".to_string(),
        "-XX:+UseParallelGC".to_string(),
    ];
    let opened = [
        "java.io",
        "java.nio",
        "sun.nio.ch",
        "java.lang",
        "jdk.internal.ref",
        "java.lang.reflect",
        "java.util",
        "java.util.concurrent",
    ];
    flags.extend(opened.map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")));
    flags
}

/// Addresses of all processes that have a port of this name.
fn servers(nodes: &[Node], port: &str) -> String {
    let with = nodes.iter().filter(|n| n.ports.contains_key(port));
    let all = with.map(|n| format!("localhost:{}", n.port(port)));
    all.collect::<Vec<_>>().join(",")
}

impl Server for HBase {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        match self.is_tls {
            true => "Apache HBase with its ZooKeeper, over TLS",
            false => "Apache HBase with its ZooKeeper",
        }
    }

    fn needs(&self) -> Needs {
        Needs::Java
    }

    fn jars(&self) -> Option<&'static Jars> {
        Some(&versions::HBASE)
    }

    fn layout(&self) -> Layout {
        if self.is_one() {
            let ports = vec!["zookeeper", "master", "region"];
            return vec![("hbase".into(), ports)];
        }
        let regions = (1..=self.region_servers).map(|n| (format!("region-{n}"), vec!["region"]));
        [
            ("zookeeper".to_string(), vec!["client"]),
            ("master".to_string(), vec!["master"]),
        ]
        .into_iter()
        .chain(regions)
        .collect()
    }

    /// Region servers answer who asks where things are, as masters do.
    fn address(&self, nodes: &[Node]) -> String {
        servers(nodes, "region")
    }

    fn also(&self, nodes: &[Node]) -> BTreeMap<String, String> {
        let zookeeper = nodes[0].port("zookeeper").max(nodes[0].port("client"));
        let mut also = BTreeMap::from([
            ("master".into(), servers(nodes, "master")),
            ("zookeeper".into(), format!("127.0.0.1:{zookeeper}")),
        ]);
        if self.is_tls {
            let (certificate, key) = (keys::certificate(&nodes[0]), keys::pem(&nodes[0]));
            also.insert("certificate".into(), certificate.display().to_string());
            also.insert("key".into(), key.display().to_string());
        }
        also
    }

    fn prepare(&self, nodes: &[Node], _: &Path) -> Result<(), String> {
        if self.is_tls {
            keys::make(&nodes[0])?;
            keys::make_pem(&nodes[0])?;
        }
        for (number, node) in nodes.iter().enumerate() {
            write(node, "hbase-site.xml", &xml(&self.site(nodes, number)))?;
            write(node, "log4j.properties", LOGGING)?;
        }
        match self.is_one() {
            true => Ok(()),
            false => write(&nodes[0], "zoo.cfg", &zookeeper::configuration(&nodes[0])),
        }
    }

    fn command(&self, nodes: &[Node], number: usize, jars: &Path) -> Command {
        let node = &nodes[number];
        let is_zookeeper = node.name == "zookeeper";
        let heap = match is_zookeeper {
            true => "256m".to_string(),
            false => std::env::var("TESTBED_HBASE_HEAP").unwrap_or_else(|_| "1g".into()),
        };
        let mut command = java(&heap, &node.folder, jars, &flags());
        match node.name.as_str() {
            "zookeeper" => {
                command.arg("org.apache.zookeeper.server.quorum.QuorumPeerMain");
                command.arg(node.folder.join("zoo.cfg"));
            }
            "hbase" | "master" => {
                command.args(["org.apache.hadoop.hbase.master.HMaster", "start"]);
            }
            _ => {
                let main = "org.apache.hadoop.hbase.regionserver.HRegionServer";
                command.args([main, "start"]);
            }
        }
        command
    }

    fn ready(&self, nodes: &[Node], number: usize) -> Ready {
        let node = &nodes[number];
        match node.name.as_str() {
            "zookeeper" => Ready::Answers(node.port("client"), "ruok", "imok"),
            "hbase" | "master" => Ready::Says("Master has completed initialization"),
            _ => Ready::Says("Serving as "),
        }
    }
}
