//! The typed way in: batches of effects, twice the same, with expiries and waiting readers.

use tachograph_live::{Bytes, Effect, Reply, Store};

fn b(text: &str) -> Bytes {
    text.as_bytes().into()
}

fn run(store: &mut Store, line: &str, now_ms: u64) -> Reply {
    let mut session = store.connect("test", now_ms);
    let args: Vec<Vec<u8>> = line
        .split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect();
    store.execute(&mut session, &args, now_ms)
}

fn entry(id: (u64, u64)) -> Effect {
    Effect::XAdd {
        key: b("x"),
        id,
        fields: vec![(b("car"), b("A1"))],
        max_len: Some(2),
    }
}

fn batch() -> Vec<Effect> {
    vec![
        Effect::SAdd {
            key: b("20160101"),
            member: b("A1"),
            expire_at_ms: Some(90),
        },
        Effect::HSet {
            key: b("car:A1"),
            fields: vec![(b("average"), b("92.5"))],
            expire_at_ms: None,
        },
        Effect::ZAdd {
            key: b("fast"),
            member: b("A1"),
            score: 92.5,
            expire_at_ms: None,
        },
        Effect::SetString {
            key: b("last"),
            value: b("A1"),
            expire_at_ms: None,
        },
        entry((7, 0)),
        entry((7, 1)),
        entry((8, 0)),
    ]
}

#[test]
fn a_batch_applied_twice_changes_nothing_the_second_time() {
    let mut store = Store::new();
    let first = store.apply(0, &batch(), 10);
    assert_eq!((first.changed, first.refused.len()), (7, 0));
    let mut before = Vec::new();
    store.save(&mut before);
    let second = store.apply(0, &batch(), 11);
    assert_eq!((second.changed, second.refused.len()), (0, 0));
    let mut after = Vec::new();
    store.save(&mut after);
    assert_eq!(before, after);
    assert_eq!(run(&mut store, "XLEN x", 11), Reply::Int(2));
}

#[test]
fn effects_survive_a_snapshot_and_stay_idempotent() {
    let mut store = Store::new();
    store.apply(0, &batch(), 10);
    let mut bytes = Vec::new();
    store.save(&mut bytes);
    let mut store = Store::load(&bytes).expect("a whole snapshot");
    assert_eq!(store.apply(0, &batch(), 12).changed, 0);
    assert_eq!(run(&mut store, "SISMEMBER 20160101 A1", 89), Reply::Int(1));
    assert_eq!(run(&mut store, "SISMEMBER 20160101 A1", 90), Reply::Int(0));
}

#[test]
fn what_cannot_be_applied_is_told_and_the_rest_is_done() {
    let mut store = Store::new();
    run(&mut store, "SET k v", 0);
    let applied = store.apply(
        0,
        &[
            Effect::SAdd {
                key: b("k"),
                member: b("a"),
                expire_at_ms: None,
            },
            Effect::ZAdd {
                key: b("z"),
                member: b("a"),
                score: f64::NAN,
                expire_at_ms: None,
            },
            Effect::XAdd {
                key: b("x"),
                id: (0, 0),
                fields: vec![],
                max_len: None,
            },
            Effect::SRem {
                key: b("none"),
                member: b("a"),
            },
            Effect::HDel {
                key: b("none"),
                fields: vec![b("a")],
            },
            Effect::ZRem {
                key: b("none"),
                member: b("a"),
            },
            Effect::Del { key: b("k") },
        ],
        1,
    );
    assert_eq!(applied.changed, 1);
    let places: Vec<_> = applied.refused.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, [0, 1, 2]);
    assert_eq!(run(&mut store, "DBSIZE", 1), Reply::Int(0));
}

#[test]
fn a_waiting_reader_and_a_subscriber_hear_of_effects() {
    let mut store = Store::new();
    let mut reader = store.connect("reader", 0);
    let mut listener = store.connect("listener", 0);
    let words = |line: &str| {
        line.split(' ')
            .map(|word| word.as_bytes().to_vec())
            .collect::<Vec<_>>()
    };
    store.execute(&mut reader, &words("XREAD BLOCK 0 STREAMS x $"), 0);
    store.execute(&mut listener, &words("SUBSCRIBE alarms"), 0);
    let publish = Effect::Publish {
        channel: b("alarms"),
        payload: b("A1"),
    };
    assert_eq!(
        store
            .apply(0, &[entry((7, 0)), entry((7, 1)), publish], 1)
            .changed,
        3
    );
    let sent = store.take_deliveries();
    let message = ["message", "alarms", "A1"].map(Reply::bulk).to_vec();
    assert_eq!(sent[0], (listener.id(), Reply::Push(message)));
    let Reply::Keyed(streams) = &sent[1].1 else {
        panic!("the reader's entries")
    };
    assert_eq!((sent[1].0, streams.len()), (reader.id(), 1));
}

#[test]
fn a_stream_has_entries_of_one_writer() {
    let mut store = Store::new();
    assert_eq!(store.apply(3, &[entry((7, 1))], 0).changed, 1);
    let other = store.apply(4, &[entry((9, 1))], 0);
    assert_eq!((other.changed, other.refused.len()), (0, 1));
    let reason = other.refused[0].1.to_string();
    assert!(
        reason.contains("another bolt writes this stream"),
        "{reason}"
    );
    let mut bytes = Vec::new();
    store.save(&mut bytes);
    let mut store = Store::load(&bytes).expect("a whole snapshot");
    assert_eq!(store.apply(4, &[entry((9, 1))], 0).refused.len(), 1);
    assert_eq!(
        store.apply(3, &[entry((7, 1)), entry((9, 1))], 0).changed,
        1
    );
}

#[test]
fn an_entry_below_a_clients_is_told_and_one_that_comes_again_is_not() {
    let mut store = Store::new();
    assert_eq!(
        store.apply(0, &[entry((7, 1)), entry((8, 1))], 0).changed,
        2
    );
    run(&mut store, "XADD x 100-1 by client", 0);
    let applied = store.apply(0, &[entry((7, 1)), entry((8, 1)), entry((9, 1))], 0);
    assert_eq!(applied.changed, 0);
    let [(2, reason)] = &applied.refused[..] else {
        panic!("the third is refused: {applied:?}");
    };
    assert!(reason.to_string().contains("a client"), "{reason}");
    assert_eq!(store.apply(0, &[entry((101, 1))], 0).changed, 1);
}

#[test]
fn a_snapshot_holds_what_the_store_held_whatever_is_changed_after() {
    let mut store = Store::new();
    store.apply(0, &batch(), 10);
    for line in [
        "RPUSH list a b",
        "XGROUP CREATE x g 0",
        "XREADGROUP GROUP g c STREAMS x >",
    ] {
        run(&mut store, line, 10);
    }
    let many = (0..1_000).map(|n| Effect::SAdd {
        key: b("many"),
        member: b(&n.to_string()),
        expire_at_ms: None,
    });
    store.apply(0, &many.collect::<Vec<_>>(), 10);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    store.save(&mut before);
    let snapshot = store.snapshot();
    for line in [
        "LPOP list",
        "SREM 20160101 A1",
        "HSET car:A1 average 1",
        "ZADD fast 1 A1",
        "APPEND last more",
        "XACK x g 7-1",
        "XADD x 9-1 car A2",
        "XTRIM x MAXLEN 1",
        "SREM many 7 700",
        "PEXPIRE fast 5",
        "DEL last",
        "SET new key",
    ] {
        let reply = run(&mut store, line, 11);
        assert!(!matches!(reply, Reply::Error(_)), "{line}: {reply:?}");
    }
    snapshot.save(&mut after);
    assert_eq!(before, after);
}
