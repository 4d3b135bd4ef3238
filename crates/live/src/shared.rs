//! One store for many threads: a lock, and a mailbox per client.
//!
//! Whatever a call sends to other clients is put into their mailboxes before the lock is given back, so
//! every client sees messages in the order in which they happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Applied, ClientId, Effect, Reply, Session, Snapshot, Store};

/// Takes what is pushed to one client. It is called while the store is locked: it must not block.
pub type Mailbox = Box<dyn Fn(Reply) + Send>;

#[derive(Default)]
struct Inner {
    store: Store,
    mailboxes: BTreeMap<ClientId, Mailbox>,
}

impl Inner {
    fn deliver(&mut self) {
        for (client, reply) in self.store.take_deliveries() {
            if let Some(mailbox) = self.mailboxes.get(&client) {
                mailbox(reply);
            }
        }
    }
}

/// A store that threads share.
#[derive(Default)]
pub struct SharedStore {
    inner: Mutex<Inner>,
}

impl SharedStore {
    /// Shares a store.
    pub fn new(store: Store) -> Self {
        Self {
            inner: Mutex::new(Inner {
                store,
                mailboxes: BTreeMap::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a client; see [`Store::connect`].
    pub fn connect(&self, address: &str, mailbox: Mailbox, now_ms: u64) -> Session {
        let mut inner = self.lock();
        let session = inner.store.connect(address, now_ms);
        inner.mailboxes.insert(session.id(), mailbox);
        session
    }

    /// Forgets a client.
    pub fn disconnect(&self, session: &mut Session) {
        let mut inner = self.lock();
        inner.store.disconnect(session);
        inner.mailboxes.remove(&session.id());
    }

    /// Carries out one command of a client; see [`Store::execute`].
    pub fn execute(&self, session: &mut Session, args: &[Vec<u8>], now_ms: u64) -> Reply {
        let mut inner = self.lock();
        let reply = inner.store.execute(session, args, now_ms);
        inner.deliver();
        reply
    }

    /// Gives up waiting; see [`Store::stop_waiting`].
    pub fn stop_waiting(&self, client: ClientId) -> bool {
        self.lock().store.stop_waiting(client)
    }

    /// Applies a batch of effects; see [`Store::apply`].
    pub fn apply(&self, writer: u32, effects: &[Effect], now_ms: u64) -> Applied {
        let mut inner = self.lock();
        let applied = inner.store.apply(writer, effects, now_ms);
        inner.deliver();
        applied
    }

    /// What the store holds now; see [`Store::snapshot`].
    pub fn snapshot(&self) -> Snapshot {
        self.lock().store.snapshot()
    }

    /// Removes the keys that are due; see [`Store::expire`].
    pub fn expire(&self, now_ms: u64) -> usize {
        self.lock().store.expire(now_ms)
    }

    /// Looks at the store, or changes it, while it is locked.
    pub fn with<T>(&self, action: impl FnOnce(&mut Store) -> T) -> T {
        let mut inner = self.lock();
        let result = action(&mut inner.store);
        inner.deliver();
        result
    }
}
