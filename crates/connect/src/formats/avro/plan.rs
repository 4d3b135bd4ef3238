//! How records of a schema are read, as data: what [`super::bind`] makes and [`super::read`] follows.

use std::collections::BTreeSet;

use tachograph_event::{Type, Value};

use super::super::scalar::Kind;
use super::shape::{Place, Shapes};

/// How records of a schema are read.
#[derive(Debug)]
pub struct Plan {
    /// The schema that they were written with.
    pub writer: Shapes,
    /// What is done with the record.
    pub rows: Rows,
    /// Slots of values that are instants in milliseconds.
    pub instants: BTreeSet<usize>,
}

/// How a record becomes values in slots.
#[derive(Debug)]
pub struct Rows {
    /// What is done with it.
    pub step: Step,
    /// Values that the writer did not know, by slot.
    pub constants: Vec<(usize, Value)>,
    /// Number of slots.
    pub width: usize,
}

/// What is done with a value of the record.
#[derive(Debug)]
pub enum Step {
    /// It is passed over.
    Skip(Place),
    /// It goes into a slot.
    Take(usize, Make),
    /// Each of its fields has a step.
    Record(Vec<Step>),
    /// Each of its branches has one.
    Union(Vec<Step>),
    /// Some of its keys have one; the others' values are of this type, and passed over.
    Map(Vec<(String, Step)>, Place),
    /// It is read several times.
    Several(Vec<Step>),
    /// It cannot be what is wanted, for this reason.
    Never(String),
}

/// How a value is made.
#[derive(Debug)]
pub enum Make {
    /// Of nothing.
    Null,
    /// Of a truth value.
    Bool,
    /// Of a whole number.
    Whole(Kind, Type),
    /// Of four bytes.
    Float(Type),
    /// Of eight bytes.
    Double(Type),
    /// Of bytes with their length.
    Bytes(Kind, Type),
    /// Of so many bytes.
    Fixed(usize, Kind, Type),
    /// Of a text.
    Text(Type),
    /// Of a symbol's number; some symbols the reader does not know.
    Enum(Vec<Result<Value, String>>),
    /// Of items.
    Array(Box<Make>),
    /// Of a record.
    Row(Box<Rows>),
    /// Of a branch.
    Union(Vec<Make>),
    /// Not at all, for this reason.
    Never(String),
}
