//! How a client finds its cluster, who it says it is, and how long it waits. Plain data.

use std::time::Duration;

use crate::retry::Backoff;
#[cfg(feature = "tls")]
use crate::rpc::Tls;

/// A longer time is taken for this one, which is for ever to any program: clocks can still add it.
const EVER: Duration = Duration::from_secs(100 * 365 * 24 * 3_600);

/// The settings of a client. Times may be as long as one likes: `Duration::MAX` is for ever.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) registry: RegistryKind,
    pub(crate) user: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) rpc_timeout: Duration,
    pub(crate) operation_timeout: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) max_response_bytes: usize,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Tls>,
}

/// Whom a client asks where things are.
#[derive(Clone, Debug)]
pub(crate) enum RegistryKind {
    /// Servers of the cluster, masters or region servers.
    Rpc(Vec<String>),
    /// ZooKeeper's servers, and the node under which HBase has its own.
    ZooKeeper {
        servers: Vec<String>,
        parent: String,
    },
}

impl Config {
    /// A cluster that is found through some of its servers, each `host:port`. Masters and region
    /// servers answer alike; one that lives is enough.
    pub fn bootstrap<S: Into<String>>(servers: impl IntoIterator<Item = S>) -> Config {
        Config::of(RegistryKind::Rpc(
            servers.into_iter().map(Into::into).collect(),
        ))
    }

    /// A cluster that is found through its ZooKeeper, servers as `host:port`.
    pub fn zookeeper<S: Into<String>>(servers: impl IntoIterator<Item = S>) -> Config {
        Config::of(RegistryKind::ZooKeeper {
            servers: servers.into_iter().map(Into::into).collect(),
            parent: "/hbase".to_owned(),
        })
    }

    fn of(registry: RegistryKind) -> Config {
        Config {
            registry,
            user: std::env::var("USER").unwrap_or_else(|_| "hbase-client".to_owned()),
            connect_timeout: Duration::from_secs(5),
            rpc_timeout: Duration::from_secs(30),
            operation_timeout: Duration::from_secs(120),
            backoff: Backoff::default(),
            max_response_bytes: 512 << 20,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The node of ZooKeeper under which HBase has its own; `/hbase` if not said.
    pub fn zookeeper_parent(mut self, node: impl Into<String>) -> Config {
        if let RegistryKind::ZooKeeper { parent, .. } = &mut self.registry {
            *parent = node.into();
        }
        self
    }

    /// The user that calls are made as (SIMPLE authentication); `$USER` if not said.
    pub fn user(mut self, name: impl Into<String>) -> Config {
        self.user = name.into();
        self
    }

    /// How long a connection may take to be made, within the time of the call that needs it; 5 s if not
    /// said.
    pub fn connect_timeout(mut self, limit: Duration) -> Config {
        self.connect_timeout = limit.min(EVER);
        self
    }

    /// How long one call may take; 30 s if not said.
    pub fn rpc_timeout(mut self, limit: Duration) -> Config {
        self.rpc_timeout = limit.min(EVER);
        self
    }

    /// How long an operation may take, all attempts and pauses together; 120 s if not said. It
    /// should exceed the time in which the cluster notices a dead server and moves its regions.
    pub fn operation_timeout(mut self, limit: Duration) -> Config {
        self.operation_timeout = limit.min(EVER);
        self
    }

    /// The first pause between attempts and the longest; 50 ms and 2 s if not said.
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Config {
        let (first, longest) = (first.min(EVER), longest.min(EVER));
        self.backoff = Backoff { first, longest };
        self
    }

    /// The largest answer that is read, in bytes; 512 MiB if not said. A larger one fails its call, with
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol).
    pub fn max_response_bytes(mut self, bytes: usize) -> Config {
        self.max_response_bytes = bytes;
        self
    }

    /// Speaks TLS with every server.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Config {
        self.tls = Some(tls);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[test]
    fn for_ever_is_a_time_that_clocks_can_add() {
        let ever = Duration::MAX;
        let config = Config::bootstrap(["h:1"])
            .connect_timeout(ever)
            .rpc_timeout(ever)
            .operation_timeout(ever)
            .pauses(ever, ever);
        let limits = [
            config.connect_timeout,
            config.rpc_timeout,
            config.operation_timeout,
        ];
        let added = limits.map(|limit| Instant::now().checked_add(limit));
        assert!(added.iter().all(Option::is_some));
        assert!(config.backoff.pause(9, true) >= EVER);
    }
}
