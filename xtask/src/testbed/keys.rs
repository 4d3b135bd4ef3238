//! A server's key with a certificate that it signed itself, made with Java's `keytool`.

use std::path::PathBuf;
use std::process::Command;

use super::server::run;
use super::state::Node;
use super::tools::java_program;

/// Keeps nothing secret: keys are made for one testbed.
pub const PASSWORD: &str = "testbed";

/// The file (PKCS12) with a node's key.
pub fn store(node: &Node) -> PathBuf {
    node.folder.join("keys.p12")
}

/// The file (PEM) that a client must trust.
pub fn certificate(node: &Node) -> PathBuf {
    node.folder.join("certificate.pem")
}

/// Makes both files.
///
/// # Errors
/// What `keytool` tells.
pub fn make(node: &Node) -> Result<(), String> {
    let mut pair = keytool("-genkeypair", node);
    pair.args(["-keyalg", "EC", "-dname", "CN=127.0.0.1"]);
    pair.args(["-ext", "SAN=ip:127.0.0.1,dns:localhost"]);
    pair.args(["-validity", "3650"]);
    run(pair)?;
    let mut export = keytool("-exportcert", node);
    export.args(["-rfc", "-file"]).arg(certificate(node));
    run(export)
}

fn keytool(verb: &str, node: &Node) -> Command {
    let java = java_program();
    let folder = java.strip_suffix("java").unwrap_or_default();
    let mut command = Command::new(format!("{folder}keytool"));
    command.args([verb, "-alias", "server", "-storetype", "PKCS12"]);
    command.args(["-storepass", PASSWORD, "-keystore"]);
    command.arg(store(node));
    command
}
