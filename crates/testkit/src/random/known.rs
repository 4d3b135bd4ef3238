//! Forms of modules in which the real engine is known to answer otherwise. Each is a paragraph of
//! `docs/manual/differences.md`; a case of the specification names one in a line `differs:`.

mod form;

use tachograph_syntax::ast::{OutputKind, Select, StatementKind};
use tachograph_syntax::parse_module;

use form::Form;

/// A known difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A filter names an event twice.
    DeliveredTwice,
    /// A range whose bounds are equal and not both in it.
    EmptyRange,
    /// `stddev` over windows, and `avedev`.
    StddevWindow,
    /// `output after … first` of aggregates.
    AfterFirst,
    /// A window that keeps what came first, beside another.
    FirstBeside,
    /// `having` with `output all` of groups.
    HavingAll,
    /// `offset` on rows of groups.
    OffsetOne,
    /// `prior` and `prev` with an output clause.
    PriorOutput,
    /// `prior` over batches that are not posted in the order of arrival.
    PriorBatches,
    /// Groups over a window, sorted so that several may tie.
    OrderTies,
    /// `ext_timed_batch` beside another window.
    ExtBatchBeside,
    /// `order by … limit 1`, where a sort key is null.
    LimitOne,
    /// Groups that are sorted, some of which `having` refuses.
    HavingOrder,
    /// Timers of the keys of `groupwin` that are due together.
    KeyTimers,
    /// `rank` in an intersection with a window that lets an event go for another.
    RankBeside,
    /// `having` with `output last` of events of groups.
    HavingLast,
    /// A stream into which is inserted what several windows, or windows of keys, let go together, or
    /// `output last`, which shows one of it.
    InsertedOrder,
    /// `current_timestamp()` in sorted rows of `output all` and `last`.
    SortedClock,
}

/// All of them.
pub const ALL: [Known; 18] = [
    Known::DeliveredTwice,
    Known::EmptyRange,
    Known::StddevWindow,
    Known::AfterFirst,
    Known::FirstBeside,
    Known::HavingAll,
    Known::OffsetOne,
    Known::PriorOutput,
    Known::PriorBatches,
    Known::OrderTies,
    Known::ExtBatchBeside,
    Known::LimitOne,
    Known::HavingOrder,
    Known::KeyTimers,
    Known::RankBeside,
    Known::HavingLast,
    Known::InsertedOrder,
    Known::SortedClock,
];

/// Functions that look back from an event.
const LOOKS_BACK: [&str; 5] = ["prior", "prev", "prevtail", "prevcount", "prevwindow"];

impl Known {
    /// The name that manual, specification and command line use.
    pub fn name(self) -> &'static str {
        match self {
            Known::DeliveredTwice => "delivered-twice",
            Known::EmptyRange => "empty-range",
            Known::StddevWindow => "stddev-window",
            Known::AfterFirst => "after-first",
            Known::FirstBeside => "first-beside",
            Known::HavingAll => "having-all",
            Known::OffsetOne => "offset-one",
            Known::PriorOutput => "prior-output",
            Known::PriorBatches => "prior-batches",
            Known::OrderTies => "order-ties",
            Known::ExtBatchBeside => "ext-batch-beside",
            Known::LimitOne => "limit-one",
            Known::HavingOrder => "having-order",
            Known::KeyTimers => "key-timers",
            Known::RankBeside => "rank-beside",
            Known::HavingLast => "having-last",
            Known::InsertedOrder => "inserted-order",
            Known::SortedClock => "sorted-clock",
        }
    }

    /// Has a statement the form?
    fn fits(self, form: &Form<'_>) -> bool {
        let is_batch = form.has_window(|name| name.contains("batch"));
        match self {
            Known::DeliveredTwice => form.filters().into_iter().any(form::names_twice),
            Known::EmptyRange => form.anywhere(form::is_empty_range),
            Known::StddevWindow => {
                form.calls(&["avedev"]) || form.is_windowed() && form.calls(&["stddev"])
            }
            Known::AfterFirst => {
                let after = form.output().is_some_and(|o| o.after.is_some());
                after && form.puts_out(OutputKind::First) && form.aggregates()
            }
            Known::FirstBeside => form.first_beside(),
            Known::HavingAll => {
                let all = form.puts_out(OutputKind::All);
                all && form.select.having.is_some() && form.is_grouped()
            }
            Known::OffsetOne => form.has_offset() && (form.is_grouped() || form.aggregates()),
            Known::PriorOutput => form.output().is_some() && form.calls(&LOOKS_BACK),
            Known::PriorBatches => is_batch && form.windows() > 1 && form.calls(&["prior"]),
            Known::OrderTies => {
                let is_open = form.is_windowed() || form.puts_out(OutputKind::Last);
                is_open && form.sorts_groups_openly() || form.sorts_a_table()
            }
            Known::ExtBatchBeside => {
                form.windows() > 1 && form.has_window(|name| name == "ext_timed_batch")
            }
            Known::LimitOne => form.is_sorted() && form.is_limited_to("1"),
            Known::HavingOrder => {
                form.is_sorted() && form.is_grouped() && form.select.having.is_some()
            }
            Known::KeyTimers => {
                let keyed = form.has_window(|name| name == "groupwin");
                let shows_order = form.aggregates() || form.output().is_some() || form.is_sorted();
                keyed && form.has_timer() && shows_order
            }
            Known::RankBeside => form.rank_beside(),
            Known::HavingLast => {
                let last = form.puts_out(OutputKind::Last);
                last && form.select.having.is_some() && form.shows_events_of_groups()
            }
            Known::InsertedOrder => form.leaves_openly(),
            Known::SortedClock => {
                let kept = form.puts_out(OutputKind::All) || form.puts_out(OutputKind::Last);
                kept && form.is_sorted() && form.calls(&["current_timestamp"])
            }
        }
    }
}

/// The difference of a name.
pub fn named(name: &str) -> Option<Known> {
    ALL.into_iter().find(|known| known.name() == name)
}

/// The differences whose form a statement of a module has.
pub fn forms(epl: &str) -> Vec<Known> {
    let module = parse_module(epl).module;
    let selects = module.items.iter().filter_map(|item| match &item.kind {
        StatementKind::Select(select) => Some(&**select),
        _ => None,
    });
    let selects: Vec<&Select> = selects.collect();
    let forms: Vec<Form<'_>> = selects.iter().map(|select| Form { select }).collect();
    let has = |known: &Known| forms.iter().any(|form| known.fits(form));
    ALL.into_iter().filter(has).collect()
}

/// The named statements of a module that are not iterated: what sorted groups of an interval show
/// between two outputs is an accident of the plan.
pub fn not_iterated(epl: &str) -> Vec<String> {
    let module = parse_module(epl).module;
    let limited = module.items.iter().filter(|item| match &item.kind {
        StatementKind::Select(select) => select.output.is_some() && !select.order_by.is_empty(),
        _ => false,
    });
    limited.filter_map(|s| s.name().map(String::from)).collect()
}
