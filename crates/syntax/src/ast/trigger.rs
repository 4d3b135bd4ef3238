//! Statements that act: `on … select/set/update/delete/merge/insert` and `update istream`.
//!
//! Nouns: an [`OnTrigger`] is a stream and an [`OnAction`]. Never: knows windows from tables.

use super::{
    Assignment, ContainedEvent, Expr, Ident, InsertInto, QualifiedName, Select, SelectItem,
    StreamSource,
};
use crate::Span;

/// `on E as e …`
#[derive(Debug, Clone, PartialEq)]
pub struct OnTrigger {
    /// What triggers; it has no views.
    pub source: StreamSource,
    /// What is done.
    pub action: OnAction,
}

/// What a trigger does.
#[derive(Debug, Clone, PartialEq)]
pub enum OnAction {
    /// `set a = 1, b = 2`
    Set(Vec<Assignment>),
    /// `[insert into X] select [and delete] … from W as w where …`
    Select {
        /// `and delete`
        delete: bool,
        /// The select; its one source is the window or table.
        select: Box<Select>,
    },
    /// `delete from W as w where …`
    Delete {
        /// Of what.
        target: TriggerTarget,
        /// Which rows.
        where_: Option<Expr>,
    },
    /// `update W as w set … where …`
    Update {
        /// Of what.
        target: TriggerTarget,
        /// What is set.
        set: Vec<Assignment>,
        /// Which rows.
        where_: Option<Expr>,
    },
    /// `merge W as w where … when matched …`
    Merge {
        /// Into what.
        target: TriggerTarget,
        /// Which rows match.
        where_: Option<Expr>,
        /// The branches in order.
        branches: Vec<MergeBranch>,
    },
    /// `merge W insert [(cols)] select … [where …]`: the short form.
    MergeInsert {
        /// Into what.
        target: TriggerTarget,
        /// The insert.
        insert: MergeInsert,
    },
    /// `insert into A select … where … insert into B … output first`
    Split {
        /// The branches in order.
        branches: Vec<SplitBranch>,
        /// `output all`: all that match, and not the first alone.
        all: bool,
    },
}

/// `W as w`
#[derive(Debug, Clone, PartialEq)]
pub struct TriggerTarget {
    /// The window or table.
    pub name: Ident,
    /// `as w`
    pub alias: Option<Ident>,
    /// Where it stands.
    pub span: Span,
}

/// `when [not] matched [and expr] then … then …`
#[derive(Debug, Clone, PartialEq)]
pub struct MergeBranch {
    /// Whether for rows that match.
    pub matched: bool,
    /// The condition after `and`.
    pub condition: Option<Expr>,
    /// What is done, in order.
    pub actions: Vec<MergeAction>,
    /// Where it stands.
    pub span: Span,
}

/// One action of a merge.
#[derive(Debug, Clone, PartialEq)]
pub enum MergeAction {
    /// `insert [into X] [(cols)] select … [where …]`
    Insert(MergeInsert),
    /// `update set … [where …]`
    Update {
        /// What is set.
        set: Vec<Assignment>,
        /// A condition besides.
        where_: Option<Expr>,
    },
    /// `delete [where …]`
    Delete {
        /// A condition besides.
        where_: Option<Expr>,
    },
}

/// `insert [into X] [(cols)] select … [where …]`
#[derive(Debug, Clone, PartialEq)]
pub struct MergeInsert {
    /// Another target than the merge's own.
    pub into: Option<QualifiedName>,
    /// The columns.
    pub columns: Vec<Ident>,
    /// The select list.
    pub items: Vec<SelectItem>,
    /// A condition besides.
    pub where_: Option<Expr>,
}

/// One branch of a split.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitBranch {
    /// Into what.
    pub insert_into: InsertInto,
    /// The select list.
    pub items: Vec<SelectItem>,
    /// `from [prop …] as x`
    pub contained: Vec<ContainedEvent>,
    /// The name of what is contained.
    pub alias: Option<Ident>,
    /// When it is taken.
    pub where_: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `update istream S as s set a = 1 where …`
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateIstream {
    /// The stream.
    pub event_type: QualifiedName,
    /// `as s`
    pub alias: Option<Ident>,
    /// What is set.
    pub set: Vec<Assignment>,
    /// Which events.
    pub where_: Option<Expr>,
}
