//! `EXPIRE` and its kin, `TTL` and its kin, `PERSIST`.

use super::{Call, is};
use crate::Reply;
use crate::error::{Answer, CommandError};

/// `EXPIRE key seconds [NX|XX|GT|LT]`
pub(crate) fn expire(call: &mut Call<'_>) -> Answer {
    set_expiry(call, "expire", 1000, true)
}

/// `PEXPIRE key milliseconds [NX|XX|GT|LT]`
pub(crate) fn pexpire(call: &mut Call<'_>) -> Answer {
    set_expiry(call, "pexpire", 1, true)
}

/// `EXPIREAT key unix-seconds [NX|XX|GT|LT]`
pub(crate) fn expireat(call: &mut Call<'_>) -> Answer {
    set_expiry(call, "expireat", 1000, false)
}

/// `PEXPIREAT key unix-milliseconds [NX|XX|GT|LT]`
pub(crate) fn pexpireat(call: &mut Call<'_>) -> Answer {
    set_expiry(call, "pexpireat", 1, false)
}

/// The instant that an amount of time means; an error if it is beyond what can be said.
pub(crate) fn instant(
    amount: i64,
    unit_ms: i64,
    relative_to: Option<u64>,
    command: &str,
) -> Result<i64, CommandError> {
    let base = relative_to.map_or(0, |now| now as i64);
    amount
        .checked_mul(unit_ms)
        .and_then(|ms| ms.checked_add(base))
        .ok_or_else(|| CommandError::new(format!("ERR invalid expire time in '{command}' command")))
}

#[derive(Default)]
struct Conditions {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
}

impl Conditions {
    fn parse(options: &[Vec<u8>]) -> Result<Self, CommandError> {
        let mut found = Self::default();
        for option in options {
            match () {
                () if is(option, "NX") => found.nx = true,
                () if is(option, "XX") => found.xx = true,
                () if is(option, "GT") => found.gt = true,
                () if is(option, "LT") => found.lt = true,
                () => {
                    let option = String::from_utf8_lossy(option);
                    return Err(CommandError::new(format!(
                        "ERR Unsupported option {option}"
                    )));
                }
            }
        }
        if found.nx && (found.xx || found.gt || found.lt) {
            return Err(CommandError::fixed(
                "ERR NX and XX, GT or LT options at the same time are not compatible",
            ));
        }
        if found.gt && found.lt {
            return Err(CommandError::fixed(
                "ERR GT and LT options at the same time are not compatible",
            ));
        }
        Ok(found)
    }

    /// Whether an expiry may replace the present one; none counts as infinitely far.
    fn allow(&self, present: Option<u64>, at: i64) -> bool {
        let later = present.is_some_and(|p| at > p as i64);
        let sooner = present.is_none_or(|p| at < p as i64);
        !(self.nx && present.is_some()
            || self.xx && present.is_none()
            || self.gt && !later
            || self.lt && !sooner)
    }
}

fn set_expiry(call: &mut Call<'_>, name: &str, unit_ms: i64, relative: bool) -> Answer {
    let amount = call.int(2)?;
    let conditions = Conditions::parse(&call.args[3..])?;
    let at = instant(amount, unit_ms, relative.then_some(call.now_ms), name)?;
    let keys = &mut call.store.keys;
    let Some(entry) = keys.get(&call.args[1]) else {
        return Ok(Reply::Int(0));
    };
    if !conditions.allow(entry.expire_at_ms, at) {
        return Ok(Reply::Int(0));
    }
    if at <= call.now_ms as i64 {
        keys.remove(&call.args[1]);
        call.store.signal(&call.args[1]);
    } else {
        keys.set_expiry(&call.args[1], Some(at as u64));
    }
    Ok(Reply::Int(1))
}

/// `PERSIST key`
pub(crate) fn persist(call: &mut Call<'_>) -> Answer {
    let expires = call
        .store
        .keys
        .get(call.key())
        .is_some_and(|e| e.expire_at_ms.is_some());
    if expires {
        call.store.keys.set_expiry(call.key(), None);
    }
    Ok(Reply::Int(i64::from(expires)))
}

/// -2 without the key, -1 without an expiry, else what `show` makes of the instant.
fn expiry(call: &Call<'_>, show: impl Fn(u64) -> u64) -> Answer {
    Ok(Reply::Int(match call.store.keys.get(call.key()) {
        None => -2,
        Some(entry) => entry.expire_at_ms.map_or(-1, |at| show(at) as i64),
    }))
}

/// `TTL key`: seconds, rounded.
pub(crate) fn ttl(call: &mut Call<'_>) -> Answer {
    let now_ms = call.now_ms;
    expiry(call, |at| (at.saturating_sub(now_ms) + 500) / 1000)
}

/// `PTTL key`: milliseconds.
pub(crate) fn pttl(call: &mut Call<'_>) -> Answer {
    let now_ms = call.now_ms;
    expiry(call, |at| at.saturating_sub(now_ms))
}

/// `EXPIRETIME key`: Unix seconds.
pub(crate) fn expiretime(call: &mut Call<'_>) -> Answer {
    expiry(call, |at| (at + 500) / 1000)
}

/// `PEXPIRETIME key`: Unix milliseconds.
pub(crate) fn pexpiretime(call: &mut Call<'_>) -> Answer {
    expiry(call, |at| at)
}
