//! Where a schema registry is, and who we are to it.

use std::path::PathBuf;
use std::time::Duration;

/// A registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryConfig {
    /// `http://host:port` or `https://host:port`, with a path where it has one.
    pub url: String,
    /// User and password.
    pub login: Option<(String, String)>,
    /// File of the certificates (PEM) to trust; those that browsers trust without it.
    pub certificates: Option<PathBuf>,
    /// How long an answer may take.
    pub timeout: Duration,
}
