//! What bolts do: run rules, write into the archive and the live store.

mod archive;
mod epl;
mod expression;
mod live;

pub use archive::ArchiveBolt;
pub use epl::EplBolt;
pub use expression::RowExpression;
pub use live::{LiveBolt, RedisBolt, Write, WriteKind};
