//! Section `[live]`: the live store that `live` bolts write into.

use std::time::Duration;

use tachograph_connect::redis::{RedisConfig, RedisMode};

use super::section::Section;

/// Keys of the section.
pub(super) const KEYS: [&str; 8] = [
    "port", "redis", "sentinel", "cluster", "user", "password", "replicas", "timeout",
];

/// Which live store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveConfig {
    /// The embedded one, served on a loopback port.
    Embedded(u16),
    /// Real servers.
    Redis(RedisConfig),
}

/// Reads the section.
pub(super) fn read(section: &Section<'_>) -> LiveConfig {
    let Some(addresses) = section.texts("redis") else {
        for key in &KEYS[2..] {
            if section.get(key).is_some() {
                let message = format!("`{key}` goes with `redis`, the addresses of the servers");
                section.fault(&message, section.span);
            }
        }
        return LiveConfig::Embedded(section.integer("port", 0, 65_535).unwrap_or(6_380) as u16);
    };
    if section.get("port").is_some() {
        let message = "`port` is of the embedded store; with `redis`, real servers are written to";
        section.fault(message, section.span);
    }
    let is_address = |a: &String| {
        let parts = a.rsplit_once(':');
        parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
    };
    if addresses.is_empty() || !addresses.iter().all(is_address) {
        let message = "`redis` is a list of addresses such as [\"127.0.0.1:6379\"]";
        section.fault(message, section.span);
    }
    if section.get("user").is_some() && section.get("password").is_none() {
        let message = "`user` goes with `password`";
        section.fault(message, section.place_of("user"));
    }
    let sentinel = section.text("sentinel").map(|(name, _)| name);
    let cluster = section.boolean("cluster").unwrap_or(false);
    if sentinel.is_some() && cluster {
        let message = "the addresses are of sentinels or of a cluster, not both";
        section.fault(message, section.span);
    }
    if sentinel.is_none() && !cluster && addresses.len() > 1 {
        let message = "one server has one address; several are of sentinels (`sentinel = \"NAME\"`) or of a \
                       cluster (`cluster = true`)";
        section.fault(message, section.place_of("redis"));
    }
    let mode = match (sentinel, cluster) {
        (Some(name), _) => RedisMode::Sentinel(name),
        (None, true) => RedisMode::Cluster,
        (None, false) => RedisMode::One,
    };
    // Where others take over, they must have had the writes.
    let replicas = if mode == RedisMode::One { 0 } else { 1 };
    let timeout = section.duration("timeout").unwrap_or(2_000).max(1);
    LiveConfig::Redis(RedisConfig {
        addresses,
        mode,
        user: section.secret("user"),
        password: section.secret("password"),
        replicas: section.integer("replicas", 0, 16).unwrap_or(replicas) as usize,
        timeout: Duration::from_millis(timeout as u64),
        owner: None,
    })
}
