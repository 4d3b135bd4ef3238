//! Connections against a server of the test's own, which answers what and when the test says.

use std::time::Duration;

use bytes::{Buf, Bytes};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::{Call, Connection};
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::wire::registry::{ClusterId, Question};
use crate::wire::rpc::{
    CellBlockMeta, ConnectionHeader, ExceptionResponse, RequestHeader, ResponseHeader,
};

/// The server's end of a connection whose preamble was read.
struct Peer(TcpStream);

impl Peer {
    async fn frame(&mut self) -> Bytes {
        let length = self.0.read_u32().await.unwrap() as usize;
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).await.unwrap();
        bytes.into()
    }

    /// The header of the next request.
    async fn request(&mut self) -> RequestHeader {
        RequestHeader::decode_length_delimited(self.frame().await).unwrap()
    }

    async fn answer(&mut self, header: &ResponseHeader, rest: &[u8]) {
        let header = header.encode_length_delimited_to_vec();
        let length = (header.len() + rest.len()) as u32;
        let frame = [&length.to_be_bytes()[..], &header, rest].concat();
        self.0.write_all(&frame).await.unwrap();
    }
}

/// A connection, and the other end of it.
async fn pair(config: Config) -> (Connection, Peer) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let opened = Connection::open(&config, "127.0.0.1", port, "ClientMetaService");
    let (connection, accepted) = tokio::join!(opened, listener.accept());
    let mut peer = Peer(accepted.unwrap().0);
    let mut preamble = [0; 6];
    peer.0.read_exact(&mut preamble).await.unwrap();
    assert_eq!(&preamble, b"HBas\x00\x50");
    let header = ConnectionHeader::decode(peer.frame().await).unwrap();
    assert_eq!(header.user_info.unwrap().effective_user, "ann");
    (connection.unwrap(), peer)
}

fn config() -> Config {
    Config::bootstrap(["127.0.0.1:1"]).user("ann")
}

async fn ask(connection: &Connection, limit: Duration) -> Result<(ClusterId, Bytes)> {
    let call = Call {
        method: "GetClusterId",
        message: &Question {},
        cells: &[],
        deadline: Instant::now() + limit,
        priority: None,
    };
    connection.call(call).await
}

const LONG: Duration = Duration::from_secs(30);

fn header(call_id: Option<u32>) -> ResponseHeader {
    ResponseHeader {
        call_id,
        ..ResponseHeader::default()
    }
}

#[tokio::test]
async fn answers_find_their_calls_in_any_order() {
    let (connection, mut peer) = pair(config()).await;
    let server = async {
        let (first, second) = (peer.request().await, peer.request().await);
        assert_eq!(first.method_name.as_deref(), Some("GetClusterId"));
        assert!(first.timeout.unwrap() <= 30_000);
        let with_cells = ResponseHeader {
            cell_block_meta: Some(CellBlockMeta { length: Some(2) }),
            ..header(second.call_id)
        };
        peer.answer(&with_cells, b"\x03\x0a\x01bxy").await;
        peer.answer(&header(first.call_id), b"\x03\x0a\x01a").await;
    };
    let (a, b, ()) = tokio::join!(ask(&connection, LONG), ask(&connection, LONG), server);
    let ((a, _), (b, mut cells)) = (a.unwrap(), b.unwrap());
    assert_eq!(
        (a.cluster_id.as_deref(), b.cluster_id.as_deref()),
        (Some("a"), Some("b"))
    );
    assert_eq!(cells.get_u16(), u16::from_be_bytes(*b"xy"));
}

#[tokio::test]
async fn an_exception_fails_its_call_alone() {
    let (connection, mut peer) = pair(config()).await;
    let server = async {
        let (first, second) = (peer.request().await, peer.request().await);
        let exception = ExceptionResponse {
            exception_class_name: Some("org.apache.hadoop.hbase.PleaseHoldException".to_owned()),
            stack_trace: Some("PleaseHoldException: Master is initializing\n\tat x".to_owned()),
            ..ExceptionResponse::default()
        };
        let failed = ResponseHeader {
            exception: Some(exception),
            ..header(first.call_id)
        };
        peer.answer(&failed, b"").await;
        peer.answer(&header(second.call_id), b"\x00").await;
    };
    let (a, b, ()) = tokio::join!(ask(&connection, LONG), ask(&connection, LONG), server);
    let error = a.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerNotReady);
    assert!(
        error.to_string().ends_with("Master is initializing"),
        "{error}"
    );
    assert!(b.is_ok() && !connection.is_closed());
}

#[tokio::test]
async fn a_late_answer_is_dropped() {
    let (connection, mut peer) = pair(config()).await;
    let error = ask(&connection, Duration::from_millis(20))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CallTimeout);
    let server = async {
        let (late, next) = (peer.request().await, peer.request().await);
        peer.answer(&header(late.call_id), b"\x03\x0a\x01a").await;
        peer.answer(&header(next.call_id), b"\x03\x0a\x01b").await;
    };
    let (answer, ()) = tokio::join!(ask(&connection, LONG), server);
    assert_eq!(answer.unwrap().0.cluster_id.as_deref(), Some("b"));
}

#[tokio::test]
async fn a_broken_connection_fails_all_calls() {
    let (connection, mut peer) = pair(config()).await;
    let server = async {
        peer.request().await;
        peer.request().await;
        // Half an answer, then nothing more.
        peer.0.write_all(b"\x00\x00\x00\x09\x02").await.unwrap();
        drop(peer);
    };
    let (a, b, ()) = tokio::join!(ask(&connection, LONG), ask(&connection, LONG), server);
    let kind = |answer: Result<(ClusterId, Bytes)>| {
        answer.map_err(|error: Error| error.kind()).unwrap_err()
    };
    assert_eq!(
        (kind(a), kind(b)),
        (ErrorKind::ConnectionLost, ErrorKind::ConnectionLost)
    );
    assert!(connection.is_closed());
    assert_eq!(
        kind(ask(&connection, LONG).await),
        ErrorKind::ConnectionLost
    );
}

#[tokio::test]
async fn what_is_not_the_protocol_is_refused() {
    let (connection, mut peer) = pair(config().max_response_bytes(1 << 20)).await;
    let server = async {
        peer.request().await;
        peer.0
            .write_all(b"HTTP/1.1 400 Bad Request\r\n")
            .await
            .unwrap();
    };
    let (answer, ()) = tokio::join!(ask(&connection, LONG), server);
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn an_answer_that_is_too_long_fails_its_call_alone() {
    let (connection, mut peer) = pair(config().max_response_bytes(100)).await;
    let server = async {
        peer.request().await;
        let second = peer.request().await;
        peer.answer(&header(second.call_id), &[0; 200]).await;
    };
    let (a, b, ()) = tokio::join!(ask(&connection, LONG), ask(&connection, LONG), server);
    assert_eq!(b.unwrap_err().kind(), ErrorKind::Protocol);
    // This one is asked again, on a connection that is made anew.
    assert_eq!(a.unwrap_err().kind(), ErrorKind::ConnectionLost);
    assert!(connection.is_closed());
}

#[tokio::test]
async fn a_refused_user_closes_the_connection() {
    let (connection, mut peer) = pair(config()).await;
    let server = async {
        peer.request().await;
        let exception = ExceptionResponse {
            exception_class_name: Some(
                "org.apache.hadoop.hbase.security.AccessDeniedException".to_owned(),
            ),
            ..ExceptionResponse::default()
        };
        let refused = ResponseHeader {
            exception: Some(exception),
            ..header(Some(u32::MAX))
        };
        peer.answer(&refused, b"").await;
    };
    let (answer, ()) = tokio::join!(ask(&connection, LONG), server);
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::AccessDenied);
    assert!(connection.is_closed());
}

#[test]
fn a_connection_ends_with_its_runtime() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let (connection, _peer) = first.block_on(pair(config()));
    assert!(!connection.is_closed());
    drop(first);
    assert!(connection.is_closed());
    let error = runtime().block_on(ask(&connection, LONG)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost);
}
