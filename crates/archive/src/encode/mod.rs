//! Rows as a Parquet file: the key by its differences, columns by dictionary, pages compressed
//! with zstd, with statistics and a page index. Any Parquet reader can open it.
//!
//! Writing is what the archive spends most of its time on, so values are encoded here; the
//! footer and the page headers are the general library's. Its own writer, slow and obvious, is
//! what the tests hold the files against.

mod bits;
mod chunk;
mod column;
mod delta;
mod dictionary;
mod gather;
mod rows;
mod schema;
mod statistics;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::ColumnDescPtr;
use tachograph_event::{Origin, Type};

use crate::config::{TableConfig, stored};
use crate::error::ArchiveError;
use chunk::Chunk;
use column::Shape;
pub(crate) use gather::Texts;
pub(crate) use rows::Rows;
pub(crate) use schema::FIXED_COLUMNS;

/// Rows a row group: what a `get` decodes and the cache holds.
pub(crate) const GROUP_ROWS: usize = 1 << 16;

/// Level of zstd: more costs more time than it saves bytes.
const ZSTD_LEVEL: i32 = 1;

/// A row by run and place.
pub(crate) type Place = (u32, u32);

/// A file that is being written, row group by row group.
pub(crate) struct FileWriter {
    path: PathBuf,
    config: Arc<TableConfig>,
    writer: SerializedFileWriter<BufWriter<File>>,
    columns: Vec<ColumnDescPtr>,
    zstd: zstd::bulk::Compressor<'static>,
}

impl FileWriter {
    /// A new file.
    pub fn create(path: &Path, config: &Arc<TableConfig>) -> Result<FileWriter, ArchiveError> {
        let file = File::create(path).map_err(|e| ArchiveError::of(path, e))?;
        let properties = WriterProperties::builder()
            .set_created_by("tachograph".to_string())
            .build();
        let open = || {
            let file = BufWriter::with_capacity(1 << 18, file);
            let schema = schema::schema(config)?;
            SerializedFileWriter::new(file, schema, Arc::new(properties))
        };
        let writer = open().map_err(|e| ArchiveError::of(path, e))?;
        let zstd = zstd::bulk::Compressor::new(ZSTD_LEVEL);
        Ok(FileWriter {
            path: path.to_path_buf(),
            config: Arc::clone(config),
            columns: writer.schema_descr().columns().to_vec(),
            writer,
            zstd: zstd.map_err(|e| ArchiveError::of(path, e))?,
        })
    }

    /// Adds rows as a row group, in their order, after those that were added before.
    pub fn write(&mut self, rows: &Rows<'_>) -> Result<(), ArchiveError> {
        let config = &self.config;
        let mut write = || {
            let next = self.writer.next_row_group()?;
            Group { config, rows }.write(next, &self.columns, &mut self.zstd)
        };
        write().map_err(|e| ArchiveError::of(&self.path, e))
    }

    /// Writes the footer; gives the file's length in bytes.
    pub fn finish(self) -> Result<u64, ArchiveError> {
        let path = self.path;
        let file = self.writer.into_inner();
        let file = file.map_err(|e| ArchiveError::of(&path, e))?.into_inner();
        let file = file.map_err(|e| ArchiveError::of(&path, e))?;
        let metadata = file.metadata().map_err(|e| ArchiveError::of(&path, e))?;
        Ok(metadata.len())
    }
}

/// The rows of a row group.
struct Group<'a> {
    config: &'a TableConfig,
    rows: &'a Rows<'a>,
}

impl Group<'_> {
    fn write(
        &self,
        mut group: SerializedRowGroupWriter<'_, BufWriter<File>>,
        columns: &[ColumnDescPtr],
        zstd: &mut zstd::bulk::Compressor<'static>,
    ) -> Result<(), ParquetError> {
        let compression = Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?);
        for (number, column) in columns.iter().enumerate() {
            let mut chunk = Chunk::new(Arc::clone(column), compression, zstd);
            self.column(number, column, &mut chunk)?;
            let (bytes, close) = chunk.finish()?;
            group.append_column(&bytes, close)?;
        }
        group.close()?;
        Ok(())
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block;
    use crate::config::ColumnConfig;
    use crate::positioned::PositionedFile;
    use crate::run::Run;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::file::statistics::Statistics;
    use tachograph_event::strings::StringBuilder;
    use tachograph_event::{BatchBuilder, Origin, Value};

    const TYPES: [Type; 6] = [
        Type::Str,
        Type::Int,
        Type::Long,
        Type::Double,
        Type::Float,
        Type::Bool,
    ];

    fn config() -> TableConfig {
        let column = |(i, ty): (usize, &Type)| ColumnConfig {
            family: "f".into(),
            qualifier: format!("c{i}"),
            ty: ty.clone(),
        };
        TableConfig {
            name: "T".into(),
            columns: TYPES.iter().enumerate().map(column).collect(),
            bucket_ms: 1,
            ttl_ms: None,
            versions: 1,
            memtable_bytes: 1,
        }
    }

    /// Row `i`: with `spread` distinct values a column, and nulls here and there.
    fn values(i: u64, spread: u64) -> [Value; 6] {
        let n = i.wrapping_mul(0x9E37_79B9) % spread;
        let or_null = |every: u64, value: Value| if i % every == 3 { Value::Null } else { value };
        [
            or_null(
                7,
                Value::str(format!("text {}", "x".repeat(n as usize % 20)) + &n.to_string()),
            ),
            or_null(1_000_000, Value::Int(n as i32 - 5)),
            or_null(5, Value::Long(n as i64 * 1_000_003 - 77)),
            or_null(11, Value::Double(n as f64 / 8.0 - 1.0)),
            or_null(9, Value::Float(n as f32)),
            or_null(6, Value::Bool(n.is_multiple_of(3))),
        ]
    }

    fn run(rows: u64, spread: u64) -> Arc<Run> {
        let mut batch = BatchBuilder::new(Arc::new(config().event_type()));
        let mut keys = StringBuilder::default();
        for i in 0..rows {
            keys.push(&format!("key-{:08}", i * 3));
            let (partition, position) = ((i % 3) as u32, i * 17 % 1_009);
            let origin = Origin {
                partition,
                position,
            };
            batch.push(1_000 - i as i64 % 50, origin, values(i, spread));
        }
        let slots = (0..TYPES.len()).collect();
        Arc::new(Run::new(keys.finish(), Arc::new(batch.finish()), slots))
    }

    /// Writes a run, reads it with the general library, and compares row by row.
    fn check(rows: u64, spread: u64) -> SerializedFileReader<PositionedFile> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.parquet");
        let run = run(rows, spread);
        let order: Vec<Place> = (0..rows as u32).map(|row| (0, row)).collect();
        let mut writer = FileWriter::create(&path, &Arc::new(config())).expect("a file");
        let runs = [Arc::clone(&run)];
        for places in order.chunks(GROUP_ROWS) {
            writer.write(&Rows::gather(&runs, places)).expect("written");
        }
        writer.finish().expect("a footer");
        let file = PositionedFile::new(File::open(&path).expect("a file")).expect("its length");
        let reader = SerializedFileReader::new(file).expect("a Parquet file");
        let mut next = 0;
        for group in 0..reader.num_row_groups() {
            let read = block::read(&path, &reader, group, &config()).expect("a row group");
            for row in 0..read.len() as u32 {
                assert_eq!(read.row(row), run.row(next), "row {next} of {rows}");
                next += 1;
            }
        }
        assert_eq!(u64::from(next), rows);
        reader
    }

    #[test]
    fn the_general_library_reads_what_is_written() {
        for (rows, spread) in [(1, 1), (2, 1), (100, 7), (5_000, 300), (20_000, 3)] {
            check(rows, spread);
        }
    }

    #[test]
    fn a_column_of_many_values_is_written_plainly() {
        check(140_000, 1 << 40);
    }

    #[test]
    fn the_bloom_filter_lets_every_key_pass_and_few_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.parquet");
        let order: Vec<Place> = (0..30_000).map(|row| (0, row)).collect();
        let mut writer = FileWriter::create(&path, &Arc::new(config())).expect("a file");
        let runs = [run(30_000, 5)];
        writer.write(&Rows::gather(&runs, &order)).expect("written");
        writer.finish().expect("a footer");
        let file = File::open(&path).expect("a file");
        let reader = SerializedFileReader::new(file.try_clone().expect("a handle"));
        let reader = reader.expect("a Parquet file");
        let keys = reader.metadata().row_group(0).column(0);
        let filter = parquet::bloom_filter::Sbbf::read_from_column_chunk(keys, &file);
        let filter = filter.expect("readable").expect("a filter");
        let passes = |number: u32| filter.check(format!("key-{number:08}").as_bytes());
        assert!((0..30_000).all(|row| passes(row * 3)));
        let others = (0..30_000).filter(|row| passes(row * 3 + 1)).count();
        assert!(others < 1_500, "{others} of 30000 absent keys pass");
    }

    #[test]
    fn statistics_bound_what_is_there() {
        let reader = check(40_000, 1_000);
        let group = reader.metadata().row_group(0);
        let statistics = |column: usize| group.column(column).statistics().cloned();
        let key = |bytes: Option<&parquet::data_type::ByteArray>| bytes.map(|b| b.data().to_vec());
        match statistics(0) {
            Some(Statistics::ByteArray(s)) => {
                assert_eq!(key(s.min_opt()), Some(b"key-00000000".to_vec()));
                assert_eq!(key(s.max_opt()), Some(b"key-00119997".to_vec()));
            }
            other => panic!("{other:?}"),
        }
        match statistics(FIXED_COLUMNS + 1) {
            Some(Statistics::Int32(s)) => {
                assert_eq!((s.min_opt(), s.max_opt()), (Some(&-5), Some(&994)));
            }
            other => panic!("{other:?}"),
        }
        match statistics(FIXED_COLUMNS + 3) {
            Some(Statistics::Double(s)) => {
                assert_eq!((s.min_opt(), s.max_opt()), (Some(&-1.0), Some(&123.875)));
                assert!(s.null_count_opt() > Some(3_000));
            }
            other => panic!("{other:?}"),
        }
    }
}
