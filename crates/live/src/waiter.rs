//! Clients that wait for entries of streams, and how they are served.
//!
//! A waiter is served inside the store, in the order in which the clients began to wait, as soon as a
//! command or an effect has touched one of its keys; the reply goes to the client's mailbox.

use crate::commands::stream_read::answer_read;
use crate::commands::stream_read_args::ReadRequest;
use crate::{Bytes, ClientId, CommandError, Reply, Store};

/// A client and the reading that it waits for.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) client: ClientId,
    pub(crate) request: ReadRequest,
}

impl Store {
    /// Notes that clients waiting for this key should be looked at after the command.
    pub(crate) fn signal(&mut self, key: &[u8]) {
        let awaits = |waiter: &Waiter| waiter.request.keys.iter().any(|(k, _)| **k == *key);
        if self.waiters.iter().any(awaits) && !self.signalled.iter().any(|k| **k == *key) {
            self.signalled.push(key.into());
        }
    }

    /// Serves every waiter whose key was signalled and that has something to read now.
    pub(crate) fn serve_waiters(&mut self, now_ms: u64) {
        if self.signalled.is_empty() {
            return;
        }
        let keys = std::mem::take(&mut self.signalled);
        let mut index = 0;
        while index < self.waiters.len() {
            let concerned = self.waiters[index]
                .request
                .keys
                .iter()
                .any(|(k, _)| keys.contains(k));
            let served = if concerned {
                self.serve(index, &keys, now_ms)
            } else {
                None
            };
            match served {
                Some(reply) => {
                    let waiter = self.waiters.remove(index);
                    self.outbox.push((waiter.client, reply));
                }
                None => index += 1,
            }
        }
    }

    fn serve(&mut self, index: usize, touched: &[Bytes], now_ms: u64) -> Option<Reply> {
        let request = self.waiters[index].request.clone();
        let lost = |(key, _): &(Bytes, _)| touched.contains(key) && !self.keys.contains(key);
        if request.group.is_some() && request.keys.iter().any(lost) {
            let text = "UNBLOCKED the stream key no longer exists";
            return Some(Reply::Error(CommandError::fixed(text)));
        }
        answer_read(self, &request, now_ms).unwrap_or_else(|error| Some(Reply::Error(error)))
    }

    /// Gives up waiting, because the time is over or the client left; whether the client still waited.
    /// If not, its reply is already in its mailbox.
    pub fn stop_waiting(&mut self, client: ClientId) -> bool {
        let before = self.waiters.len();
        self.waiters.retain(|waiter| waiter.client != client);
        self.waiters.len() < before
    }
}
