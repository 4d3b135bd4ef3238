//! The store: keys, subscriptions, clients and those who wait; and how one command is carried out.

use std::collections::BTreeMap;

use crate::commands::Call;
use crate::commands::client::ClientInfo;
use crate::error::{Answer, CommandError};
use crate::keyspace::Keyspace;
use crate::pubsub::{PubSub, unlisten};
use crate::table::{self, CommandSpec};
use crate::waiter::Waiter;
use crate::{Bytes, ClientId, Reply, Session};

/// The embedded live store. Its data is what [`Store::save`] writes; clients are not part of it.
#[derive(Debug, Default)]
pub struct Store {
    pub(crate) keys: Keyspace,
    pub(crate) pubsub: PubSub,
    pub(crate) clients: BTreeMap<ClientId, ClientInfo>,
    pub(crate) waiters: Vec<Waiter>,
    pub(crate) signalled: Vec<Bytes>,
    pub(crate) outbox: Vec<(ClientId, Reply)>,
    pub(crate) next_client: ClientId,
    pub(crate) chance: u64,
    pub(crate) stats: Stats,
}

/// Counters since the store was made.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    pub(crate) commands: u64,
    pub(crate) effects: u64,
    pub(crate) connections: u64,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) started_ms: Option<u64>,
}

impl Store {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Admits a client that comes from `address`, a text for `CLIENT LIST`.
    pub fn connect(&mut self, address: &str, now_ms: u64) -> Session {
        self.next_client += 1;
        self.stats.connections += 1;
        self.stats.started_ms.get_or_insert(now_ms);
        self.clients
            .insert(self.next_client, ClientInfo::new(address, now_ms));
        Session::new(self.next_client)
    }

    /// Forgets a client: its subscriptions, its waiting.
    pub fn disconnect(&mut self, session: &mut Session) {
        self.unsubscribe_all(session);
        self.stop_waiting(session.id);
        self.clients.remove(&session.id);
    }

    /// Ends all subscriptions of a client.
    pub(crate) fn unsubscribe_all(&mut self, session: &mut Session) {
        for name in std::mem::take(&mut session.channels) {
            unlisten(&mut self.pubsub.channels, &name, session.id);
        }
        for name in std::mem::take(&mut session.patterns) {
            unlisten(&mut self.pubsub.patterns, &name, session.id);
        }
    }

    /// Carries out one command: its name and arguments. Afterwards [`Store::take_deliveries`] has what it
    /// sends to other clients, and [`Session::take_wait`] says whether the client now waits.
    pub fn execute(&mut self, session: &mut Session, args: &[Vec<u8>], now_ms: u64) -> Reply {
        if args.is_empty() {
            return Reply::NONE;
        }
        self.stats.commands += 1;
        self.keys.expire_due(now_ms);
        let reply = match self.admit(session, args) {
            Ok(spec) if session.queue.is_some() && !spec.runs_in_multi() => {
                if let Some(queue) = &mut session.queue {
                    queue.commands.push(args.to_vec());
                }
                Reply::Simple("QUEUED".into())
            }
            Ok(spec) => self.run(session, spec, args, now_ms),
            Err(error) => {
                if let Some(queue) = &mut session.queue {
                    queue.spoiled = true;
                }
                Reply::Error(error)
            }
        };
        self.serve_waiters(now_ms);
        reply
    }

    /// Finds the command and judges whether this client may give it now.
    fn admit(
        &self,
        session: &Session,
        args: &[Vec<u8>],
    ) -> Result<&'static CommandSpec, CommandError> {
        let spec = table::find(args)?;
        if session.protocol == 2 && session.subscriptions() > 0 && !spec.allowed_while_subscribed()
        {
            return Err(CommandError::new(format!(
                "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET \
                 are allowed in this context",
                spec.full_name()
            )));
        }
        Ok(spec)
    }

    /// Runs a command that was found and admitted.
    pub(crate) fn run(
        &mut self,
        session: &mut Session,
        spec: &CommandSpec,
        args: &[Vec<u8>],
        now_ms: u64,
    ) -> Reply {
        self.keys.expire_due(now_ms);
        let mut call = Call {
            store: self,
            session,
            args,
            now_ms,
        };
        let answer: Answer = (spec.run)(&mut call);
        answer.unwrap_or_else(Reply::Error)
    }

    /// What is to be sent to clients: messages of channels, and the replies that waiters now get.
    pub fn take_deliveries(&mut self) -> Vec<(ClientId, Reply)> {
        std::mem::take(&mut self.outbox)
    }

    /// Sends a message to a channel's listeners; how many there are.
    pub(crate) fn publish(&mut self, channel: &[u8], payload: &[u8]) -> usize {
        let mut messages = self.pubsub.publish(channel, payload);
        let count = messages.len();
        self.outbox.append(&mut messages);
        count
    }

    /// A number below `bound` (above 0) that looks like chance, but is the same in every run.
    pub(crate) fn chance_below(&mut self, bound: usize) -> usize {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }

    /// Number of clients that are connected.
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Number of clients that wait for entries of a stream.
    pub fn waiting_clients(&self) -> usize {
        self.waiters.len()
    }

    /// Removes the keys that are due, for a store that gets no commands; the number of keys left.
    pub fn expire(&mut self, now_ms: u64) -> usize {
        self.keys.expire_due(now_ms);
        self.keys.len()
    }
}
