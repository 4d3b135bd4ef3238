//! The RESP server: a listening port, a thread of its own, a task per client.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tachograph_live::SharedStore;
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Limits;
use crate::connection::serve_client;

/// Tells the time for expiries, in milliseconds since the Unix epoch.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// How often keys are looked at that expire while no command comes.
const EXPIRE_EVERY: Duration = Duration::from_millis(100);
/// How long clients get to take their last replies when the server ends.
const LAST_REPLIES: Duration = Duration::from_secs(1);
/// How long a listener that cannot accept (too many open files) rests.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// A server that runs until [`RespServer::shutdown`] or until it is dropped.
#[derive(Debug)]
pub struct RespServer {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl RespServer {
    /// Listens on an address (port 0 takes a free one) and serves the store to all who connect.
    ///
    /// # Errors
    /// When the address cannot be had; the message names it.
    pub fn bind(address: SocketAddr, store: Arc<SharedStore>, clock: Clock) -> io::Result<Self> {
        Self::bind_with(address, store, clock, Limits::default())
    }

    /// Like [`RespServer::bind`], with other limits.
    ///
    /// # Errors
    /// When the address cannot be had; the message names it.
    pub fn bind_with(
        address: SocketAddr,
        store: Arc<SharedStore>,
        clock: Clock,
        limits: Limits,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).map_err(|error| explain(address, &error))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::Builder::new()
            .name("resp".into())
            .spawn(move || {
                runtime.block_on(accept(listener, store, clock, limits, stopped));
            })?;
        Ok(Self {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// The address that is listened on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening, ends all connections, and returns when the thread has ended.
    pub fn shutdown(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for RespServer {
    fn drop(&mut self) {
        self.end();
    }
}

fn explain(address: SocketAddr, error: &io::Error) -> io::Error {
    let text = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("cannot listen on {address}: another program uses this port")
        }
        _ => format!("cannot listen on {address}: {error}"),
    };
    io::Error::new(error.kind(), text)
}

async fn accept(
    listener: TcpListener,
    store: Arc<SharedStore>,
    clock: Clock,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    // The listener was bound and set to non-blocking: registering it can only fail if the system has no
    // descriptors left, and then nothing can be served.
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let mut clients = JoinSet::new();
    let mut expiry = tokio::time::interval(EXPIRE_EVERY);
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            _ = expiry.tick() => {
                store.expire(clock());
            }
            Some(_) = clients.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if clients.len() >= limits.connections_max => {
                    clients.spawn(refuse(stream));
                }
                Ok((stream, _)) => {
                    let (store, clock) = (Arc::clone(&store), Arc::clone(&clock));
                    let stopped = stopped.clone();
                    clients.spawn(serve_client(stream, store, clock, limits, stopped));
                }
                Err(_) => tokio::time::sleep(ACCEPT_REST).await,
            },
        }
    }
    drop(listener);
    let all_gone = async { while clients.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_REPLIES, all_gone).await.is_err() {
        clients.shutdown().await;
    }
}

/// Tells a client that there are too many.
async fn refuse(mut stream: tokio::net::TcpStream) {
    // The client may be gone already.
    let _ = stream
        .write_all(b"-ERR max number of clients reached\r\n")
        .await;
}
