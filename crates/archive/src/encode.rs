//! Rows as a Parquet file: the key delta-encoded, columns by dictionary, pages compressed with
//! zstd, with statistics and a page index. Any Parquet reader can open it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type as Node, TypePtr};
use tachograph_event::{Column, ColumnData, Type};

use crate::config::{TableConfig, stored};
use crate::error::ArchiveError;
use crate::run::Run;

/// Rows a row group: what a `get` decodes and the cache holds.
pub(crate) const GROUP_ROWS: usize = 1 << 16;

/// Columns before the table's own: row key, event time, partition, position.
pub(crate) const FIXED_COLUMNS: usize = 4;

/// A row by run and place.
pub(crate) type Place = (u32, u32);

/// The schema of a table's files.
pub(crate) fn schema(config: &TableConfig) -> Result<TypePtr, ParquetError> {
    let field = |name: &str, physical, logical, repetition| {
        let builder = Node::primitive_type_builder(name, physical);
        let field = builder
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()?;
        Ok::<_, ParquetError>(Arc::new(field))
    };
    let required = Repetition::REQUIRED;
    let mut fields = vec![
        field(
            "row_key",
            Physical::BYTE_ARRAY,
            Some(LogicalType::String),
            required,
        )?,
        field("event_time", Physical::INT64, Some(timestamp()), required)?,
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
        fields.push(field(
            &column.name(),
            physical,
            logical,
            Repetition::OPTIONAL,
        )?);
    }
    Ok(Arc::new(
        Node::group_type_builder(&config.name)
            .with_fields(fields)
            .build()?,
    ))
}

fn timestamp() -> LogicalType {
    LogicalType::timestamp(true, parquet::basic::TimeUnit::MILLIS)
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let path = |name: &str| ColumnPath::new(vec![name.to_string()]);
    Ok(WriterProperties::builder()
        .set_created_by("tachograph".to_string())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_statistics_truncate_length(None)
        .set_column_dictionary_enabled(path("row_key"), false)
        .set_column_encoding(path("row_key"), Encoding::DELTA_BYTE_ARRAY)
        .set_column_dictionary_enabled(path("position"), false)
        .set_column_encoding(path("position"), Encoding::DELTA_BINARY_PACKED)
        .build())
}

/// Writes rows in an order to a new file, and makes it durable.
pub(crate) fn write_file(
    path: &Path,
    config: &TableConfig,
    runs: &[Arc<Run>],
    order: &[Place],
) -> Result<u64, ArchiveError> {
    let fault = |e: ParquetError| ArchiveError::of(path, e);
    let file = File::create(path).map_err(|e| ArchiveError::of(path, e))?;
    let schema = schema(config).map_err(fault)?;
    let properties = Arc::new(properties().map_err(fault)?);
    let mut writer = SerializedFileWriter::new(file, schema, properties).map_err(fault)?;
    for rows in order.chunks(GROUP_ROWS) {
        write_group(writer.next_row_group().map_err(fault)?, config, runs, rows).map_err(fault)?;
    }
    let file = writer.into_inner().map_err(fault)?;
    file.sync_all().map_err(|e| ArchiveError::of(path, e))?;
    file.metadata()
        .map(|m| m.len())
        .map_err(|e| ArchiveError::of(path, e))
}

fn write_group(
    mut group: SerializedRowGroupWriter<'_, File>,
    config: &TableConfig,
    runs: &[Arc<Run>],
    rows: &[Place],
) -> Result<(), ParquetError> {
    let mut number = 0;
    while let Some(mut column) = group.next_column()? {
        match number {
            0 => {
                let keys: Vec<ByteArray> = gather(rows, |(run, row)| {
                    ByteArray::from(runs[run as usize].key_bytes(row).to_vec())
                });
                write(column.untyped(), Values::Bytes(keys), None)?;
            }
            1 => {
                let times = gather(rows, |(run, row)| runs[run as usize].time(row));
                write(column.untyped(), Values::Long(times), None)?;
            }
            2 => {
                let of = |(run, row): Place| runs[run as usize].origin(row).partition as i32;
                write(column.untyped(), Values::Int(gather(rows, of)), None)?;
            }
            3 => {
                let of = |(run, row): Place| runs[run as usize].origin(row).position as i64;
                write(column.untyped(), Values::Long(gather(rows, of)), None)?;
            }
            _ => {
                let place = number - FIXED_COLUMNS;
                let ty = stored(&config.columns[place].ty);
                let (values, levels) = column_values(runs, rows, place, &ty);
                write(column.untyped(), values, Some(levels))?;
            }
        }
        column.close()?;
        number += 1;
    }
    group.close()?;
    Ok(())
}

fn gather<T>(rows: &[Place], of: impl Fn(Place) -> T) -> Vec<T> {
    rows.iter().map(|place| of(*place)).collect()
}

/// Values of one column, nulls left out.
enum Values {
    Bool(Vec<bool>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
}

fn column_values(runs: &[Arc<Run>], rows: &[Place], place: usize, ty: &Type) -> (Values, Vec<i16>) {
    let mut levels = Vec::with_capacity(rows.len());
    let mut present = Vec::with_capacity(rows.len());
    for (run, row) in rows {
        let null = runs[*run as usize].column(place).is_null(*row as usize);
        levels.push(i16::from(!null));
        if !null {
            present.push((*run, *row));
        }
    }
    macro_rules! typed {
        ($variant:ident, $of:expr) => {
            Values::$variant(gather(&present, |(run, row)| {
                let of: fn(&Column, usize) -> _ = $of;
                of(runs[run as usize].column(place), row as usize)
            }))
        };
    }
    let values = match ty {
        Type::Bool => typed!(Bool, |c, i| c.value(i).as_bool().unwrap_or_default()),
        Type::Int => typed!(Int, |c, i| match c.data() {
            ColumnData::Int(v) => v[i],
            _ => c.value(i).as_i64().unwrap_or_default() as i32,
        }),
        Type::Long => typed!(Long, |c, i| c.value(i).as_i64().unwrap_or_default()),
        Type::Float => typed!(Float, |c, i| c.value(i).as_f64().unwrap_or_default() as f32),
        Type::Double => typed!(Double, |c, i| c.value(i).as_f64().unwrap_or_default()),
        _ => typed!(Bytes, |c, i| match c.data() {
            ColumnData::Str(v) => ByteArray::from(v.bytes(i).to_vec()),
            _ => ByteArray::from(c.value(i).to_string().into_bytes()),
        }),
    };
    (values, levels)
}

fn write(
    column: &mut ColumnWriter<'_>,
    values: Values,
    levels: Option<Vec<i16>>,
) -> Result<(), ParquetError> {
    let levels = levels.as_deref();
    match (column, values) {
        (ColumnWriter::BoolColumnWriter(w), Values::Bool(v)) => w.write_batch(&v, levels, None)?,
        (ColumnWriter::Int32ColumnWriter(w), Values::Int(v)) => w.write_batch(&v, levels, None)?,
        (ColumnWriter::Int64ColumnWriter(w), Values::Long(v)) => w.write_batch(&v, levels, None)?,
        (ColumnWriter::FloatColumnWriter(w), Values::Float(v)) => {
            w.write_batch(&v, levels, None)?
        }
        (ColumnWriter::DoubleColumnWriter(w), Values::Double(v)) => {
            w.write_batch(&v, levels, None)?
        }
        (ColumnWriter::ByteArrayColumnWriter(w), Values::Bytes(v)) => {
            w.write_batch(&v, levels, None)?
        }
        _ => return Err(ParquetError::General("a column of another type".into())),
    };
    Ok(())
}
