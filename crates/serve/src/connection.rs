//! One client: bytes in, commands to the store, replies and pushed messages out.
//!
//! Commands that arrive together are carried out together and answered with one write. While a client
//! waits for entries of a stream, its further commands stay unread, as in Redis.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tachograph_live::{Reply, Session, SharedStore, Wait};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

use crate::outbox::Outbox;
use crate::resp::{CommandReader, write_reply};
use crate::{Clock, Limits};

/// How long a client may leave a reply unread before it is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// Replies that are gathered before they are written.
const WRITE_BYTES: usize = 256 * 1024;

/// Speaks with a client until it leaves, misbehaves, or is told to go.
pub(crate) async fn serve_client(
    stream: TcpStream,
    store: Arc<SharedStore>,
    clock: Clock,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    // Without it replies might wait for more; the connection works all the same.
    let _ = stream.set_nodelay(true);
    let address = stream
        .peer_addr()
        .map(|a| a.to_string())
        .unwrap_or_default();
    let (mailbox, outbox) = Outbox::new(limits.pushes_waiting_max);
    let session = store.connect(&address, mailbox, clock());
    let (input, output) = stream.into_split();
    let reader = CommandReader::new(limits);
    let mut client = Client {
        input,
        output,
        reader,
        outbox,
        out: Vec::new(),
        session,
        store,
        clock,
        stopped,
    };
    // An error means that the connection broke: there is nobody to tell.
    let _ = client.run().await;
}

struct Client {
    input: OwnedReadHalf,
    output: OwnedWriteHalf,
    reader: CommandReader,
    outbox: Outbox,
    out: Vec<u8>,
    session: Session,
    store: Arc<SharedStore>,
    clock: Clock,
    stopped: watch::Receiver<bool>,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.store.disconnect(&mut self.session);
    }
}

impl Client {
    async fn run(&mut self) -> io::Result<()> {
        loop {
            let open = self.run_commands().await?;
            self.push_ready();
            self.flush().await?;
            if !open || self.outbox.is_overrun() {
                return self.output.shutdown().await;
            }
            tokio::select! {
                read = self.input.read_buf(self.reader.buffer()) => {
                    if read? == 0 {
                        return Ok(());
                    }
                }
                pushed = self.outbox.next() => match pushed {
                    Some(reply) => self.write(&reply),
                    None => return Ok(()),
                },
                _ = self.stopped.changed() => return self.output.shutdown().await,
            }
        }
    }

    /// Carries out all commands that are there; whether the connection stays open.
    async fn run_commands(&mut self) -> io::Result<bool> {
        loop {
            let args = match self.reader.next_command() {
                Ok(Some(args)) => args,
                Ok(None) => return Ok(true),
                Err(error) => {
                    self.out
                        .extend_from_slice(format!("-{error}\r\n").as_bytes());
                    return Ok(false);
                }
            };
            let reply = self.store.execute(&mut self.session, &args, (self.clock)());
            // A client's own publication reaches it before the reply, as in Redis; but a subscription is
            // confirmed before its first message.
            if !matches!(reply, Reply::Many(_) | Reply::Push(_)) {
                self.push_ready();
            }
            self.write(&reply);
            if self.session.is_closing() {
                return Ok(false);
            }
            if let Some(wait) = self.session.take_wait()
                && !self.wait(wait).await?
            {
                return Ok(false);
            }
            if self.out.len() >= WRITE_BYTES {
                self.flush().await?;
            }
        }
    }

    /// Waits until the store answers, the time is over, or the client leaves; whether it is still there.
    async fn wait(&mut self, wait: Wait) -> io::Result<bool> {
        self.flush().await?;
        let over = sleep_for(wait.timeout_ms);
        tokio::pin!(over);
        loop {
            tokio::select! {
                biased;
                pushed = self.outbox.next() => {
                    let Some(reply) = pushed else { return Ok(false) };
                    let answered = !matches!(reply, Reply::Push(_));
                    self.write(&reply);
                    if answered {
                        return Ok(true);
                    }
                    self.flush().await?;
                }
                () = &mut over => {
                    if self.store.stop_waiting(self.session.id()) {
                        self.write(&Reply::NullArray);
                        return Ok(true);
                    }
                    // The answer came at the last moment: it is in the outbox.
                    over.set(sleep_for(None));
                }
                _ = self.stopped.changed() => return Ok(false),
                read = self.input.read_buf(self.reader.buffer()), if self.reader.has_room() => {
                    if read? == 0 {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// Writes what was pushed while commands ran.
    fn push_ready(&mut self) {
        while self.out.len() < WRITE_BYTES
            && let Some(reply) = self.outbox.ready()
        {
            self.write(&reply);
        }
    }

    fn write(&mut self, reply: &Reply) {
        write_reply(reply, self.session.protocol(), &mut self.out);
    }

    async fn flush(&mut self) -> io::Result<()> {
        let mut written = 0;
        while written < self.out.len() {
            let write = self.output.write(&self.out[written..]);
            written += match tokio::time::timeout(WRITE_TIMEOUT, write).await {
                Ok(Ok(0)) | Err(_) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => count?,
            };
        }
        self.out.clear();
        self.out.shrink_to(WRITE_BYTES);
        Ok(())
    }
}

/// Sleeps that long, or for ever.
async fn sleep_for(timeout_ms: Option<u64>) {
    match timeout_ms {
        Some(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
        None => std::future::pending().await,
    }
}
