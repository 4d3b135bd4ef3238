//! Apache Kafka: one broker or three, each also a controller (KRaft), without ZooKeeper.
//!
//! The broker has two doors: plain text, and SASL/SCRAM-SHA-256 for the user `tacho` with the
//! password `tacho`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::jars::java;
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

impl Kafka {
    fn properties(&self, nodes: &[Node], number: usize) -> String {
        let (node, id) = (&nodes[number], number + 1);
        let (port, sasl, controller) = (
            node.port("client"),
            node.port("sasl"),
            node.port("controller"),
        );
        let voters = nodes.iter().enumerate();
        let voters = voters.map(|(i, n)| format!("{}@127.0.0.1:{}", i + 1, n.port("controller")));
        let voters = voters.collect::<Vec<_>>().join(",");
        let copies = nodes.len().min(3);
        let quorum = copies.div_ceil(2);
        let log = node.folder.join("data").display().to_string();
        format!(
            "process.roles=broker,controller\nnode.id={id}\ncontroller.quorum.voters={voters}\n\
             listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl}\n\
             listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT\n\
             sasl.enabled.mechanisms=SCRAM-SHA-256\n\
             listener.name.sasl.scram-sha-256.sasl.jaas.config=\
             org.apache.kafka.common.security.scram.ScramLoginModule required;\n\
             controller.listener.names=CONTROLLER\nlog.dirs={log}\n\
             offsets.topic.replication.factor={copies}\noffsets.topic.num.partitions=4\n\
             transaction.state.log.replication.factor={copies}\ntransaction.state.log.num.partitions=4\n\
             transaction.state.log.min.isr={quorum}\nshare.coordinator.state.topic.replication.factor={copies}\n\
             share.coordinator.state.topic.min.isr={quorum}\n\
             default.replication.factor={copies}\nmin.insync.replicas={quorum}\n\
             group.initial.rebalance.delay.ms=0\nbroker.session.timeout.ms=3000\n\
             broker.heartbeat.interval.ms=500\nnum.partitions=4\n"
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
        let ports = || vec!["client", "sasl", "controller"];
        (1..=self.brokers)
            .map(|n| (format!("broker-{n}"), ports()))
            .collect()
    }

    fn address(&self, nodes: &[Node]) -> String {
        addresses(nodes, "client")
    }

    fn also(&self, nodes: &[Node]) -> BTreeMap<String, String> {
        BTreeMap::from([("sasl".into(), addresses(nodes, "sasl"))])
    }

    fn prepare(&self, nodes: &[Node], jars: &Path) -> Result<(), String> {
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

/// Flags for a process that ends at once.
fn quick() -> Vec<String> {
    vec!["-XX:TieredStopAtLevel=1".into()]
}

fn addresses(nodes: &[Node], port: &str) -> String {
    let all = nodes.iter().map(|n| format!("127.0.0.1:{}", n.port(port)));
    all.collect::<Vec<_>>().join(",")
}
