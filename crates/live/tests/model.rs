//! Random commands, held against models that are slow and obvious.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tachograph_live::{Reply, Session, Store};

const NOW_MS: u64 = 5_000;

fn run<S: AsRef<str>>(store: &mut Store, session: &mut Session, words: &[S]) -> Reply {
    let args: Vec<Vec<u8>> = words
        .iter()
        .map(|word| word.as_ref().as_bytes().to_vec())
        .collect();
    store.execute(session, &args, NOW_MS)
}

fn line(store: &mut Store, session: &mut Session, line: &str) -> Reply {
    run(store, session, &line.split(' ').collect::<Vec<_>>())
}

/// The byte strings in a reply, however nested, in order.
fn texts(reply: &Reply) -> Vec<String> {
    match reply {
        Reply::Bulk(bytes) => vec![String::from_utf8_lossy(bytes).into_owned()],
        Reply::Array(items) | Reply::Set(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn reload(store: &Store) -> Store {
    let mut bytes = Vec::new();
    store.save(&mut bytes);
    let loaded = Store::load(&bytes).expect("what was saved can be loaded");
    let mut again = Vec::new();
    loaded.save(&mut again);
    assert_eq!(bytes, again, "a loaded store is saved as the same bytes");
    loaded
}

proptest! {
    #[test]
    fn sets_are_sets(steps in prop::collection::vec((0..3u8, 0..2u8, 0..8u8), 0..60)) {
        let mut store = Store::new();
        let mut session = store.connect("", 0);
        let mut model: [BTreeSet<String>; 2] = Default::default();
        for (kind, key, member) in steps {
            let (set, member) = (&mut model[key as usize], format!("m{member}"));
            let (command, changed) = match kind {
                0 | 1 => ("SADD", set.insert(member.clone())),
                _ => ("SREM", set.remove(&member)),
            };
            let reply = line(&mut store, &mut session, &format!("{command} k{key} {member}"));
            prop_assert_eq!(reply, Reply::Int(i64::from(changed)));
        }
        let mut store = reload(&store);
        let [a, b] = &model;
        for (command, expect) in [
            ("SINTER k0 k1", a.intersection(b).cloned().collect::<BTreeSet<_>>()),
            ("SUNION k0 k1", a.union(b).cloned().collect()),
            ("SDIFF k0 k1", a.difference(b).cloned().collect()),
            ("SMEMBERS k0", a.clone()),
        ] {
            let got = texts(&line(&mut store, &mut session, command));
            prop_assert_eq!(got.len(), expect.len(), "no member twice");
            prop_assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), expect, "{}", command);
        }
    }

    #[test]
    fn sorted_sets_are_sorted(
        steps in prop::collection::vec((0..4u8, 0..9u8, -4..5i32), 0..60),
        low in -5..6i32, high in -5..6i32, low_out: bool, high_out: bool,
        start in -12..12i64, stop in -12..12i64,
    ) {
        let mut store = Store::new();
        let mut session = store.connect("", 0);
        let mut model: BTreeMap<String, i32> = BTreeMap::new();
        for (kind, member, score) in steps {
            let member = format!("m{member}");
            match kind {
                0 => {
                    model.remove(&member);
                    line(&mut store, &mut session, &format!("ZREM z {member}"));
                }
                1 => {
                    *model.entry(member.clone()).or_default() += score;
                    line(&mut store, &mut session, &format!("ZINCRBY z {score} {member}"));
                }
                _ => {
                    model.insert(member.clone(), score);
                    line(&mut store, &mut session, &format!("ZADD z {score} {member}"));
                }
            }
        }
        let mut store = reload(&store);
        let mut sorted: Vec<(i32, String)> = model.iter().map(|(m, s)| (*s, m.clone())).collect();
        sorted.sort();
        let names = |pairs: &[(i32, String)]| pairs.iter().map(|p| p.1.clone()).collect::<Vec<_>>();
        let inside = |score: i32| {
            (if low_out { score > low } else { score >= low })
                && (if high_out { score < high } else { score <= high })
        };
        let within: Vec<_> = sorted.iter().filter(|p| inside(p.0)).cloned().collect();
        let edge = |out: bool, score: i32| format!("{}{score}", if out { "(" } else { "" });
        let (low, high) = (edge(low_out, low), edge(high_out, high));
        let got = line(&mut store, &mut session, &format!("ZRANGEBYSCORE z {low} {high}"));
        prop_assert_eq!(texts(&got), names(&within));
        let mut backwards = names(&within);
        backwards.reverse();
        let got = line(&mut store, &mut session, &format!("ZREVRANGEBYSCORE z {high} {low}"));
        prop_assert_eq!(texts(&got), backwards);
        let got = line(&mut store, &mut session, &format!("ZRANGE z {start} {stop}"));
        let len = sorted.len() as i64;
        let at = |i: i64| if i < 0 { i + len } else { i };
        let places: Vec<_> = (0..len)
            .filter(|i| (at(start)..=at(stop)).contains(i))
            .map(|i| sorted[i as usize].1.clone())
            .collect();
        prop_assert_eq!(texts(&got), places);
        for (place, (_, member)) in sorted.iter().enumerate() {
            let got = line(&mut store, &mut session, &format!("ZRANK z {member}"));
            prop_assert_eq!(got, Reply::Int(place as i64));
        }
    }

    #[test]
    fn groups_hand_out_every_entry_once(
        steps in prop::collection::vec((0..6u8, 0..3u8, 1..4u8), 0..80),
    ) {
        let mut store = Store::new();
        let mut session = store.connect("", 0);
        line(&mut store, &mut session, "XGROUP CREATE s g 0 MKSTREAM");
        let mut entries: BTreeSet<u64> = BTreeSet::new();
        let mut handed: BTreeMap<u64, u8> = BTreeMap::new();
        let (mut next, mut read_up_to) = (1u64, 0u64);
        for (kind, consumer, count) in steps {
            match kind {
                0..=2 => {
                    line(&mut store, &mut session, &format!("XADD s {next}-0 n {next}"));
                    entries.insert(next);
                    next += 1;
                }
                3 => {
                    let command = format!("XREADGROUP GROUP g c{consumer} COUNT {count} STREAMS s >");
                    let reply = line(&mut store, &mut session, &command);
                    let expect: Vec<u64> =
                        entries.range(read_up_to + 1..).take(count as usize).copied().collect();
                    let got = match &reply {
                        Reply::Keyed(found) => texts(&found[0].1),
                        _ => Vec::new(),
                    };
                    let ids: Vec<_> = expect.iter().map(|n| format!("{n}-0")).collect();
                    prop_assert_eq!(got.iter().step_by(3).cloned().collect::<Vec<_>>(), ids);
                    for n in expect {
                        handed.insert(n, consumer);
                        read_up_to = n;
                    }
                }
                4 => {
                    let first = handed.keys().next().copied();
                    if let Some(n) = first {
                        let reply = line(&mut store, &mut session, &format!("XACK s g {n}-0"));
                        prop_assert_eq!(reply, Reply::Int(1));
                        handed.remove(&n);
                    }
                }
                _ => {
                    if let Some(n) = entries.pop_first() {
                        let reply = line(&mut store, &mut session, &format!("XDEL s {n}-0"));
                        prop_assert_eq!(reply, Reply::Int(1));
                    }
                }
            }
        }
        let mut store = reload(&store);
        for consumer in 0..3u8 {
            let command = format!("XPENDING s g - + 1000 c{consumer}");
            let Reply::Array(lines) = line(&mut store, &mut session, &command) else {
                panic!("an array")
            };
            let got: Vec<_> = lines.iter().map(|line| texts(line)[0].clone()).collect();
            let own = handed.iter().filter(|(_, c)| **c == consumer);
            prop_assert_eq!(got, own.map(|(n, _)| format!("{n}-0")).collect::<Vec<_>>());
        }
        prop_assert_eq!(
            line(&mut store, &mut session, "XLEN s"),
            Reply::Int(entries.len() as i64)
        );
    }

    #[test]
    fn damaged_snapshots_are_refused(at in 0usize..400, bit in 0u8..8) {
        let mut store = Store::new();
        let mut session = store.connect("", 0);
        for command in [
            "SET t v EX 9", "RPUSH l a b", "SADD s a b", "HSET h f v", "ZADD z 1.5 a",
            "XADD x 1-1 f v", "XGROUP CREATE x g 0", "XREADGROUP GROUP g c STREAMS x >",
        ] {
            prop_assert!(!line(&mut store, &mut session, command).is_error());
        }
        let mut bytes = Vec::new();
        reload(&store).save(&mut bytes);
        let at = at % bytes.len();
        prop_assert!(Store::load(&bytes[..at]).is_err());
        bytes[at] ^= 1 << bit;
        prop_assert!(Store::load(&bytes).is_err());
    }
}
