//! A statement of the plan, from its input to what it posts.

use std::collections::BTreeSet;
use std::sync::Arc;

use tachograph_event::{EventType, Type};

use crate::aggregate::AggregateCall;
use crate::expr::{Expr, ExprKind};
use crate::output::OutputLimit;
use crate::window::{Retain, Window};

/// Number of an event type within its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// A compiled module.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Event types; a [`TypeId`] is the place in this list.
    pub types: Vec<Arc<EventType>>,
    /// Statements that process events, in the order of the text.
    pub statements: Vec<Statement>,
}

impl Plan {
    /// Finds an event type by name.
    pub fn type_id(&self, name: &str) -> Option<TypeId> {
        self.types.iter().position(|t| t.name == name).map(TypeId)
    }

    /// The slots of an event type that some statement over it reads; none where one may read
    /// every slot.
    pub fn needed(&self, of: TypeId) -> Option<Vec<usize>> {
        let mut slots = BTreeSet::new();
        let mut whole = false;
        let mut visit = |expr: &Expr| match expr.kind {
            ExprKind::Property(slot) => {
                slots.insert(slot);
            }
            ExprKind::Event => whole = true,
            _ => {}
        };
        for statement in self.statements.iter().filter(|s| s.input.type_id == of) {
            let input = &statement.input;
            let windows = |visit: &mut dyn FnMut(&Expr)| {
                let windows = input.windows.iter();
                windows.for_each(|w| w.expressions(&mut |expr| visit(expr)));
            };
            let rows = statement.expressions().chain(&input.filter);
            rows.for_each(|expr| expr.walk(&mut visit));
            windows(&mut |expr| expr.walk(&mut visit));
        }
        (!whole).then(|| slots.into_iter().collect())
    }
}

/// Where a statement's events come from.
#[derive(Debug, Clone)]
pub struct Input {
    /// The stream.
    pub type_id: TypeId,
    /// Name of the stream in the statement.
    pub alias: String,
    /// The filter in parentheses, before the window.
    pub filter: Option<Expr>,
    /// Data windows; none for an unwindowed stream.
    pub windows: Vec<Window>,
    /// How several windows agree.
    pub retain: Retain,
}

/// Which streams a statement posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector {
    /// Arriving events (the default).
    IStream,
    /// Leaving events, posted as new ones.
    RStream,
    /// Both.
    IRStream,
}

/// The five output shapes of a query over one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No aggregate, no group: a row an event.
    RowForEach,
    /// Aggregates alone, no group: one row in all.
    RowForAll,
    /// Aggregates and event properties, no group: a row an event.
    RowPerEvent,
    /// All plain columns are group keys: a row a group.
    RowPerGroup,
    /// Groups and other properties: a row an event, with its group's aggregates.
    AggregateGrouped,
}

/// `insert into`.
#[derive(Debug, Clone)]
pub struct InsertInto {
    /// What is inserted.
    pub selector: Selector,
    /// The stream that receives.
    pub target: TypeId,
    /// For each property of the target: the select column that fills it (none: null) .
    pub columns: Vec<Option<usize>>,
}

/// A key of `order by`.
#[derive(Debug, Clone)]
pub struct OrderKey {
    /// The expression, over the event, aggregates, or select columns.
    pub expr: Expr,
    /// `desc`
    pub descending: bool,
}

/// `limit n offset m`, on each posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Most rows; none for no bound (a negative number in EPL).
    pub count: Option<usize>,
    /// Rows passed over.
    pub offset: usize,
}

impl Limit {
    /// How many of so many rows are left.
    pub fn left(self, rows: usize) -> usize {
        let most = self.count.unwrap_or(usize::MAX);
        rows.saturating_sub(self.offset).min(most)
    }
}

/// What sharing a statement's input out over tasks would do to its answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Partitioning {
    /// Nothing: each event is judged alone.
    Stateless,
    /// Nothing, so long as events with equal values of these properties stay together.
    Keyed(Vec<String>),
    /// It would change; the reason, and how to write it instead.
    Global(String),
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// From `@name`, or `stmt-N`.
    pub name: String,
    /// False where the name was made up.
    pub named: bool,
    /// The text as written.
    pub epl: String,
    /// Annotations as (name, text of the argument).
    pub annotations: Vec<(String, String)>,
    /// Source of events.
    pub input: Input,
    /// After the windows, before aggregation.
    pub where_clause: Option<Expr>,
    /// Group keys over the event.
    pub group_by: Vec<Expr>,
    /// Aggregates that `select`, `having` and `order by` name by index; equal ones stand once.
    pub aggregates: Vec<AggregateCall>,
    /// The output shape.
    pub shape: Shape,
    /// Columns of the row, in the order of `output_type`.
    pub select: Vec<Expr>,
    /// Type of the posted rows.
    pub output_type: Arc<EventType>,
    /// `select distinct`
    pub distinct: bool,
    /// Streams posted.
    pub selector: Selector,
    /// Feeds another stream.
    pub insert_into: Option<InsertInto>,
    /// On rows, after aggregation.
    pub having: Option<Expr>,
    /// Rate limit.
    pub output: Option<OutputLimit>,
    /// Sort keys of each posting.
    pub order_by: Vec<OrderKey>,
    /// Bound of each posting.
    pub limit: Option<Limit>,
    /// May it run as several tasks?
    pub partitioning: Partitioning,
    /// For each output column: the input property that it passes on unchanged, if any.
    pub lineage: Vec<Option<usize>>,
}

impl Statement {
    /// Name and type of each output column.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Type)> {
        let properties = self.output_type.properties.iter();
        properties.map(|p| (p.name.as_str(), &p.ty))
    }

    /// Every expression over the input's events, for finding what a window must keep.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let aggregates = self.aggregates.iter();
        let inside = aggregates.flat_map(|a| a.arguments.iter().chain(&a.filter));
        let order = self.order_by.iter().map(|k| &k.expr);
        let clauses = self.where_clause.iter().chain(&self.having);
        let rows = self.select.iter().chain(&self.group_by);
        inside.chain(order).chain(clauses).chain(rows)
    }
}
