//! A statement as text.

use std::fmt::{self, Display, Formatter};

use tachograph_event::EventType;

use super::expression::{Shown, aggregate};
use super::window::{keeps, period, window};
use crate::expr::Expr;
use crate::output::{Every, OutputKind};
use crate::statement::{Partitioning, Plan, Selector, Shape, Statement};
use crate::window::Retain;

/// How the machine evaluates a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluator {
    /// In words.
    pub words: String,
    /// Do its windows hold events, or do the aggregates alone stand for them?
    pub holds_events: bool,
}

/// The statement with this number, a line a fact.
pub fn explain(plan: &Plan, number: usize, evaluator: &Evaluator) -> String {
    let statement = &plan.statements[number];
    let event_type = &plan.types[statement.input.type_id.0];
    let mut page = Page::default();
    page.add("reads", reads(statement, event_type));
    page.add("evaluated", evaluator.words.clone());
    page.clauses(statement, event_type);
    page.add("posts", posts(plan, statement));
    page.add("tasks", tasks(&statement.partitioning));
    page.add("keeps", state(statement, evaluator.holds_events));
    format!("{}\n{page}", statement.name)
}

/// Lines of a label and a text.
#[derive(Default)]
struct Page(Vec<(&'static str, String)>);

impl Page {
    fn add(&mut self, label: &'static str, text: String) {
        self.0.push((label, text));
    }

    fn expression(
        &mut self,
        label: &'static str,
        expr: Option<&Expr>,
        shown: &dyn Fn(&Expr) -> String,
    ) {
        if let Some(expr) = expr {
            self.add(label, shown(expr));
        }
    }

    fn clauses(&mut self, statement: &Statement, event_type: &EventType) {
        let shown = |expr: &Expr| {
            let shown = Shown {
                expr,
                event_type,
                statement: Some(statement),
            };
            shown.to_string()
        };
        let list = |exprs: &[Expr]| exprs.iter().map(shown).collect::<Vec<_>>().join(", ");
        self.expression("filter", statement.input.filter.as_ref(), &shown);
        self.expression("where", statement.where_clause.as_ref(), &shown);
        if !statement.group_by.is_empty() {
            self.add("group by", list(&statement.group_by));
        }
        if !statement.aggregates.is_empty() {
            self.add("aggregates", aggregates(statement, event_type));
        }
        self.expression("having", statement.having.as_ref(), &shown);
        self.add("select", list(&statement.select));
        if let Some(output) = &statement.output {
            self.add("output", limit(output));
        }
        if !statement.order_by.is_empty() {
            let keys = statement.order_by.iter().map(|key| {
                let direction = if key.descending { " desc" } else { "" };
                format!("{}{direction}", shown(&key.expr))
            });
            self.add("order by", keys.collect::<Vec<_>>().join(", "));
        }
        if let Some(limit) = statement.limit {
            let count = limit.count.map_or("all".to_string(), |n| n.to_string());
            self.add(
                "limit",
                format!("{count} rows a posting, from row {}", limit.offset),
            );
        }
    }
}

impl Display for Page {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (label, text) in &self.0 {
            writeln!(f, "  {label:<11} {text}")?;
        }
        Ok(())
    }
}

fn reads(statement: &Statement, event_type: &EventType) -> String {
    let input = &statement.input;
    let windows: String = input
        .windows
        .iter()
        .map(|w| window(w, event_type))
        .collect();
    let retain = match (input.windows.len(), input.retain) {
        (2.., Retain::Union) => ", kept while one window keeps it",
        (2.., Retain::Intersection) => ", kept while all windows keep it",
        _ => "",
    };
    format!("{}{windows}{retain}", event_type.name)
}

fn aggregates(statement: &Statement, event_type: &EventType) -> String {
    struct Call<'a>(&'a Statement, &'a EventType, usize);
    impl Display for Call<'_> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            let Call(statement, event_type, i) = *self;
            let call = &statement.aggregates[i];
            aggregate(f, call, event_type)?;
            write!(f, " {}", call.ty)
        }
    }
    let calls = (0..statement.aggregates.len()).map(|i| Call(statement, event_type, i).to_string());
    calls.collect::<Vec<_>>().join(", ")
}

fn posts(plan: &Plan, statement: &Statement) -> String {
    let columns: Vec<String> = statement
        .columns()
        .map(|(n, t)| format!("{n} {t}"))
        .collect();
    let streams = match statement.selector {
        Selector::IStream => "the insert stream",
        Selector::RStream => "the remove stream",
        Selector::IRStream => "insert and remove stream",
    };
    let shape = match statement.shape {
        Shape::RowForEach => "a row an event",
        Shape::RowForAll => "one row in all",
        Shape::RowPerEvent => "a row an event, with the aggregates over all",
        Shape::RowPerGroup => "a row a group",
        Shape::AggregateGrouped => "a row an event, with the aggregates of its group",
    };
    let target = statement.insert_into.as_ref();
    let into = target.map_or(String::new(), |i| {
        format!(", inserted into {}", plan.types[i.target.0].name)
    });
    format!("({}): {shape}, {streams}{into}", columns.join(", "))
}

fn limit(output: &crate::OutputLimit) -> String {
    let kind = match output.kind {
        OutputKind::Default => "every row",
        OutputKind::All => "all groups",
        OutputKind::First => "the first row",
        OutputKind::Last => "the last row",
        OutputKind::Snapshot => "a snapshot",
    };
    match &output.every {
        Some(Every::Events(n)) => format!("{kind}, every {n} events"),
        Some(Every::Time(p)) => format!("{kind}, every {}", period(p)),
        None => kind.to_string(),
    }
}

fn tasks(partitioning: &Partitioning) -> String {
    match partitioning {
        Partitioning::Stateless => "any number: each event is judged alone".into(),
        Partitioning::Keyed(keys) => format!(
            "any number, where events are shared out by {}",
            keys.join(", ")
        ),
        Partitioning::Global(reason) => format!("one: {reason}"),
    }
}

fn state(statement: &Statement, holds_events: bool) -> String {
    let windows = statement.input.windows.iter().filter(|_| holds_events);
    let mut parts: Vec<String> = windows.map(keeps).collect();
    match (statement.aggregates.len(), statement.group_by.is_empty()) {
        (0, true) => {}
        (n, true) => parts.push(format!("{n} aggregates")),
        (n, false) => parts.push(format!("a key and {n} aggregates for each group")),
    }
    if statement.output.is_some() {
        parts.push("the rows of the output interval".into());
    }
    match parts.is_empty() {
        true => "nothing".into(),
        false => parts.join("; "),
    }
}
