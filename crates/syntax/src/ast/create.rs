//! The `create` statements, but for contexts.
//!
//! Nouns: schema, window, table, index, variable. Never: checks that what they name exists.

use super::{Annotation, Expr, Ident, QualifiedName, Retain, SelectItem, TypeName, View};
use crate::Span;

/// `create [map] schema N (a int, b string) [inherits A] [copyfrom B] [starttimestamp a]`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSchema {
    /// The word before `schema`.
    pub representation: Option<Representation>,
    /// The new event type.
    pub name: Ident,
    /// The columns in parentheses.
    pub columns: Vec<ColumnDefinition>,
    /// `as org.acme.Trade`; the members of a variant schema.
    pub types: Vec<TypeName>,
    /// `as *`: a variant schema of anything.
    pub any_type: bool,
    /// `inherits`
    pub inherits: Vec<QualifiedName>,
    /// `copyfrom`
    pub copyfrom: Vec<QualifiedName>,
    /// `starttimestamp`
    pub starttimestamp: Option<Ident>,
    /// `endtimestamp`
    pub endtimestamp: Option<Ident>,
}

/// How events of a type are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
    /// `map`
    Map,
    /// `objectarray`
    ObjectArray,
    /// `json`
    Json,
    /// `avro`
    Avro,
    /// `xml`
    Xml,
    /// `variant`
    Variant,
}

/// `a int`
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefinition {
    /// The column.
    pub name: Ident,
    /// Its type; an event type's name for a nested event.
    pub ty: TypeName,
    /// Where it stands.
    pub span: Span,
}

/// `create window W#keepall as S [insert [where …]]`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateWindow {
    /// The window.
    pub name: Ident,
    /// `#keepall` and the like.
    pub views: Vec<View>,
    /// `retain-union`, `retain-intersection`
    pub retain: Option<Retain>,
    /// What its rows are.
    pub source: WindowSource,
    /// Whether `insert` follows.
    pub insert: bool,
    /// `insert where …`
    pub insert_where: Option<Expr>,
}

/// What the rows of a named window are.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowSource {
    /// `as S`, `as select a, b from S`
    Type {
        /// The select list; empty without.
        items: Vec<SelectItem>,
        /// The event type or window.
        name: QualifiedName,
    },
    /// `(a int, b string)`
    Columns(Vec<ColumnDefinition>),
}

/// `create table T (k string primary key, total sum(long))`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// The table.
    pub name: Ident,
    /// The columns, at least one.
    pub columns: Vec<TableColumn>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableColumn {
    /// The column.
    pub name: Ident,
    /// What it holds.
    pub kind: TableColumnKind,
    /// `primary key`
    pub primary_key: bool,
    /// `@type(S)` and the like.
    pub annotations: Vec<Annotation>,
    /// Where it stands.
    pub span: Span,
}

/// What a column of a table holds.
#[derive(Debug, Clone, PartialEq)]
pub enum TableColumnKind {
    /// A plain value.
    Plain(TypeName),
    /// The state of an aggregation, as the call `sum(int)`, with type names for arguments.
    Aggregation(Expr),
}

/// `create [unique] index I on W (a hash, b btree)`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateIndex {
    /// `unique`
    pub unique: bool,
    /// The index.
    pub name: Ident,
    /// The window or table.
    pub target: Ident,
    /// The columns, at least one.
    pub columns: Vec<IndexColumn>,
}

/// A column of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexColumn {
    /// What is indexed; more than one for spatial kinds.
    pub exprs: Vec<Expr>,
    /// `hash`, `btree` or another kind.
    pub kind: Option<Ident>,
    /// Arguments of the kind.
    pub args: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `create [constant] variable int v = 5`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateVariable {
    /// `constant`
    pub constant: bool,
    /// The type; none when only a name is written.
    pub ty: Option<TypeName>,
    /// The variable.
    pub name: Ident,
    /// The first value.
    pub initial: Option<Expr>,
}
