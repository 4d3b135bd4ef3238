//! A server's name: its address, and the instant of its start. Plain data.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::wire;

/// A server of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerName {
    /// The host, as the server gives it.
    pub host: String,
    /// The port of its RPC service.
    pub port: u16,
    /// When it was started, in milliseconds since 1970; tells two lives of a server apart. Zero if
    /// not known.
    pub start_code: u64,
}

impl ServerName {
    pub(crate) fn wire(&self) -> wire::basic::ServerName {
        wire::basic::ServerName {
            host_name: self.host.clone(),
            port: Some(u32::from(self.port)),
            start_code: Some(self.start_code),
        }
    }

    pub(crate) fn from_wire(sent: wire::basic::ServerName) -> Result<ServerName> {
        let port = sent.port.unwrap_or(0);
        let port = u16::try_from(port)
            .map_err(|_| Error::new(ErrorKind::Protocol, format!("{port} is no port")))?;
        Ok(ServerName {
            host: sent.host_name,
            port,
            start_code: sent.start_code.unwrap_or(0),
        })
    }

    /// Reads `host:port`; an address of IPv6 stands in brackets.
    pub(crate) fn address(text: &str) -> Result<ServerName> {
        let parts = text.trim().rsplit_once(':');
        let parsed = parts.and_then(|(host, port)| Some((host_of(host)?, port.parse().ok()?)));
        let (host, port) = parsed.ok_or_else(|| {
            let message = format!("`{text}` is not of the form host:port");
            Error::new(ErrorKind::InvalidArgument, message)
        })?;
        Ok(ServerName {
            host: host.to_owned(),
            port,
            start_code: 0,
        })
    }
}

/// The host as it is looked up; none if it is none.
fn host_of(text: &str) -> Option<&str> {
    let inside = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let host = inside.unwrap_or(text);
    let is_plain = !host.is_empty() && !host.contains(['/', '[', ']']);
    is_plain.then_some(host)
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_host_and_port() {
        let server = ServerName::address(" node-1:16020 ").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("node-1", 16020));
        for wrong in [
            "node-1",
            "node-1:many",
            ":16020",
            "http://node-1:16020",
            "[::1:16020",
        ] {
            assert!(ServerName::address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_of_ipv6_stands_in_brackets() {
        let server = ServerName::address("[::1]:16020").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("::1", 16020));
        assert_eq!(server.to_string(), "[::1]:16020");
    }
}
