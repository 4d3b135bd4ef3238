//! What bolts do: run rules, write into the archive and the live store.

mod archive;
mod epl;
mod expression;
mod gather;
mod kafka;
mod live;

pub use archive::ArchiveBolt;
pub use epl::EplBolt;
pub use expression::RowExpression;
pub use kafka::KafkaBolt;
pub use live::{LiveBolt, RedisBolt, Write, WriteKind};
