//! Apache Kafka: one broker or three, each also a controller (KRaft), without ZooKeeper.
//!
//! The broker has three doors: plain text, SASL/SCRAM-SHA-256 for the user `tacho` with the password
//! `tacho`, and the same over TLS. Each broker's certificate is signed by itself; all of them stand in
//! one file of authorities.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::jars::java;
use super::keys;
use super::ready::Ready;
use super::server::{Layout, Server, run, write};
use super::state::Node;
use super::tools::Needs;
use super::versions::{self, Jars};

/// So many brokers.
pub struct Kafka {
    /// Name of the server.
    pub name: &'static str,
    /// How many brokers.
    pub brokers: usize,
}

/// Any id of a cluster will do, as long as all brokers are formatted with the same.
const CLUSTER: &str = "dGFjaG9ncmFwaC10ZXN0YQ";
const SCRAM: &str = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
/// Certificates that a client must trust.
const AUTHORITIES: &str = "ca.pem";

impl Kafka {
    fn properties(&self, nodes: &[Node], number: usize) -> String {
        let (node, id) = (&nodes[number], number + 1);
        let (port, sasl, tls, controller) = (
            node.port("client"),
            node.port("sasl"),
            node.port("tls"),
            node.port("controller"),
        );
        let voters = nodes.iter().enumerate();
        let voters = voters.map(|(i, n)| format!("{}@127.0.0.1:{}", i + 1, n.port("controller")));
        let voters = voters.collect::<Vec<_>>().join(",");
        let copies = nodes.len().min(3);
        let quorum = copies.div_ceil(2);
        let log = node.folder.join("data").display().to_string();
        let (keys, password) = (keys::store(node), keys::PASSWORD);
        let keys = keys.display();
        format!(
            "process.roles=broker,controller\nnode.id={id}\ncontroller.quorum.voters={voters}\n\
             listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl},TLS://127.0.0.1:{tls},\
             CONTROLLER://127.0.0.1:{controller}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl},TLS://127.0.0.1:{tls}\n\
             listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL,\
             CONTROLLER:PLAINTEXT\n\
             sasl.enabled.mechanisms=SCRAM-SHA-256\n\
             listener.name.sasl.scram-sha-256.sasl.jaas.config={SCRAM}\n\
             listener.name.tls.scram-sha-256.sasl.jaas.config={SCRAM}\n\
             ssl.keystore.type=PKCS12\nssl.keystore.location={keys}\n\
             ssl.keystore.password={password}\n\
             controller.listener.names=CONTROLLER\nlog.dirs={log}\n\
             offsets.topic.replication.factor={copies}\noffsets.topic.num.partitions=4\n\
             transaction.state.log.replication.factor={copies}\ntransaction.state.log.num.partitions=4\n\
             transaction.state.log.min.isr={quorum}\nshare.coordinator.state.topic.replication.factor={copies}\n\
             share.coordinator.state.topic.min.isr={quorum}\n\
             default.replication.factor={copies}\nmin.insync.replicas={quorum}\n\
             group.initial.rebalance.delay.ms=0\ngroup.min.session.timeout.ms=1000\n\
             group.consumer.min.session.timeout.ms=1000\ngroup.consumer.session.timeout.ms=3000\n\
             group.consumer.min.heartbeat.interval.ms=500\ngroup.consumer.heartbeat.interval.ms=500\n\
             broker.session.timeout.ms=3000\n\
             broker.heartbeat.interval.ms=500\nnum.partitions=4\nlog.retention.ms=-1\n"
        )
    }
}

impl Server for Kafka {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        "Apache Kafka (KRaft)"
    }

    fn needs(&self) -> Needs {
        Needs::Java
    }

    fn jars(&self) -> Option<&'static Jars> {
        Some(&versions::KAFKA)
    }

    fn layout(&self) -> Layout {
        let ports = || vec!["client", "sasl", "tls", "controller"];
        (1..=self.brokers)
            .map(|n| (format!("broker-{n}"), ports()))
            .collect()
    }

    fn address(&self, nodes: &[Node]) -> String {
        addresses(nodes, "client")
    }

    fn also(&self, nodes: &[Node]) -> BTreeMap<String, String> {
        let authorities = nodes[0].folder.join(AUTHORITIES);
        BTreeMap::from([
            ("sasl".into(), addresses(nodes, "sasl")),
            ("tls".into(), addresses(nodes, "tls")),
            ("authorities".into(), authorities.display().to_string()),
        ])
    }

    fn prepare(&self, nodes: &[Node], jars: &Path) -> Result<(), String> {
        let certificates: Result<Vec<String>, String> = nodes.iter().map(make_keys).collect();
        write(&nodes[0], AUTHORITIES, &certificates?.concat())?;
        for (number, node) in nodes.iter().enumerate() {
            write(node, "server.properties", &self.properties(nodes, number))?;
            write(node, "simplelogger.properties", LOGGING)?;
            let mut format = java("256m", &node.folder, jars, &quick());
            format.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c"]);
            format.arg(node.folder.join("server.properties"));
            format.args(["--add-scram", "SCRAM-SHA-256=[name=tacho,password=tacho]"]);
            run(format)?;
        }
        Ok(())
    }

    fn command(&self, nodes: &[Node], number: usize, jars: &Path) -> Command {
        let node = &nodes[number];
        let mut command = java("512m", &node.folder, jars, &[]);
        command.arg("kafka.Kafka");
        command.arg(node.folder.join("server.properties"));
        command
    }

    fn stops_together(&self) -> bool {
        // The last broker would wait for ever for the others' consent.
        true
    }

    fn ready(&self, _: &[Node], _: usize) -> Ready {
        Ready::Says("Kafka Server started")
    }
}

const LOGGING: &str = "org.slf4j.simpleLogger.showDateTime=true\n\
    org.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS\n";

/// Makes a broker's key; gives its certificate as text.
fn make_keys(node: &Node) -> Result<String, String> {
    keys::make(node)?;
    let file = keys::certificate(node);
    std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))
}

/// Flags for a process that ends at once.
fn quick() -> Vec<String> {
    vec!["-XX:TieredStopAtLevel=1".into()]
}

fn addresses(nodes: &[Node], port: &str) -> String {
    let all = nodes.iter().map(|n| format!("127.0.0.1:{}", n.port(port)));
    all.collect::<Vec<_>>().join(",")
}
