//! One row group: its columns as bytes, in memory. What is encoded does not depend on who does it, or on
//! what else is encoded at the same time.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescPtr;
use tachograph_event::{Origin, Type};

use super::chunk::Chunk;
use super::column::{self, Shape};
use super::gather;
use super::rows::Rows;
use super::schema::FIXED_COLUMNS;
use crate::config::{TableConfig, stored};

/// Level of zstd: more costs more time than it saves bytes.
const ZSTD_LEVEL: i32 = 1;

/// The columns of a row group, each with what the file's footer says of it.
pub(super) type Encoded = Vec<(Bytes, ColumnCloseResult)>;

/// What encodes row groups, one after the other.
pub(super) struct Encoder {
    zstd: zstd::bulk::Compressor<'static>,
}

impl Encoder {
    pub fn new() -> Result<Encoder, ParquetError> {
        let zstd = zstd::bulk::Compressor::new(ZSTD_LEVEL);
        let zstd = zstd.map_err(|e| ParquetError::General(format!("zstd: {e}")))?;
        Ok(Encoder { zstd })
    }

    /// Encodes the rows as a row group.
    pub fn encode(
        &mut self,
        config: &TableConfig,
        columns: &[ColumnDescPtr],
        rows: &Rows<'_>,
    ) -> Result<Encoded, ParquetError> {
        let compression = Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?);
        let group = Group { config, rows };
        let column = |(number, column): (usize, &ColumnDescPtr)| {
            let mut chunk = Chunk::new(Arc::clone(column), compression, &mut self.zstd);
            group.column(number, column, &mut chunk)?;
            chunk.finish()
        };
        columns.iter().enumerate().map(column).collect()
    }
}

/// The rows of a row group.
struct Group<'a> {
    config: &'a TableConfig,
    rows: &'a Rows<'a>,
}

impl Group<'_> {
    fn column(
        &self,
        number: usize,
        column: &ColumnDescPtr,
        chunk: &mut Chunk<'_>,
    ) -> Result<(), ParquetError> {
        let shape = Shape {
            rows: self.rows.places.len(),
            nulls: &None,
            optional: false,
        };
        let physical = column.physical_type();
        let rows = self.rows;
        match number {
            0 => column::sorted_texts(chunk, &shape, &rows.keys),
            1 => column::numbers(chunk, &shape, &rows.times, physical),
            2 => {
                let partition = |origin: &Origin| i64::from(origin.partition);
                let partitions: Vec<i64> = rows.origins.iter().map(partition).collect();
                column::numbers(chunk, &shape, &partitions, physical)
            }
            3 => {
                let position = |origin: &Origin| origin.position as i64;
                let positions: Vec<i64> = rows.origins.iter().map(position).collect();
                column::differences(chunk, &shape, &positions)
            }
            _ => self.own(number - FIXED_COLUMNS, column, chunk),
        }
    }

    /// A column of the table's own.
    fn own(
        &self,
        place: usize,
        column: &ColumnDescPtr,
        chunk: &mut Chunk<'_>,
    ) -> Result<(), ParquetError> {
        let (runs, rows) = (self.rows.runs, &self.rows.places[..]);
        let nulls = gather::nulls(runs, rows, place);
        let present = gather::present(rows, &nulls);
        let shape = Shape {
            rows: rows.len(),
            nulls: &nulls,
            optional: true,
        };
        match stored(&self.config.columns[place].ty) {
            Type::Str => match gather::texts(runs, place) {
                Some(texts) => column::texts(chunk, &shape, present.iter().map(|p| texts.at(p))),
                None => {
                    let made = gather::made_texts(runs, &present, place);
                    column::texts(chunk, &shape, made.iter().map(String::as_bytes))
                }
            },
            Type::Bool => {
                let images = gather::images(runs, &present, place, &Type::Bool);
                column::truths(chunk, &shape, &images)
            }
            ty => {
                let images = gather::images(runs, &present, place, &ty);
                column::numbers(chunk, &shape, &images, column.physical_type())
            }
        }
    }
}
