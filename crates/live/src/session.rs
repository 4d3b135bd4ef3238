//! What the store remembers of one client between its commands.

use std::collections::BTreeSet;

use crate::Bytes;

/// The number of a connected client, unique while the store lives.
pub type ClientId = u64;

/// How long a client that is waiting for entries of a stream is willing to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Milliseconds from now; `None` waits for ever.
    pub timeout_ms: Option<u64>,
}

/// The commands between `MULTI` and `EXEC`.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    pub(crate) commands: Vec<Vec<Vec<u8>>>,
    pub(crate) spoiled: bool,
}

/// One client's state: protocol, name, transaction, subscriptions.
#[derive(Debug)]
pub struct Session {
    pub(crate) id: ClientId,
    pub(crate) protocol: u8,
    pub(crate) queue: Option<Queue>,
    pub(crate) in_exec: bool,
    pub(crate) watched: Vec<(Bytes, u64)>,
    pub(crate) channels: BTreeSet<Bytes>,
    pub(crate) patterns: BTreeSet<Bytes>,
    pub(crate) closing: bool,
    pub(crate) wait: Option<Wait>,
}

impl Session {
    pub(crate) fn new(id: ClientId) -> Self {
        Self {
            id,
            protocol: 2,
            queue: None,
            in_exec: false,
            watched: Vec::new(),
            channels: BTreeSet::new(),
            patterns: BTreeSet::new(),
            closing: false,
            wait: None,
        }
    }

    /// The client's number.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// The protocol the client asked for: 2 or 3.
    pub fn protocol(&self) -> u8 {
        self.protocol
    }

    /// Whether the client asked to be disconnected after this reply.
    pub fn is_closing(&self) -> bool {
        self.closing
    }

    /// Set after a command that blocks; its reply comes later to the client's mailbox. Taking it leaves
    /// the client registered with the store until an answer or [`crate::Store::stop_waiting`].
    pub fn take_wait(&mut self) -> Option<Wait> {
        self.wait.take()
    }

    /// Number of channels and patterns that the client listens to.
    pub(crate) fn subscriptions(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }
}
