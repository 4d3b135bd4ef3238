//! Who listens to which channel or pattern.
//!
//! Messages are not kept: a publication is turned into deliveries at once and forgotten.

use std::collections::{BTreeMap, BTreeSet};

use crate::glob::glob_match;
use crate::{Bytes, ClientId, Reply};

type Listeners = BTreeMap<Bytes, BTreeSet<ClientId>>;

/// The registry of subscriptions.
#[derive(Debug, Default)]
pub(crate) struct PubSub {
    /// Listeners per channel.
    pub(crate) channels: Listeners,
    /// Listeners per pattern.
    pub(crate) patterns: Listeners,
}

/// Adds a listener.
pub(crate) fn listen(listeners: &mut Listeners, name: &[u8], client: ClientId) {
    listeners.entry(name.into()).or_default().insert(client);
}

/// Removes a listener, and the name with its last one.
pub(crate) fn unlisten(listeners: &mut Listeners, name: &[u8], client: ClientId) {
    if let Some(clients) = listeners.get_mut(name) {
        clients.remove(&client);
        if clients.is_empty() {
            listeners.remove(name);
        }
    }
}

impl PubSub {
    /// The messages that a publication sends: to channel listeners first, then to those of patterns.
    pub(crate) fn publish(&self, channel: &[u8], payload: &[u8]) -> Vec<(ClientId, Reply)> {
        let mut out = Vec::new();
        for &client in self.channels.get(channel).into_iter().flatten() {
            let parts: [&[u8]; 3] = [b"message", channel, payload];
            out.push((
                client,
                Reply::Push(parts.into_iter().map(Reply::bulk).collect()),
            ));
        }
        for (pattern, clients) in &self.patterns {
            if glob_match(pattern, channel) {
                for &client in clients {
                    let parts: [&[u8]; 4] = [b"pmessage", pattern, channel, payload];
                    out.push((
                        client,
                        Reply::Push(parts.into_iter().map(Reply::bulk).collect()),
                    ));
                }
            }
        }
        out
    }
}
