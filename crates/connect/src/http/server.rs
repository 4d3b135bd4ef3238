//! The server: one thread accepts and parses, a few wait for the journal.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tachograph_topology::Journal;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use super::body::split;

/// Connections at one time.
const MOST_CONNECTIONS: usize = 1_024;
/// Requests that wait for the journal at one time; they share its commits.
const MOST_COMMITS: usize = 64;
/// How long a client may take to send its head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// How the server takes records.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Where it listens.
    pub address: SocketAddr,
    /// The path that takes records.
    pub path: String,
    /// Largest body, in bytes.
    pub body_bytes: usize,
    /// Records that may be in the journal unread; above, requests are put off.
    pub backlog: u64,
}

/// A server at work; it stops when it is dropped.
#[derive(Debug)]
pub struct HttpServer {
    address: SocketAddr,
    read: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    journal: Journal,
    options: HttpOptions,
    read: Arc<AtomicU64>,
    commits: Semaphore,
}

impl HttpServer {
    /// Listens, and puts what comes into a journal.
    ///
    /// # Errors
    /// A sentence that says what to do, where the port is taken.
    pub fn bind(journal: Journal, options: HttpOptions) -> Result<HttpServer, String> {
        let taken = |e: std::io::Error| {
            format!(
                "cannot listen on {}: {e}; choose another `port`",
                options.address
            )
        };
        let listener = std::net::TcpListener::bind(options.address).map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(MOST_COMMITS)
            .build()
            .map_err(taken)?;
        let read = Arc::new(AtomicU64::new(journal.start()));
        let shared = Arc::new(Shared {
            journal,
            read: Arc::clone(&read),
            commits: Semaphore::new(MOST_COMMITS),
            options,
        });
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.block_on(accept(listener, shared, stopped));
            // Commits under way end by themselves; nobody waits for their answers.
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("http".into()).spawn(serve);
        Ok(HttpServer {
            address,
            read,
            stop: Some(stop),
            thread: Some(thread.map_err(|e| format!("no thread for the server: {e}"))?),
        })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Says how far the journal was read.
    pub fn has_read(&self, position: u64) {
        self.read.store(position, Ordering::Relaxed);
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may be gone already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut stopped: oneshot::Receiver<()>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => accepted,
        };
        let (Ok((stream, _)), Ok(place)) = (accepted, Arc::clone(&connections).try_acquire_owned())
        else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let _place = place;
            let service = service_fn(|request| answer(Arc::clone(&shared), request));
            // A client that breaks off is no fault of ours.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

type Answer = Response<Full<Bytes>>;

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    Ok(take(&shared, request)
        .await
        .unwrap_or_else(|refusal| refusal))
}

async fn take(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Answer> {
    let path = &shared.options.path;
    if request.uri().path() != path {
        let message = format!("records are taken at {path}");
        return Err(refusal(StatusCode::NOT_FOUND, &message));
    }
    if request.method() != Method::POST {
        let message = "records are sent by POST";
        return Err(refusal(StatusCode::METHOD_NOT_ALLOWED, message));
    }
    let unread = shared.journal.end()
        - shared
            .read
            .load(Ordering::Relaxed)
            .min(shared.journal.end());
    if unread > shared.options.backlog {
        let message = format!("{unread} records wait to be read; send again later");
        return Err(refusal(StatusCode::SERVICE_UNAVAILABLE, &message));
    }
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|t| t.to_str().ok())
        .map(str::to_string);
    let body = body(request, shared.options.body_bytes).await?;
    let records = split(&body, content_type.as_deref())
        .map_err(|fault| refusal(StatusCode::BAD_REQUEST, &fault.to_string()))?;
    let accepted = records.len();
    commit(shared, records).await?;
    Ok(reply(
        StatusCode::OK,
        json!({"accepted": accepted}).to_string(),
    ))
}

async fn body(request: Request<Incoming>, most: usize) -> Result<Bytes, Answer> {
    let body = Limited::new(request.into_body(), most).collect();
    match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Err(_) => Err(refusal(
            StatusCode::REQUEST_TIMEOUT,
            "the body took too long",
        )),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(e)) if e.is::<http_body_util::LengthLimitError>() => {
            let message = format!("a body may have {most} bytes; send several");
            Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, &message))
        }
        Ok(Err(e)) => Err(refusal(StatusCode::BAD_REQUEST, &e.to_string())),
    }
}

/// Waits until the journal has the records.
async fn commit(shared: &Arc<Shared>, records: Vec<Vec<u8>>) -> Result<(), Answer> {
    if records.is_empty() {
        return Ok(());
    }
    let unavailable = |message: &str| refusal(StatusCode::SERVICE_UNAVAILABLE, message);
    let place = shared.commits.acquire().await;
    let _place = place.map_err(|_| unavailable("the server stops"))?;
    let journal = shared.journal.clone();
    let append = tokio::task::spawn_blocking(move || journal.append(&records));
    match append.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(unavailable(&error.to_string())),
        Err(_) => Err(unavailable("the server stops")),
    }
}

fn refusal(status: StatusCode, message: &str) -> Answer {
    let mut answer = reply(status, json!({"error": message}).to_string());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = hyper::header::HeaderValue::from_static("1");
        answer.headers_mut().insert(RETRY_AFTER, soon);
    }
    answer
}

fn reply(status: StatusCode, text: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(text + "\n")));
    *answer.status_mut() = status;
    let json = hyper::header::HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, json);
    answer
}
