//! Apicurio Registry: a schema registry that speaks as Confluent's does, by HTTP and by HTTPS.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::jars::java;
use super::keys;
use super::ready::Ready;
use super::server::{Layout, Server};
use super::state::Node;
use super::tools::Needs;
use super::versions::{self, Jars};

/// One server with a database in a file.
pub struct Registry;

/// Where the interface of Confluent's registry begins.
const PATH: &str = "/apis/ccompat/v7";

impl Server for Registry {
    fn name(&self) -> &'static str {
        "registry"
    }

    fn about(&self) -> &'static str {
        "Apicurio Registry, a schema registry"
    }

    fn needs(&self) -> Needs {
        Needs::Java
    }

    fn jars(&self) -> Option<&'static Jars> {
        Some(&versions::REGISTRY)
    }

    fn layout(&self) -> Layout {
        vec![("server".into(), vec!["http", "https"])]
    }

    fn address(&self, nodes: &[Node]) -> String {
        format!("http://127.0.0.1:{}{PATH}", nodes[0].port("http"))
    }

    fn also(&self, nodes: &[Node]) -> BTreeMap<String, String> {
        let https = format!("https://127.0.0.1:{}{PATH}", nodes[0].port("https"));
        let certificate = keys::certificate(&nodes[0]).display().to_string();
        BTreeMap::from([("https".into(), https), ("certificate".into(), certificate)])
    }

    fn prepare(&self, nodes: &[Node], _: &Path) -> Result<(), String> {
        keys::make(&nodes[0])
    }

    fn command(&self, nodes: &[Node], _: usize, jars: &Path) -> Command {
        let node = &nodes[0];
        let settings = [
            "-XX:TieredStopAtLevel=1".to_string(),
            "-Dquarkus.http.host=127.0.0.1".into(),
            format!("-Dquarkus.http.port={}", node.port("http")),
            format!("-Dquarkus.http.ssl-port={}", node.port("https")),
            setting(
                "ssl.certificate.key-store-file",
                keys::store(node).display(),
            ),
            setting("ssl.certificate.key-store-password", keys::PASSWORD),
            setting("insecure-requests", "enabled"),
            // What is registered stands on the disk at once: a kill forgets nothing.
            format!(
                "-DREGISTRY_DATASOURCE_URL=jdbc:h2:file:{};WRITE_DELAY=0",
                node.folder.join("data").display()
            ),
        ];
        let mut command = java("384m", &node.folder, jars, &settings);
        command.arg("io.quarkus.runner.GeneratedMain");
        command
    }

    fn ready(&self, _: &[Node], _: usize) -> Ready {
        Ready::Says("Installed features")
    }
}

fn setting(name: &str, value: impl std::fmt::Display) -> String {
    format!("-Dquarkus.http.{name}={value}")
}
