//! Groups and their aggregates.
//!
//! A group is a key with a [`Cell`] an aggregate. Groups come with their first event and, where
//! the statement has windows, go with their last one. Ungrouped aggregation is one group with an
//! empty key that always exists.

mod cell;
mod groups;

pub use groups::{GroupId, Groups, Touched};
