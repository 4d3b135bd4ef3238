//! The Parquet schema of a table's files: row key, event time, partition and position, then the
//! table's own columns.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::schema::types::{Type as Node, TypePtr};
use tachograph_event::Type;

use crate::config::{TableConfig, stored};

/// Columns before the table's own: row key, event time, partition, position.
pub(crate) const FIXED_COLUMNS: usize = 4;

/// The schema of a table's files.
pub(crate) fn schema(config: &TableConfig) -> Result<TypePtr, ParquetError> {
    let text = Some(LogicalType::String);
    let time = Some(LogicalType::timestamp(true, TimeUnit::MILLIS));
    let required = Repetition::REQUIRED;
    let mut fields = vec![
        field("row_key", Physical::BYTE_ARRAY, text, required)?,
        field("event_time", Physical::INT64, time, required)?,
        field("partition", Physical::INT32, None, required)?,
        field("position", Physical::INT64, None, required)?,
    ];
    for column in &config.columns {
        let (physical, logical) = match stored(&column.ty) {
            Type::Bool => (Physical::BOOLEAN, None),
            Type::Int => (Physical::INT32, None),
            Type::Long => (Physical::INT64, None),
            Type::Float => (Physical::FLOAT, None),
            Type::Double => (Physical::DOUBLE, None),
            _ => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let name = column.name();
        fields.push(field(&name, physical, logical, Repetition::OPTIONAL)?);
    }
    let group = Node::group_type_builder(&config.name).with_fields(fields);
    Ok(Arc::new(group.build()?))
}

fn field(
    name: &str,
    physical: Physical,
    logical: Option<LogicalType>,
    repetition: Repetition,
) -> Result<TypePtr, ParquetError> {
    let field = Node::primitive_type_builder(name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition);
    Ok(Arc::new(field.build()?))
}
