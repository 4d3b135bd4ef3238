//! The server itself: pipelines, limits, waiting, a port that is taken, an end in order.

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use support::{Client, standing_clock, start};
use tachograph_live::{Bytes, Effect, SharedStore};
use tachograph_serve::{Limits, RespServer};

#[test]
fn a_pipeline_is_answered_in_order() {
    let (server, _store) = start();
    let mut client = Client::connect(server.local_addr()).expect("the server");
    for n in 0..10_000 {
        client.send(&["SET", &format!("k{n}"), "v"]);
        client.send(&["ECHO", &n.to_string()]);
        if n % 1_000 == 999 {
            for m in n - 999..=n {
                assert_eq!(client.read(), "+OK");
                assert_eq!(client.read(), format!("\"{m}\""));
            }
        }
    }
    assert_eq!(client.run("DBSIZE"), ":10000");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let (server, store) = start();
    let error = RespServer::bind(server.local_addr(), store, standing_clock())
        .expect_err("the port is taken");
    let text = format!(
        "cannot listen on {}: another program uses this port",
        server.local_addr()
    );
    assert_eq!(error.to_string(), text);
}

#[test]
fn shutdown_ends_connections_and_frees_the_port() {
    let (server, store) = start();
    let address = server.local_addr();
    let mut client = Client::connect(address).expect("the server");
    assert_eq!(client.run("PING"), "+PONG");
    server.shutdown();
    assert_eq!(client.read(), "closed");
    assert_eq!(store.with(|store| store.clients()), 0);
    assert!(Client::connect(address).is_err());
}

#[test]
fn limits_turn_clients_away() {
    let limits = Limits {
        connections_max: 1,
        bulk_bytes_max: 8,
        ..Limits::default()
    };
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server =
        RespServer::bind_with(any, Arc::default(), standing_clock(), limits).expect("a free port");
    let mut first = Client::connect(server.local_addr()).expect("the server");
    assert_eq!(first.run("PING"), "+PONG");
    let mut second = Client::connect(server.local_addr()).expect("the server");
    assert_eq!(second.read(), "-ERR max number of clients reached");
    first.send(&["SET", "12345678", "12345678"]);
    assert_eq!(first.read(), "+OK");
    first.send(&["ECHO", "nine bytes"]);
    assert_eq!(first.read(), "-ERR Protocol error: invalid bulk length");
    assert_eq!(first.read(), "closed");
}

#[test]
fn readers_that_wait_are_served_once_each_in_the_order_they_came() {
    let (server, store) = start();
    let mut clients: Vec<_> = (0..3)
        .map(|_| Client::connect(server.local_addr()).expect("the server"))
        .collect();
    clients[0].run("XGROUP CREATE s g $ MKSTREAM");
    for (n, client) in clients.iter_mut().enumerate() {
        let consumer = format!("c{n}");
        client.send(&[
            "XREADGROUP",
            "GROUP",
            "g",
            &consumer,
            "COUNT",
            "1",
            "BLOCK",
            "0",
            "STREAMS",
            "s",
            ">",
        ]);
        client.send(&["PING"]);
        while store.with(|store| store.waiting_clients()) <= n {
            std::thread::yield_now();
        }
    }
    let key: Bytes = b"s"[..].into();
    let field: (Bytes, Bytes) = (b"f"[..].into(), b"v"[..].into());
    let add = |n| Effect::XAdd {
        key: key.clone(),
        id: (n, 0),
        fields: vec![field.clone()],
        max_len: None,
    };
    store.apply(0, &[add(1), add(2), add(3)], support::START_MS);
    for (n, client) in clients.iter_mut().enumerate() {
        assert_eq!(
            client.read(),
            format!("[[\"s\" [[\"{}-0\" [\"f\" \"v\"]]]]]", n + 1)
        );
        assert_eq!(
            client.read(),
            "+PONG",
            "what was sent while waiting comes after"
        );
    }
}

#[test]
fn a_wait_ends_in_time_and_with_the_client() {
    let (server, store) = start();
    let mut client = Client::connect(server.local_addr()).expect("the server");
    assert_eq!(client.run("XREAD BLOCK 1 STREAMS s $"), "*-1");
    client.send(&["XREAD", "BLOCK", "0", "STREAMS", "s", "$"]);
    while store.with(|store| store.waiting_clients()) == 0 {
        std::thread::yield_now();
    }
    drop(client);
    while store.with(|store| store.waiting_clients()) > 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_subscriber_of_resp3_may_go_on_with_commands() {
    let (server, store) = start();
    let mut client = Client::connect(server.local_addr()).expect("the server");
    assert!(client.run("HELLO 3").starts_with('%'));
    assert_eq!(client.run("SUBSCRIBE c"), ">[\"subscribe\" \"c\" :1]");
    assert_eq!(client.run("SET a 1"), "+OK");
    let publish = Effect::Publish {
        channel: b"c"[..].into(),
        payload: b"hi"[..].into(),
    };
    store.apply(0, &[publish], support::START_MS);
    assert_eq!(client.read(), ">[\"message\" \"c\" \"hi\"]");
    client.send_raw(b"GET a\r\n");
    assert_eq!(client.read(), "\"1\"");
}

#[test]
fn a_subscriber_that_does_not_read_is_disconnected() {
    let limits = Limits {
        pushes_waiting_max: 10,
        ..Limits::default()
    };
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let store = Arc::new(SharedStore::default());
    let server = RespServer::bind_with(any, Arc::clone(&store), standing_clock(), limits)
        .expect("a free port");
    let mut client = Client::connect(server.local_addr()).expect("the server");
    assert_eq!(client.run("SUBSCRIBE c"), "[\"subscribe\" \"c\" :1]");
    let publish = Effect::Publish {
        channel: b"c"[..].into(),
        payload: b"hi"[..].into(),
    };
    store.apply(0, &vec![publish; 1_000], support::START_MS);
    while client.read() != "closed" {}
}

#[test]
fn keys_expire_by_the_clock_that_was_handed_in() {
    let now_ms = Arc::new(AtomicU64::new(1_000));
    let hand = Arc::clone(&now_ms);
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let clock = Arc::new(move || hand.load(Ordering::SeqCst));
    let server = RespServer::bind(any, Arc::default(), clock).expect("a free port");
    let mut client = Client::connect(server.local_addr()).expect("the server");
    assert_eq!(client.run("SET k v PX 500"), "+OK");
    assert_eq!(client.run("PTTL k"), ":500");
    now_ms.store(1_500, Ordering::SeqCst);
    assert_eq!(client.run("EXISTS k"), ":0");
}

#[test]
fn a_command_that_is_too_big_in_all_is_refused() {
    let limits = Limits {
        command_bytes_max: 20,
        ..Limits::default()
    };
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server =
        RespServer::bind_with(any, Arc::default(), standing_clock(), limits).expect("a free port");
    let mut client = Client::connect(server.local_addr()).expect("the server");
    for _ in 0..3 {
        assert_eq!(client.run("ECHO sixteen-bytes-ok"), "\"sixteen-bytes-ok\"");
    }
    client.send(&["MGET", "ten-bytes1", "ten-bytes2"]);
    assert_eq!(client.read(), "-ERR Protocol error: too big request");
    assert_eq!(client.read(), "closed");
}
