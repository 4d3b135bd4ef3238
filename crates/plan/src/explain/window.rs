//! Data windows as text, and what each keeps.

use tachograph_event::EventType;

use super::expression::Shown;
use crate::expr::Expr;
use crate::window::{Period, Window};

/// A window as it would be written.
pub(super) fn window(window: &Window, event_type: &EventType) -> String {
    let expr = |expr: &Expr| {
        Shown {
            expr,
            event_type,
            statement: None,
        }
        .to_string()
    };
    let list = |keys: &[Expr]| keys.iter().map(expr).collect::<Vec<_>>().join(", ");
    let ordered = |keys: &[(Expr, bool)]| {
        let key = |(key, descending): &(Expr, bool)| {
            format!("{}{}", expr(key), if *descending { " desc" } else { "" })
        };
        keys.iter().map(key).collect::<Vec<_>>().join(", ")
    };
    match window {
        Window::KeepAll => "#keepall".into(),
        Window::Length(n) => format!("#length({n})"),
        Window::LengthBatch(n) => format!("#length_batch({n})"),
        Window::Time(p) => format!("#time({})", period(p)),
        Window::TimeBatch {
            period: p,
            reference,
            ..
        } => format!("#time_batch({}{})", period(p), anchor(*reference)),
        Window::ExtTimed {
            timestamp,
            period: p,
        } => format!("#ext_timed({}, {})", expr(timestamp), period(p)),
        Window::TimeOrder {
            timestamp,
            period: p,
        } => format!("#time_order({}, {})", expr(timestamp), period(p)),
        Window::ExtTimedBatch {
            timestamp,
            period: p,
            reference,
        } => {
            let anchor = anchor(*reference);
            format!(
                "#ext_timed_batch({}, {}{anchor})",
                expr(timestamp),
                period(p)
            )
        }
        Window::Unique(keys) => format!("#unique({})", list(keys)),
        Window::FirstUnique(keys) => format!("#firstunique({})", list(keys)),
        Window::LastEvent => "#lastevent".into(),
        Window::FirstEvent => "#firstevent".into(),
        Window::FirstLength(n) => format!("#firstlength({n})"),
        Window::FirstTime(p) => format!("#firsttime({})", period(p)),
        Window::TimeAccum(p) => format!("#time_accum({})", period(p)),
        Window::TimeLengthBatch {
            period: p, size, ..
        } => format!("#time_length_batch({}, {size})", period(p)),
        Window::Sort { size, keys } => format!("#sort({size}, {})", ordered(keys)),
        Window::Rank { unique, size, keys } => {
            format!("#rank({}, {size}, {})", list(unique), ordered(keys))
        }
        Window::GroupWin { keys, windows } => {
            let inner = windows.iter().map(|w| self::window(w, event_type));
            format!("#groupwin({}){}", list(keys), inner.collect::<String>())
        }
    }
}

fn anchor(reference: Option<i64>) -> String {
    reference.map_or(String::new(), |r| format!(", {r}L"))
}

/// A period in the units that it is made of.
pub(super) fn period(period: &Period) -> String {
    let mut parts = Vec::new();
    if period.months != 0 {
        parts.push(format!("{} months", period.months));
    }
    match period.millis {
        0 if !parts.is_empty() => {}
        ms if ms % 1_000 == 0 => parts.push(format!("{} sec", ms / 1_000)),
        ms => parts.push(format!("{ms} msec")),
    }
    parts.join(" ")
}

/// What a window holds.
pub(super) fn keeps(window: &Window) -> String {
    match window {
        Window::KeepAll => "every event, for ever: its state grows without bound".into(),
        Window::Length(n) => format!("the last {n} events"),
        Window::LengthBatch(n) => format!("up to {n} events, and the batch before"),
        Window::Time(p) => format!("the events of the last {}", period(p)),
        Window::TimeBatch { period: p, .. } | Window::ExtTimedBatch { period: p, .. } => {
            format!("the events of {}, and the batch before", period(p))
        }
        Window::ExtTimed { period: p, .. } | Window::TimeOrder { period: p, .. } => {
            format!("the events of the last {}", period(p))
        }
        Window::Unique(_) => "the last event of each key".into(),
        Window::FirstUnique(_) => "the first event of each key".into(),
        Window::LastEvent | Window::FirstEvent => "one event".into(),
        Window::FirstLength(n) => format!("the first {n} events"),
        Window::FirstTime(p) => format!("the events of the first {}", period(p)),
        Window::TimeAccum(p) => format!("the events since the last {} of quiet", period(p)),
        Window::TimeLengthBatch {
            period: p, size, ..
        } => format!("up to {size} events of {}, and the batch before", period(p)),
        Window::Sort { size, .. } => format!("the first {size} events in order"),
        Window::Rank { size, .. } => format!("the first {size} keys in order, an event each"),
        Window::GroupWin { windows, .. } => {
            let inner: Vec<String> = windows.iter().map(keeps).collect();
            format!("for each key {}", inner.join("; "))
        }
    }
}
