//! Commands through the public door: one small scene per family, time moved by hand.

use tachograph_live::{Reply, Session, Store};

/// A store with one client.
struct World {
    store: Store,
    session: Session,
    now_ms: u64,
}

impl World {
    fn new() -> Self {
        let mut store = Store::new();
        let session = store.connect("test", 1_000);
        Self {
            store,
            session,
            now_ms: 1_000,
        }
    }

    fn run(&mut self, line: &str) -> Reply {
        let args: Vec<Vec<u8>> = line
            .split(' ')
            .map(|word| word.as_bytes().to_vec())
            .collect();
        self.store.execute(&mut self.session, &args, self.now_ms)
    }

    /// Runs a line and compares the reply, written as `show` writes it.
    fn expect(&mut self, line: &str, reply: &str) {
        assert_eq!(show(&self.run(line)), reply, "{line}");
    }
}

/// A reply as one line of text.
fn show(reply: &Reply) -> String {
    let list = |items: &[Reply]| items.iter().map(show).collect::<Vec<_>>().join(" ");
    let pairs = |items: &[(Reply, Reply)]| {
        items
            .iter()
            .map(|(k, v)| format!("{}={}", show(k), show(v)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    match reply {
        Reply::Simple(text) => text.to_string(),
        Reply::Error(error) => format!("-{error}"),
        Reply::Int(n) => format!(":{n}"),
        Reply::Bulk(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Reply::Null | Reply::NullArray => "nil".into(),
        Reply::Array(items) => format!("[{}]", list(items)),
        Reply::Set(items) => format!("{{{}}}", list(items)),
        Reply::Push(items) => format!(">{}", list(items)),
        Reply::Many(items) => list(items),
        Reply::Map(items) | Reply::Pairs(items) | Reply::Keyed(items) => {
            format!("({})", pairs(items))
        }
        Reply::Double(value) => format!(",{value}"),
        Reply::Bool(value) => value.to_string(),
        Reply::Verbatim(text) => text.clone(),
    }
}

#[test]
fn strings_expire_when_the_time_handed_in_says_so() {
    let mut world = World::new();
    world.expect("SET k v EX 10", "OK");
    world.expect("TTL k", ":10");
    world.now_ms = 10_999;
    world.expect("GET k", "v");
    world.now_ms = 11_000;
    world.expect("GET k", "nil");
    world.expect("DBSIZE", ":0");
}

#[test]
fn counters_refuse_what_is_no_number() {
    let mut world = World::new();
    world.expect("INCR n", ":1");
    world.expect("INCRBYFLOAT n 0.1", "1.1");
    world.expect("INCR n", "-ERR value is not an integer or out of range");
    world.expect("SADD s a", ":1");
    world.expect(
        "INCR s",
        "-WRONGTYPE Operation against a key holding the wrong kind of value",
    );
}

#[test]
fn an_emptied_collection_is_gone() {
    let mut world = World::new();
    for (fill, empty, key) in [
        ("SADD s a", "SREM s a", "s"),
        ("HSET h f v", "HDEL h f", "h"),
        ("ZADD z 1 a", "ZREM z a", "z"),
        ("RPUSH l a", "LPOP l", "l"),
    ] {
        world.run(fill);
        world.expect(&format!("EXISTS {key}"), ":1");
        world.run(empty);
        world.expect(&format!("EXISTS {key}"), ":0");
    }
}

#[test]
fn a_group_hands_out_once_and_takes_acknowledgements() {
    let mut world = World::new();
    world.expect("XADD s 1-1 a 1", "1-1");
    world.expect("XADD s 1-* a 2", "1-2");
    world.expect("XGROUP CREATE s g 0", "OK");
    world.expect(
        "XREADGROUP GROUP g c COUNT 1 STREAMS s >",
        "(s=[[1-1 [a 1]]])",
    );
    world.expect("XREADGROUP GROUP g d STREAMS s >", "(s=[[1-2 [a 2]]])");
    world.expect("XREADGROUP GROUP g d STREAMS s >", "nil");
    world.expect("XPENDING s g", "[:2 1-1 1-2 [[c 1] [d 1]]]");
    world.expect("XACK s g 1-1", ":1");
    world.now_ms += 50;
    world.expect("XAUTOCLAIM s g c 50 0", "[0-0 [[1-2 [a 2]]] []]");
    world.expect("XPENDING s g - + 9", "[[1-2 c :0 :2]]");
}

#[test]
fn a_waiting_reader_gets_what_comes() {
    let mut world = World::new();
    world.run("XGROUP CREATE s g $ MKSTREAM");
    let mut other = world.store.connect("other", 0);
    let wait = |s: &str| {
        s.split(' ')
            .map(|w| w.as_bytes().to_vec())
            .collect::<Vec<_>>()
    };
    let line = wait("XREADGROUP GROUP g c BLOCK 0 STREAMS s >");
    assert_eq!(show(&world.store.execute(&mut other, &line, 1_000)), "");
    assert!(other.take_wait().is_some());
    world.run("XADD s 5-0 f v");
    let sent = world.store.take_deliveries();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].0, show(&sent[0].1).as_str()),
        (other.id(), "(s=[[5-0 [f v]]])")
    );
    assert!(!world.store.stop_waiting(other.id()));
}

#[test]
fn a_transaction_is_one_step_and_a_watched_change_stops_it() {
    let mut world = World::new();
    world.expect("MULTI", "OK");
    world.expect("SET a 1", "QUEUED");
    world.expect("INCR a", "QUEUED");
    world.expect("EXEC", "[OK :2]");
    world.run("WATCH a");
    world.run("SET a 5");
    world.run("MULTI");
    world.run("SET a 6");
    world.expect("EXEC", "nil");
    world.run("MULTI");
    world.expect(
        "NONSENSE",
        "-ERR unknown command 'NONSENSE', with args beginning with: ",
    );
    world.expect(
        "EXEC",
        "-EXECABORT Transaction discarded because of previous errors.",
    );
}

#[test]
fn a_publication_reaches_channels_and_patterns() {
    let mut world = World::new();
    world.expect("SUBSCRIBE news", ">subscribe news :1");
    world.expect("PSUBSCRIBE n*", ">psubscribe n* :2");
    world.expect(
        "GET a",
        "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are \
         allowed in this context",
    );
    let mut other = world.store.connect("other", 0);
    let line = ["PUBLISH", "news", "hi"].map(|word| word.as_bytes().to_vec());
    assert_eq!(world.store.execute(&mut other, &line, 0), Reply::Int(2));
    let sent: Vec<_> = world
        .store
        .take_deliveries()
        .iter()
        .map(|(_, r)| show(r))
        .collect();
    assert_eq!(sent, [">message news hi", ">pmessage n* news hi"]);
}

#[test]
fn a_scan_sees_every_key_that_stays() {
    let mut world = World::new();
    (0..100).for_each(|n| drop(world.run(&format!("SET k{n} v"))));
    let (mut cursor, mut seen) = ("0".to_string(), std::collections::BTreeSet::new());
    let mut step = 0;
    loop {
        let Reply::Array(parts) = world.run(&format!("SCAN {cursor} COUNT 7")) else {
            panic!("an array")
        };
        cursor = show(&parts[0]);
        let Reply::Array(keys) = &parts[1] else {
            panic!("keys")
        };
        seen.extend(keys.iter().map(show));
        if cursor == "0" {
            break;
        }
        world.run(&format!("DEL k{step}"));
        world.run(&format!("SET new{step} v"));
        step += 1;
    }
    for n in step..100 {
        assert!(seen.contains(&format!("k{n}")), "k{n} was passed over");
    }
}
