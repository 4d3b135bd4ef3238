//! A server's key with a certificate that it signed itself, made with Java's `keytool`.

use std::path::PathBuf;
use std::process::Command;

use super::server::{run, write};
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

/// The file (PEM) with the same key, for a client that shows who it is by the same certificate.
pub fn pem(node: &Node) -> PathBuf {
    node.folder.join("key.pem")
}

/// Makes the store and the certificate.
///
/// # Errors
/// What `keytool` tells.
pub fn make(node: &Node) -> Result<(), String> {
    let mut pair = keytool("-genkeypair", node);
    // Java writes elliptic keys without their public half, which `ring` refuses to read.
    pair.args(["-keyalg", "RSA", "-keysize", "2048"]);
    pair.args(["-dname", "CN=127.0.0.1"]);
    pair.args(["-ext", "SAN=ip:127.0.0.1,dns:localhost"]);
    pair.args(["-validity", "3650"]);
    run(pair)?;
    let mut export = keytool("-exportcert", node);
    export.args(["-rfc", "-file"]).arg(certificate(node));
    run(export)
}

/// Makes the key's PEM file of the store: `keytool` gives out certificates only.
///
/// # Errors
/// What Java tells.
pub fn make_pem(node: &Node) -> Result<(), String> {
    write(
        node,
        "Key.java",
        include_str!("../../../tools/testbed/Key.java"),
    )?;
    let mut java = Command::new(java_program());
    java.arg(node.folder.join("Key.java"));
    java.arg(store(node)).arg(PASSWORD).arg(pem(node));
    run(java)
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
