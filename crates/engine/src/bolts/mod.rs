//! What bolts do: run rules, write into the archive, the live store and places outside.

mod archive;
mod epl;
mod expression;
mod gather;
mod hbase;
#[cfg(feature = "kafka")]
mod kafka;
mod live;
mod outside;
mod shared_live;
mod unwritten;
#[cfg(all(feature = "kafka", any(feature = "avro", feature = "protobuf")))]
mod values;

pub use archive::ArchiveBolt;
pub use epl::EplBolt;
pub use expression::RowExpression;
pub use hbase::HBaseRows;
#[cfg(feature = "kafka")]
pub use kafka::{KafkaRecords, ValueFormat};
pub use live::{LiveBolt, RedisCommands, Write, WriteKind};
pub use outside::WritingBolt;
pub use shared_live::SharedLive;
pub use unwritten::Unwritten;
#[cfg(all(feature = "kafka", any(feature = "avro", feature = "protobuf")))]
pub use values::SchemaRows;
