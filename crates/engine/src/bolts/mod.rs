//! What bolts do: run rules, write into the archive and the live store.

mod archive;
mod epl;
mod expression;
mod gather;
mod hbase;
#[cfg(feature = "kafka")]
mod kafka;
mod live;
mod shared_live;
mod unwritten;
#[cfg(all(feature = "kafka", any(feature = "avro", feature = "protobuf")))]
mod values;

pub use archive::ArchiveBolt;
pub use epl::EplBolt;
pub use expression::RowExpression;
pub use hbase::HBaseBolt;
#[cfg(feature = "kafka")]
pub use kafka::{KafkaBolt, ValueFormat};
pub use live::{LiveBolt, RedisBolt, Write, WriteKind};
pub use shared_live::SharedLive;
pub use unwritten::Unwritten;
#[cfg(all(feature = "kafka", any(feature = "avro", feature = "protobuf")))]
pub use values::SchemaRows;
