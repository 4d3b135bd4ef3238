//! Data windows, closed: the machine has a room for each.

use tachograph_event::Millis;

use crate::expr::Expr;

/// A length of time: calendar months and milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Calendar months (a year is twelve).
    pub months: i64,
    /// Milliseconds (days, hours … and shorter).
    pub millis: Millis,
}

/// How several windows on one stream agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retain {
    /// An event stays while all windows keep it.
    Intersection,
    /// An event stays while one window keeps it.
    Union,
}

/// A data window.
#[derive(Debug, Clone)]
pub enum Window {
    /// `#keepall`
    KeepAll,
    /// `#length(n)`: the last n events.
    Length(usize),
    /// `#length_batch(n)`: posts n events together, the batch before as old.
    LengthBatch(usize),
    /// `#time(p)`: an event of t leaves at t+p.
    Time(Period),
    /// `#time_batch(p, reference, flags)`.
    TimeBatch {
        /// The interval.
        period: Period,
        /// Absolute reference point of the intervals; otherwise the first event's time.
        reference: Option<Millis>,
        /// `FORCE_UPDATE`: post at each interval even if empty.
        force_update: bool,
        /// `START_EAGER`: start at deployment rather than at the first event.
        start_eager: bool,
    },
    /// `#ext_timed(t, p)`: as `time`, by the events' own timestamp expression.
    ExtTimed {
        /// Milliseconds of the event, a long.
        timestamp: Expr,
        /// The interval.
        period: Period,
    },
    /// `#time_order(t, p)`: in the order of the events' own timestamps, by the clock.
    TimeOrder {
        /// Milliseconds of the event, a long.
        timestamp: Expr,
        /// The interval.
        period: Period,
    },
    /// `#ext_timed_batch(t, p, reference)`.
    ExtTimedBatch {
        /// Milliseconds of the event, a long.
        timestamp: Expr,
        /// The interval.
        period: Period,
        /// Absolute reference point; otherwise the first event's timestamp.
        reference: Option<Millis>,
    },
    /// `#unique(k, …)`: the last event of each key.
    Unique(Vec<Expr>),
    /// `#firstunique(k, …)`: the first event of each key.
    FirstUnique(Vec<Expr>),
    /// `#lastevent`
    LastEvent,
    /// `#firstevent`
    FirstEvent,
    /// `#firstlength(n)`
    FirstLength(usize),
    /// `#firsttime(p)`
    FirstTime(Period),
    /// `#time_accum(p)`: all leave together after p of quiet.
    TimeAccum(Period),
    /// `#time_length_batch(p, n)`
    TimeLengthBatch {
        /// The interval.
        period: Period,
        /// The size.
        size: usize,
        /// `FORCE_UPDATE`
        force_update: bool,
        /// `START_EAGER`
        start_eager: bool,
    },
    /// `#sort(n, k [desc], …)`: the first n in this order.
    Sort {
        /// The size.
        size: usize,
        /// Keys, each with `true` for descending.
        keys: Vec<(Expr, bool)>,
    },
    /// `#rank(k, …, n, s [desc], …)`: the last event of each key, and the first n of them.
    Rank {
        /// What is unique.
        unique: Vec<Expr>,
        /// The size.
        size: usize,
        /// Keys of the order, each with `true` for descending.
        keys: Vec<(Expr, bool)>,
    },
    /// `#groupwin(k, …)` and the windows that each group has.
    GroupWin {
        /// The keys.
        keys: Vec<Expr>,
        /// Windows of one group.
        windows: Vec<Window>,
    },
}

impl Window {
    /// Visits the window's own expressions.
    pub fn expressions<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        match self {
            Window::ExtTimed { timestamp, .. }
            | Window::TimeOrder { timestamp, .. }
            | Window::ExtTimedBatch { timestamp, .. } => {
                visit(timestamp);
            }
            Window::Unique(keys) | Window::FirstUnique(keys) => keys.iter().for_each(visit),
            Window::Sort { keys, .. } => keys.iter().for_each(|(key, _)| visit(key)),
            Window::Rank { unique, keys, .. } => {
                unique.iter().for_each(&mut *visit);
                keys.iter().for_each(|(key, _)| visit(key));
            }
            Window::GroupWin { keys, windows } => {
                keys.iter().for_each(&mut *visit);
                for window in windows {
                    // A nested call needs a visitor of one type.
                    window.expressions_dyn(visit);
                }
            }
            _ => {}
        }
    }

    fn expressions_dyn<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.expressions(&mut |expr| visit(expr));
    }
}
