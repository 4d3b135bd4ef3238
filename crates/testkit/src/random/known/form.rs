//! Questions about the form of a statement.

use tachograph_syntax::ast::{
    BinaryOp, Expr, ExprKind, GroupItem, InSet, OutputKind, OutputLimit, Retain, Select,
    SelectItem, StreamKind, StreamSelector,
};
use tachograph_syntax::print_expr;

use crate::calls::{AGGREGATES, calls};

/// Windows that let an event go when another arrives.
const DRIVE_OUT: [&str; 7] = [
    "length",
    "unique",
    "lastevent",
    "sort",
    "rank",
    "ext_timed",
    "time_order",
];

/// A statement that is asked about.
pub struct Form<'a> {
    pub select: &'a Select,
}

impl Form<'_> {
    /// The output clause.
    pub fn output(&self) -> Option<&OutputLimit> {
        self.select.output.as_ref()
    }

    /// Has it an output clause of this kind?
    pub fn puts_out(&self, kind: OutputKind) -> bool {
        self.output().is_some_and(|output| output.kind == kind)
    }

    /// The number of its windows, `groupwin` included.
    pub fn windows(&self) -> usize {
        self.select
            .from
            .iter()
            .map(|source| source.views.len())
            .sum()
    }

    pub fn is_windowed(&self) -> bool {
        self.windows() > 0
    }

    pub fn is_grouped(&self) -> bool {
        !self.select.group_by.is_empty()
    }

    /// Has it a window whose name fits?
    pub fn has_window(&self, fits: impl Fn(&str) -> bool) -> bool {
        let mut views = self.select.from.iter().flat_map(|source| &source.views);
        views.any(|view| fits(&view.name.name))
    }

    /// Is one of its windows called by the clock, or fed by a stream whose events may be?
    pub fn has_timer(&self) -> bool {
        let fed = self.select.from.iter().any(
            |source| matches!(&source.kind, StreamKind::Filter(f) if f.event_type.text() == "M"),
        );
        fed || self.has_window(|name| name.contains("time"))
    }

    pub fn is_sorted(&self) -> bool {
        !self.select.order_by.is_empty()
    }

    pub fn is_limited_to(&self, count: &str) -> bool {
        let limit = self.select.limit.as_ref();
        limit.is_some_and(|limit| print_expr(&limit.count) == count)
    }

    pub fn has_offset(&self) -> bool {
        self.select
            .limit
            .as_ref()
            .is_some_and(|limit| limit.offset.is_some())
    }

    /// A window that keeps what came first: in a union, or beside one that lets an event go for
    /// another.
    pub fn first_beside(&self) -> bool {
        let union = self.is_union();
        let first = self.has_window(|name| name.starts_with("first"));
        let driven = self.has_window(|name| DRIVE_OUT.contains(&name));
        let several = self.windows() > 1;
        let timed = self.has_window(|name| name == "firsttime");
        let many = self.windows() > 2;
        several && first && (union || driven || timed || many)
    }

    /// Windows in union?
    fn is_union(&self) -> bool {
        let union = Some(Retain::Union);
        self.select.from.iter().any(|source| source.retain == union)
    }

    /// `rank` in an intersection with a window that lets an event go for another, or with a batch and
    /// a third window.
    pub fn rank_beside(&self) -> bool {
        let views = self.select.from.iter().flat_map(|source| &source.views);
        let names: Vec<&str> = views.map(|view| view.name.name.as_str()).collect();
        let ranks = names.iter().filter(|name| **name == "rank").count();
        // What `time_order` lets go on arrival is the event itself, which replaces none.
        let drives = |name: &&&str| **name != "time_order" && DRIVE_OUT.contains(*name);
        let batch = names.iter().any(|name| name.ends_with("_batch"));
        let third = names.iter().filter(|name| **name != "groupwin").count() > 2;
        let beside = names.iter().filter(drives).count() > 1 || batch && third;
        ranks > 0 && !self.is_union() && beside
    }

    /// Does it show, of groups, more of an event than its key?
    pub fn shows_events_of_groups(&self) -> bool {
        let key = |item: &GroupItem| match item {
            GroupItem::Expr(expr) => Some(print_expr(expr)),
            _ => None,
        };
        let keys: Vec<String> = self.select.group_by.iter().filter_map(key).collect();
        let is_of_group = |item: &SelectItem| match item {
            SelectItem::Expr { expr, .. } => {
                let text = print_expr(expr);
                keys.contains(&text) || calls(&text, &AGGREGATES)
            }
            _ => false,
        };
        self.is_grouped() && !self.select.items.iter().all(is_of_group)
    }

    /// Is the order seen in which several windows let go together, or windows of keys post by the
    /// clock: by a stream that it is inserted into, or by `output last`, which shows one of them?
    pub fn leaves_openly(&self) -> bool {
        let old = |selector: Option<StreamSelector>| {
            let both = [StreamSelector::Rstream, StreamSelector::Irstream];
            selector.is_some_and(|selector| both.contains(&selector))
        };
        let insert = self.select.insert_into.as_ref();
        let keyed = self.has_window(|name| name == "groupwin") && self.has_timer();
        let several = self.windows() > 1;
        let inserted = insert.is_some_and(|insert| old(insert.selector) && several || keyed);
        let last = self.puts_out(OutputKind::Last) && old(self.select.selector);
        inserted || last && several
    }

    /// Is a snapshot sorted of what a hash table holds?
    pub fn sorts_a_table(&self) -> bool {
        let keyed = |name: &str| matches!(name, "unique" | "firstunique" | "groupwin");
        self.puts_out(OutputKind::Snapshot) && self.is_sorted() && self.has_window(keyed)
    }

    /// Are groups sorted by an aggregate, or so that several may tie?
    pub fn sorts_groups_openly(&self) -> bool {
        let keys = self
            .select
            .order_by
            .iter()
            .map(|item| print_expr(&item.expr));
        let keys: Vec<String> = keys.collect();
        let aggregate = keys.iter().any(|key| calls(key, &AGGREGATES));
        let fewer = keys.len() < self.select.group_by.len();
        self.is_grouped() && self.is_sorted() && (aggregate || fewer)
    }

    /// Does it aggregate?
    pub fn aggregates(&self) -> bool {
        self.calls(&AGGREGATES)
    }

    /// Is one of these functions called in what it shows?
    pub fn calls(&self, names: &[&str]) -> bool {
        let items = self.select.items.iter().filter_map(|item| match item {
            SelectItem::Expr { expr, .. } => Some(expr),
            _ => None,
        });
        let mut shown = items.chain(&self.select.having).map(print_expr);
        shown.any(|text| calls(&text, names))
    }

    /// The conditions that decide whether an event is delivered: those of the stream, and `where`
    /// where there is no window.
    pub fn filters(&self) -> Vec<&Expr> {
        let mut filters = Vec::new();
        for source in &self.select.from {
            if let StreamKind::Filter(filter) = &source.kind {
                filters.extend(&filter.filter);
            }
            if source.views.is_empty() {
                filters.extend(&self.select.where_);
            }
        }
        filters
    }

    /// Is the text of one of its expressions so?
    pub fn anywhere(&self, is_so: impl Fn(&str) -> bool) -> bool {
        let items = self.select.items.iter().filter_map(|item| match item {
            SelectItem::Expr { expr, .. } => Some(expr),
            _ => None,
        });
        let streams = self
            .select
            .from
            .iter()
            .flat_map(|source| match &source.kind {
                StreamKind::Filter(filter) => filter.filter.iter().collect::<Vec<_>>(),
                _ => Vec::new(),
            });
        let clauses = self.select.where_.iter().chain(&self.select.having);
        let mut texts = items.chain(streams).chain(clauses).map(print_expr);
        texts.any(|text| is_so(&text))
    }
}

/// Equal members of a list, or equal sides of `or`.
pub fn names_twice(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::In {
            set: InSet::List(members),
            ..
        } => {
            let mut texts: Vec<String> = members.iter().map(print_expr).collect();
            texts.sort();
            texts.windows(2).any(|pair| pair[0] == pair[1])
        }
        ExprKind::Binary { op, left, right } => {
            let equal = *op == BinaryOp::Or && print_expr(left) == print_expr(right);
            equal || names_twice(left) || names_twice(right)
        }
        ExprKind::Unary { operand, .. } => names_twice(operand),
        _ => false,
    }
}

/// `[3:3)` and the like.
pub fn is_empty_range(text: &str) -> bool {
    let colons = text.match_indices(':').map(|(at, _)| at);
    colons.into_iter().any(|at| {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let (Some(from), Some(to)) = (before.rfind(['[', '(']), after.find([']', ')'])) else {
            return false;
        };
        let is_closed = before[from..].starts_with('[') && after[to..].starts_with(']');
        before[from + 1..] == after[..to] && !is_closed
    })
}

#[cfg(test)]
mod tests {
    use super::is_empty_range;

    #[test]
    fn only_ranges_with_equal_bounds_that_are_left_out_are_empty() {
        assert!(is_empty_range("v in [3:3)"));
        assert!(is_empty_range("(a in (1:1]) and b"));
        assert!(!is_empty_range("v in [3:3]"));
        assert!(!is_empty_range("v in (1:3]"));
    }
}
