//! What bolts do: run rules, write into the live store.

mod epl;
mod expression;
mod live;

pub use epl::EplBolt;
pub use expression::RowExpression;
pub use live::{LiveBolt, Write, WriteKind};
