//! Where Redis is.

use std::sync::Arc;
use std::time::Duration;

use super::owner::Owner;

/// Which servers, and how to speak to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisConfig {
    /// Servers, or sentinels, as `host:port`.
    pub addresses: Vec<String>,
    /// What the addresses are.
    pub mode: RedisMode,
    /// Name of the user.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// How many replicas must have a write before a checkpoint counts it as written.
    pub replicas: usize,
    /// How long a server may take to answer.
    pub timeout: Duration,
    /// In whose name is written, where processes take partitions over from one another.
    pub owner: Option<Arc<Owner>>,
}

/// What the addresses are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisMode {
    /// One server.
    One,
    /// Sentinels that know the master of this name.
    Sentinel(String),
    /// Some servers of a cluster.
    Cluster,
}
