//! The mailbox of a client: what is pushed to it from other threads, up to a bound.
//!
//! The store puts replies in while it is locked, so putting never blocks. A client that does not read
//! what it subscribed to runs over the bound and is disconnected.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tachograph_live::{Mailbox, Reply};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

#[derive(Debug, Default)]
struct State {
    waiting: AtomicUsize,
    overrun: AtomicBool,
}

/// The reading end of a mailbox.
#[derive(Debug)]
pub(crate) struct Outbox {
    receiver: UnboundedReceiver<Reply>,
    state: Arc<State>,
}

impl Outbox {
    /// A mailbox that holds at most that many replies, and its reading end.
    pub(crate) fn new(waiting_max: usize) -> (Mailbox, Self) {
        let (sender, receiver) = unbounded_channel();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let mailbox = move |reply| {
            if shared.waiting.fetch_add(1, Ordering::Relaxed) >= waiting_max {
                shared.overrun.store(true, Ordering::Relaxed);
                return;
            }
            // A failure means that the client is gone, and with it all interest in the reply.
            let _ = sender.send(reply);
        };
        (Box::new(mailbox), Self { receiver, state })
    }

    /// The next reply; `None` once the client is to be disconnected.
    pub(crate) async fn next(&mut self) -> Option<Reply> {
        let reply = self.receiver.recv().await?;
        self.taken(reply)
    }

    /// A reply that is there already.
    pub(crate) fn ready(&mut self) -> Option<Reply> {
        let reply = self.receiver.try_recv().ok()?;
        self.taken(reply)
    }

    fn taken(&mut self, reply: Reply) -> Option<Reply> {
        self.state.waiting.fetch_sub(1, Ordering::Relaxed);
        (!self.is_overrun()).then_some(reply)
    }

    /// Whether replies were lost.
    pub(crate) fn is_overrun(&self) -> bool {
        self.state.overrun.load(Ordering::Relaxed)
    }
}
