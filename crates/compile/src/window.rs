//! Views: names and arguments of data windows.

use tachograph_event::Type;
use tachograph_plan::{Expr, Period, Window};
use tachograph_syntax::ast::{self, SortOrder, View};

use crate::bind::Binder;
use crate::coerce;
use crate::constant;

/// Every view of the language that names a data window here.
const NAMES: [&str; 19] = [
    "keepall",
    "length",
    "length_batch",
    "time",
    "time_batch",
    "time_length_batch",
    "time_accum",
    "ext_timed",
    "ext_timed_batch",
    "unique",
    "firstunique",
    "lastevent",
    "firstevent",
    "firstlength",
    "firsttime",
    "sort",
    "rank",
    "time_order",
    "groupwin",
];

/// Views of the language that are not built.
const UNBUILT: [&str; 10] = [
    "timetolive",
    "expr",
    "expr_batch",
    "size",
    "uni",
    "linest",
    "correl",
    "weighted_avg",
    "merge",
    "time_to_live",
];

impl Binder<'_> {
    /// The windows of a stream; those behind `groupwin` belong to it.
    pub(crate) fn windows(&mut self, views: &[View]) -> Option<Vec<Window>> {
        let mut windows = Vec::new();
        for (i, view) in views.iter().enumerate() {
            if canonical(view) == "groupwin" {
                let keys = self.keys(view)?;
                let inner = self.windows(&views[i + 1..])?;
                if inner.is_empty() {
                    let help = "write for example `#groupwin(k)#length(10)`";
                    self.faults
                        .with_help("groupwin needs a window behind it", view.span, help);
                    return None;
                }
                windows.push(Window::GroupWin {
                    keys,
                    windows: inner,
                });
                return Some(windows);
            }
            windows.push(self.window(view)?);
        }
        Some(windows)
    }

    fn window(&mut self, view: &View) -> Option<Window> {
        let name = canonical(view);
        Some(match name.as_str() {
            "keepall" => Window::KeepAll,
            "lastevent" => Window::LastEvent,
            "firstevent" => Window::FirstEvent,
            "length" => Window::Length(self.size(view, 0)?),
            "length_batch" => Window::LengthBatch(self.size(view, 0)?),
            "firstlength" => Window::FirstLength(self.size(view, 0)?),
            "time" => Window::Time(self.period_at(view, 0)?),
            "time_accum" => Window::TimeAccum(self.period_at(view, 0)?),
            "firsttime" => Window::FirstTime(self.period_at(view, 0)?),
            "time_batch" => self.time_batch(view)?,
            "time_length_batch" => self.time_length_batch(view)?,
            "ext_timed" => Window::ExtTimed {
                timestamp: self.timestamp(view)?,
                period: self.period_at(view, 1)?,
            },
            "time_order" => Window::TimeOrder {
                timestamp: self.timestamp(view)?,
                period: self.period_at(view, 1)?,
            },
            "ext_timed_batch" => Window::ExtTimedBatch {
                timestamp: self.timestamp(view)?,
                period: self.period_at(view, 1)?,
                reference: view.args.get(2).and_then(constant::integer),
            },
            "unique" => Window::Unique(self.keys(view)?),
            "firstunique" => Window::FirstUnique(self.keys(view)?),
            "sort" => self.sort(view)?,
            "rank" => self.rank(view)?,
            other => return self.unknown_view(view, other),
        })
    }

    fn unknown_view(&mut self, view: &View, name: &str) -> Option<Window> {
        if UNBUILT.contains(&name) {
            self.faults.unsupported(&format!("#{name}"), view.span);
        } else {
            self.faults
                .unknown("data window", &view.name.name, view.name.span, NAMES);
        }
        None
    }

    fn wrong(&mut self, view: &View, takes: &str) {
        let message = format!("#{} takes {takes}", view.name.name);
        self.faults.semantic(message, view.span);
    }

    fn size(&mut self, view: &View, i: usize) -> Option<usize> {
        let size = view.args.get(i).and_then(constant::integer);
        let size = size
            .and_then(|n| usize::try_from(n).ok())
            .filter(|n| *n > 0);
        if size.is_none() || view.args.len() > i + 1 {
            self.wrong(view, "a number of events above zero");
            return None;
        }
        size
    }

    fn period_at(&mut self, view: &View, i: usize) -> Option<Period> {
        let period = view.args.get(i).and_then(constant::period);
        if period.is_none() {
            self.wrong(view, "a time period such as `30 sec`");
        }
        period
    }

    fn keys(&mut self, view: &View) -> Option<Vec<Expr>> {
        if view.args.is_empty() {
            self.wrong(view, "one key or more");
            return None;
        }
        self.bind_all(&view.args)
    }

    fn timestamp(&mut self, view: &View) -> Option<Expr> {
        let bound = self.bind(view.args.first()?)?;
        match coerce::assign(bound, &Type::Long) {
            Ok(expr) => Some(expr),
            Err(expr) => {
                let message = format!("the timestamp must be a long, not {}", expr.ty);
                self.faults.semantic(message, view.args[0].span);
                None
            }
        }
    }

    fn time_batch(&mut self, view: &View) -> Option<Window> {
        let period = self.period_at(view, 0)?;
        let mut reference = None;
        let mut flags = Flags::default();
        for arg in &view.args[1..] {
            match (constant::integer(arg), constant::text(arg)) {
                (Some(at), _) => reference = Some(at),
                (_, Some(text)) if flags.read(text) => {}
                _ => {
                    let takes =
                        "a period, a reference point, and the flags FORCE_UPDATE, START_EAGER";
                    self.wrong(view, takes);
                    return None;
                }
            }
        }
        Some(Window::TimeBatch {
            period,
            reference,
            force_update: flags.force_update,
            start_eager: flags.start_eager,
        })
    }

    fn time_length_batch(&mut self, view: &View) -> Option<Window> {
        let period = self.period_at(view, 0)?;
        let size = view
            .args
            .get(1)
            .and_then(constant::integer)
            .filter(|n| *n > 0);
        let mut flags = Flags::default();
        let flagged = view
            .args
            .get(2)
            .is_none_or(|a| constant::text(a).is_some_and(|t| flags.read(t)));
        let (Some(size), true) = (size, flagged) else {
            self.wrong(view, "a period, a number of events and flags");
            return None;
        };
        Some(Window::TimeLengthBatch {
            period,
            size: size as usize,
            force_update: flags.force_update,
            start_eager: flags.start_eager,
        })
    }

    fn sort(&mut self, view: &View) -> Option<Window> {
        let size = view
            .args
            .first()
            .and_then(constant::integer)
            .filter(|n| *n > 0);
        let Some(size) = size.filter(|_| view.args.len() > 1) else {
            self.wrong(view, "a number of events and one key or more");
            return None;
        };
        Some(Window::Sort {
            size: size as usize,
            keys: self.ordered(&view.args[1..])?,
        })
    }

    /// `k, …, n, s [desc], …`: the first constant number parts what is unique from the order.
    fn rank(&mut self, view: &View) -> Option<Window> {
        let size = |arg: &ast::Expr| constant::integer(arg).filter(|n| *n > 0);
        let place = view.args.iter().position(|arg| size(arg).is_some());
        let place = place.filter(|place| *place > 0 && place + 1 < view.args.len());
        let Some(place) = place else {
            self.wrong(view, "unique keys, a number of events and sort keys");
            return None;
        };
        Some(Window::Rank {
            unique: self.bind_all(&view.args[..place])?,
            size: usize::try_from(size(&view.args[place])?).ok()?,
            keys: self.ordered(&view.args[place + 1..])?,
        })
    }

    /// Sort keys, each with `true` for descending.
    fn ordered(&mut self, args: &[ast::Expr]) -> Option<Vec<(Expr, bool)>> {
        let mut keys = Vec::new();
        for arg in args {
            let (operand, order) = match &arg.kind {
                ast::ExprKind::Ordered { operand, order } => (&**operand, *order),
                _ => (arg, SortOrder::Ascending),
            };
            keys.push((self.bind(operand)?, order == SortOrder::Descending));
        }
        Some(keys)
    }
}

#[derive(Default)]
struct Flags {
    force_update: bool,
    start_eager: bool,
}

impl Flags {
    fn read(&mut self, text: &str) -> bool {
        text.split(',').all(|flag| {
            match flag.trim().to_ascii_uppercase().as_str() {
                "FORCE_UPDATE" => self.force_update = true,
                "START_EAGER" => self.start_eager = true,
                _ => return false,
            }
            true
        })
    }
}

/// The name of a view as it is used today.
fn canonical(view: &View) -> String {
    match view.name.name.to_ascii_lowercase().as_str() {
        "batch" => "length_batch".into(),
        "groupby" => "groupwin".into(),
        "firstunique" => "firstunique".into(),
        "timebatch" => "time_batch".into(),
        other => other.to_string(),
    }
}
