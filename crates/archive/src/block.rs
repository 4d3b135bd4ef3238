//! A row group read back: rows in order, as a run.

use std::path::Path;
use std::sync::Arc;

use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use tachograph_event::{
    Batch, Bitmap, Column, ColumnBuilder, ColumnData, Origin, Shared, StringColumn, Value,
};

use crate::config::TableConfig;
use crate::encode::FIXED_COLUMNS;
use crate::error::ArchiveError;
use crate::positioned::PositionedFile;
use crate::run::Run;

/// Reads row group `number` of an open file.
pub(crate) fn read(
    path: &Path,
    reader: &SerializedFileReader<PositionedFile>,
    number: usize,
    config: &TableConfig,
) -> Result<Run, ArchiveError> {
    let read = || -> Result<Run, ParquetError> {
        let group = reader.get_row_group(number)?;
        let rows = group.metadata().num_rows() as usize;
        let keys = strings(&column(&*group, 0, rows)?)?;
        let times = longs(&column(&*group, 1, rows)?)?;
        let partitions = ints(&column(&*group, 2, rows)?)?;
        let positions = longs(&column(&*group, 3, rows)?)?;
        let origins = partitions
            .iter()
            .zip(positions.iter())
            .map(|(partition, position)| Origin {
                partition: *partition as u32,
                position: *position as u64,
            });
        let mut columns = Vec::new();
        for place in 0..config.columns.len() {
            columns.push(column(&*group, FIXED_COLUMNS + place, rows)?);
        }
        let event_type = Arc::new(config.event_type());
        let batch = Batch::new(event_type, times, origins.collect::<Shared<_>>(), columns);
        let slots: Arc<[usize]> = (0..config.columns.len()).collect();
        Ok(Run::new(keys, Arc::new(batch), slots))
    };
    read().map_err(|e| ArchiveError::of(path, format!("row group {number}: {e}")))
}

fn other() -> ParquetError {
    ParquetError::General("a column of another type".into())
}

fn strings(column: &Column) -> Result<StringColumn, ParquetError> {
    match column.data() {
        ColumnData::Str(strings) => Ok(strings.clone()),
        _ => Err(other()),
    }
}

fn longs(column: &Column) -> Result<Shared<i64>, ParquetError> {
    match column.data() {
        ColumnData::Long(values) => Ok(values.clone()),
        _ => Err(other()),
    }
}

fn ints(column: &Column) -> Result<Shared<i32>, ParquetError> {
    match column.data() {
        ColumnData::Int(values) => Ok(values.clone()),
        _ => Err(other()),
    }
}

/// Spreads the present values over all rows, by definition levels.
fn spread<T: Clone + Default>(values: Vec<T>, nulls: Option<&Bitmap>, rows: usize) -> Vec<T> {
    let Some(nulls) = nulls else {
        return values;
    };
    let mut values = values.into_iter();
    let value = |i| {
        if nulls.get(i) {
            T::default()
        } else {
            values.next().unwrap_or_default()
        }
    };
    (0..rows).map(value).collect()
}

fn column(group: &dyn RowGroupReader, number: usize, rows: usize) -> Result<Column, ParquetError> {
    macro_rules! typed {
        ($reader:expr, $variant:ident) => {{
            let (mut values, mut levels) = (Vec::new(), Vec::new());
            let mut read = 0;
            while read < rows {
                let (count, _, _) =
                    $reader.read_records(rows - read, Some(&mut levels), None, &mut values)?;
                if count == 0 {
                    return Err(ParquetError::General("fewer rows than announced".into()));
                }
                read += count;
            }
            let nulls = nulls(&levels);
            (
                ColumnData::$variant(spread(values, nulls.as_ref(), rows).into()),
                nulls,
            )
        }};
    }
    let (data, nulls) = match group.get_column_reader(number)? {
        ColumnReader::BoolColumnReader(mut r) => typed!(r, Bool),
        ColumnReader::Int32ColumnReader(mut r) => typed!(r, Int),
        ColumnReader::Int64ColumnReader(mut r) => typed!(r, Long),
        ColumnReader::FloatColumnReader(mut r) => typed!(r, Float),
        ColumnReader::DoubleColumnReader(mut r) => typed!(r, Double),
        ColumnReader::ByteArrayColumnReader(mut r) => {
            let (mut values, mut levels): (Vec<ByteArray>, Vec<i16>) = (Vec::new(), Vec::new());
            let mut read = 0;
            while read < rows {
                let (count, _, _) =
                    r.read_records(rows - read, Some(&mut levels), None, &mut values)?;
                if count == 0 {
                    return Err(ParquetError::General("fewer rows than announced".into()));
                }
                read += count;
            }
            return texts(&values, nulls(&levels).as_ref(), rows);
        }
        _ => return Err(other()),
    };
    Ok(Column::new(data, nulls))
}

/// Set bits are nulls; none where every value is present (or the column is required).
fn nulls(levels: &[i16]) -> Option<Bitmap> {
    if levels.iter().all(|level| *level == 1) {
        return None;
    }
    let mut nulls = Bitmap::default();
    levels.iter().for_each(|level| nulls.push(*level == 0));
    Some(nulls)
}

fn texts(
    values: &[ByteArray],
    nulls: Option<&Bitmap>,
    rows: usize,
) -> Result<Column, ParquetError> {
    let mut builder = ColumnBuilder::new(&tachograph_event::Type::Str);
    let mut values = values.iter();
    for row in 0..rows {
        if nulls.is_some_and(|nulls| nulls.get(row)) {
            builder.push(Value::Null);
        } else {
            let bytes = values.next().ok_or_else(other)?;
            let text = std::str::from_utf8(bytes.data());
            builder.push(Value::str(
                text.map_err(|e| ParquetError::General(e.to_string()))?,
            ));
        }
    }
    Ok(builder.finish())
}
