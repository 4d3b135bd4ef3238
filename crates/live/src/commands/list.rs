//! Lists: `LPUSH`, `RPUSH`, `LPOP`, `RPOP`, `LLEN`, `LRANGE`, `LINDEX`, `LSET`, `LREM`, `LTRIM`.

use super::{Call, slice};
use crate::Reply;
use crate::error::{Answer, CommandError, NO_SUCH_KEY, OUT_OF_RANGE};
use crate::value::List;

/// `LPUSH key element [element ...]`
pub(crate) fn lpush(call: &mut Call<'_>) -> Answer {
    push(call, true)
}

/// `RPUSH key element [element ...]`
pub(crate) fn rpush(call: &mut Call<'_>) -> Answer {
    push(call, false)
}

fn push(call: &mut Call<'_>, front: bool) -> Answer {
    let list = call.store.keys.open::<List>(call.key())?;
    for element in &call.args[2..] {
        match front {
            true => list.push_front(element.as_slice().into()),
            false => list.push_back(element.as_slice().into()),
        }
    }
    Ok(Reply::count(list.len()))
}

/// `LPOP key [count]`
pub(crate) fn lpop(call: &mut Call<'_>) -> Answer {
    pop(call, "lpop", true)
}

/// `RPOP key [count]`
pub(crate) fn rpop(call: &mut Call<'_>) -> Answer {
    pop(call, "rpop", false)
}

fn pop(call: &mut Call<'_>, name: &str, front: bool) -> Answer {
    if call.args.len() > 3 {
        return Err(CommandError::arity(name));
    }
    let count = match call.args.get(2) {
        None => None,
        Some(_) => {
            let count = call.int_or(2, "ERR value is out of range, must be positive")?;
            Some(usize::try_from(count).map_err(|_| OUT_OF_RANGE)?)
        }
    };
    let Some(list) = call.store.keys.edit::<List>(call.key())? else {
        return Ok(if count.is_some() {
            Reply::NullArray
        } else {
            Reply::Null
        });
    };
    let mut take = || {
        if front {
            list.pop_front()
        } else {
            list.pop_back()
        }
    };
    let reply = match count {
        None => take().map_or(Reply::Null, Reply::Bulk),
        Some(count) => {
            let taken = std::iter::from_fn(take).take(count);
            Reply::Array(taken.map(Reply::Bulk).collect())
        }
    };
    call.store.keys.tidy(call.key());
    Ok(reply)
}

/// `LLEN key`
pub(crate) fn llen(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(
        call.store
            .keys
            .read::<List>(call.key())?
            .map_or(0, List::len),
    ))
}

/// `LRANGE key start stop`
pub(crate) fn lrange(call: &mut Call<'_>) -> Answer {
    let (start, stop) = (call.int(2)?, call.int(3)?);
    let Some(list) = call.store.keys.read::<List>(call.key())? else {
        return Ok(Reply::Array(Vec::new()));
    };
    Ok(Reply::bulks(list.range(slice(start, stop, list.len()))))
}

/// The slot of an index that may count from the end.
fn slot(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 {
        index.checked_add(len as i64)?
    } else {
        index
    };
    usize::try_from(index).ok().filter(|&slot| slot < len)
}

/// `LINDEX key index`
pub(crate) fn lindex(call: &mut Call<'_>) -> Answer {
    let list = call.store.keys.read::<List>(call.key())?;
    let Some(list) = list else {
        return Ok(Reply::Null);
    };
    let slot = slot(call.int(2)?, list.len());
    Ok(Reply::bulk_or_null(slot.and_then(|slot| list.get(slot))))
}

/// `LSET key index element`
pub(crate) fn lset(call: &mut Call<'_>) -> Answer {
    let list = call
        .store
        .keys
        .edit::<List>(&call.args[1])?
        .ok_or(NO_SUCH_KEY)?;
    let index = crate::number::integer_arg(&call.args[2])?;
    let slot = slot(index, list.len()).ok_or(CommandError::fixed("ERR index out of range"))?;
    list[slot] = call.args[3].as_slice().into();
    Ok(Reply::OK)
}

/// `LREM key count element`: from the tail if the count is negative, all if it is 0.
pub(crate) fn lrem(call: &mut Call<'_>) -> Answer {
    let count = call.int(2)?;
    let element = call.arg(3);
    let Some(list) = call.store.keys.edit::<List>(call.key())? else {
        return Ok(Reply::Int(0));
    };
    let most = if count == 0 {
        usize::MAX
    } else {
        count.unsigned_abs() as usize
    };
    let mut removed = 0;
    let mut keep = |item: &crate::Bytes| {
        let hit = removed < most && **item == *element;
        removed += usize::from(hit);
        !hit
    };
    let items = std::mem::take(list);
    *list = match count < 0 {
        false => items.into_iter().filter(keep).collect(),
        true => {
            let mut kept: Vec<_> = items.into_iter().rev().filter(&mut keep).collect();
            kept.reverse();
            kept.into()
        }
    };
    call.store.keys.tidy(call.key());
    Ok(Reply::count(removed))
}

/// `LTRIM key start stop`
pub(crate) fn ltrim(call: &mut Call<'_>) -> Answer {
    let (start, stop) = (call.int(2)?, call.int(3)?);
    if let Some(list) = call.store.keys.edit::<List>(call.key())? {
        let kept = slice(start, stop, list.len());
        list.truncate(kept.end);
        list.drain(..kept.start);
    }
    call.store.keys.tidy(call.key());
    Ok(Reply::OK)
}
