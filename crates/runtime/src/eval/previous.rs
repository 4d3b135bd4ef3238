//! `prev`, `prevtail`, `prevcount`, `prevwindow` (by window order) and `prior` (by arrival).

use std::sync::Arc;

use tachograph_event::Value;
use tachograph_plan::{Expr, PrevKind};

use super::{Evaluated, Scope, eval};
use crate::event::{Event, EventRef};

/// A look into the data window from the event at hand. Null for events that have left.
pub fn prev(kind: PrevKind, index: &Expr, inner: &Expr, scope: &Scope<'_>) -> Evaluated {
    let (Some(window), Some(event)) = (scope.window, scope.event) else {
        return Ok(Value::Null);
    };
    if !scope.is_new {
        return Ok(Value::Null);
    }
    let (contents, here) = window.around(event);
    let Some(here) = here else {
        return Ok(Value::Null);
    };
    let Some(n) = eval(index, scope)?
        .as_i64()
        .and_then(|n| usize::try_from(n).ok())
    else {
        return Ok(Value::Null);
    };
    let value_of = |e: &EventRef| eval(inner, &Scope::of_event(e, scope.now));
    let found = match kind {
        PrevKind::Prev => here.checked_sub(n).and_then(|i| contents.get(i)),
        PrevKind::Tail => contents.get(n),
        PrevKind::Count => return Ok(Value::Long(contents.len() as i64)),
        PrevKind::Window if contents.is_empty() => None,
        PrevKind::Window => {
            let all: Result<Vec<Value>, _> = contents.iter().rev().map(value_of).collect();
            return Ok(Value::Array(Arc::from(all?)));
        }
    };
    found.map_or(Ok(Value::Null), value_of)
}

/// The event that arrived `n` events before the one at hand.
pub fn prior(n: usize, inner: &Expr, scope: &Scope<'_>) -> Evaluated {
    let Some(event) = scope.event else {
        return Ok(Value::Null);
    };
    if n == 0 {
        return eval(inner, &Scope::of_event(event, scope.now));
    }
    let is_unposted = scope.window.is_some_and(|w| w.is_unposted());
    let Some(values) = event.priors.get(n - 1).filter(|_| !is_unposted) else {
        return Ok(Value::Null);
    };
    let before = Event {
        values: Arc::clone(values),
        ..Event::default()
    };
    eval(inner, &Scope::of_event(&before, scope.now))
}
