//! `SCAN`, `SSCAN`, `HSCAN`, `ZSCAN`: walks in steps, with a cursor and without state in the store.
//!
//! What is there from the first step to the last is seen at least once; see [`crate::fixed`].

use super::{Call, is};
use crate::error::{Answer, CommandError, NOT_INTEGER, SYNTAX};
use crate::number::{format_double, integer};
use crate::value::{Hash, Set};
use crate::zset::SortedSet;
use crate::{Reply, glob_match};

struct Scan<'a> {
    cursor: u64,
    count: usize,
    pattern: Option<&'a [u8]>,
    kind: Option<&'a [u8]>,
}

impl<'a> Scan<'a> {
    /// Reads the cursor at `at` and the options after it.
    fn parse(call: &Call<'a>, at: usize, takes_type: bool) -> Result<Self, CommandError> {
        let cursor = std::str::from_utf8(call.arg(at))
            .ok()
            .and_then(|text| text.parse().ok());
        let cursor = cursor.ok_or(CommandError::fixed("ERR invalid cursor"))?;
        let mut scan = Scan {
            cursor,
            count: 10,
            pattern: None,
            kind: None,
        };
        for pair in call.args[at + 1..].chunks(2) {
            let [name, value] = pair else {
                return Err(SYNTAX);
            };
            if is(name, "COUNT") {
                let count = integer(value).ok_or(NOT_INTEGER)?;
                scan.count = usize::try_from(count)
                    .ok()
                    .filter(|&c| c > 0)
                    .ok_or(SYNTAX)?;
            } else if is(name, "MATCH") {
                scan.pattern = Some(value);
            } else if takes_type && is(name, "TYPE") {
                scan.kind = Some(value);
            } else {
                return Err(SYNTAX);
            }
        }
        Ok(scan)
    }

    fn wants(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob_match(pattern, name))
    }
}

fn answer(next: u64, items: Vec<Reply>) -> Answer {
    Ok(Reply::Array(vec![
        Reply::bulk(next.to_string()),
        Reply::Array(items),
    ]))
}

/// `SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]`
pub(crate) fn scan(call: &mut Call<'_>) -> Answer {
    let scan = Scan::parse(call, 1, true)?;
    let (found, next) = call.store.keys.scan(scan.cursor, scan.count);
    let found = found.into_iter().filter(|(key, entry)| {
        scan.wants(key) && scan.kind.is_none_or(|kind| is(kind, entry.value.kind()))
    });
    answer(next, found.map(|(key, _)| Reply::bulk(key)).collect())
}

/// `SSCAN key cursor [MATCH pattern] [COUNT count]`
pub(crate) fn sscan(call: &mut Call<'_>) -> Answer {
    let scan = Scan::parse(call, 2, false)?;
    let Some(set) = call.store.keys.read::<Set>(call.key())? else {
        return answer(0, vec![]);
    };
    let (found, next) = set.scan(scan.cursor, scan.count);
    let members = found.into_iter().map(|(member, ())| member);
    answer(
        next,
        members
            .filter(|member| scan.wants(member))
            .map(Reply::bulk)
            .collect(),
    )
}

/// `HSCAN key cursor [MATCH pattern] [COUNT count]`
pub(crate) fn hscan(call: &mut Call<'_>) -> Answer {
    let scan = Scan::parse(call, 2, false)?;
    let Some(hash) = call.store.keys.read::<Hash>(call.key())? else {
        return answer(0, vec![]);
    };
    let (found, next) = hash.scan(scan.cursor, scan.count);
    let wanted = found.into_iter().filter(|(field, _)| scan.wants(field));
    answer(
        next,
        wanted
            .flat_map(|(f, v)| [Reply::bulk(f), Reply::bulk(v)])
            .collect(),
    )
}

/// `ZSCAN key cursor [MATCH pattern] [COUNT count]`: scores are byte strings here, in RESP3 too.
pub(crate) fn zscan(call: &mut Call<'_>) -> Answer {
    let scan = Scan::parse(call, 2, false)?;
    let Some(zset) = call.store.keys.read::<SortedSet>(call.key())? else {
        return answer(0, vec![]);
    };
    let (found, next) = zset.scan(scan.cursor, scan.count);
    let wanted = found.into_iter();
    let pairs = wanted.filter(|(member, _)| scan.wants(member));
    let item =
        |(member, score): (_, &f64)| [Reply::bulk(member), Reply::bulk(format_double(*score))];
    answer(next, pairs.flat_map(item).collect())
}
