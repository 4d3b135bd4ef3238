//! `SINTER`, `SUNION`, `SDIFF` and their storing forms.

use super::Call;
use crate::Reply;
use crate::error::{Answer, CommandError};
use crate::value::{Set, Value};

#[derive(Clone, Copy)]
enum Operation {
    Intersection,
    Union,
    Difference,
}

fn compute(call: &Call<'_>, first: usize, operation: Operation) -> Result<Set, CommandError> {
    let empty = Set::default();
    let mut sets = Vec::new();
    for key in &call.args[first..] {
        sets.push(call.store.keys.read::<Set>(key)?.unwrap_or(&empty));
    }
    let [head, rest @ ..] = sets.as_slice() else {
        return Ok(empty);
    };
    let kept: Set = match operation {
        Operation::Union => sets.iter().flat_map(|set| set.keys()).cloned().collect(),
        Operation::Intersection => head
            .keys()
            .filter(|m| rest.iter().all(|set| set.contains(m)))
            .cloned()
            .collect(),
        Operation::Difference => head
            .keys()
            .filter(|m| !rest.iter().any(|set| set.contains(m)))
            .cloned()
            .collect(),
    };
    Ok(kept)
}

fn show(call: &mut Call<'_>, operation: Operation) -> Answer {
    Ok(Reply::Set(
        compute(call, 1, operation)?
            .keys()
            .map(Reply::bulk)
            .collect(),
    ))
}

fn store(call: &mut Call<'_>, operation: Operation) -> Answer {
    let set = compute(call, 2, operation)?;
    let count = set.len();
    if count == 0 {
        call.store.keys.remove(call.key());
    } else {
        call.store.keys.insert(call.key(), Value::Set(set), None);
    }
    call.store.signal(call.key());
    Ok(Reply::count(count))
}

/// `SINTER key [key ...]`
pub(crate) fn sinter(call: &mut Call<'_>) -> Answer {
    show(call, Operation::Intersection)
}

/// `SUNION key [key ...]`
pub(crate) fn sunion(call: &mut Call<'_>) -> Answer {
    show(call, Operation::Union)
}

/// `SDIFF key [key ...]`
pub(crate) fn sdiff(call: &mut Call<'_>) -> Answer {
    show(call, Operation::Difference)
}

/// `SINTERSTORE destination key [key ...]`
pub(crate) fn sinterstore(call: &mut Call<'_>) -> Answer {
    store(call, Operation::Intersection)
}

/// `SUNIONSTORE destination key [key ...]`
pub(crate) fn sunionstore(call: &mut Call<'_>) -> Answer {
    store(call, Operation::Union)
}

/// `SDIFFSTORE destination key [key ...]`
pub(crate) fn sdiffstore(call: &mut Call<'_>) -> Answer {
    store(call, Operation::Difference)
}
