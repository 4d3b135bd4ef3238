//! A column chunk: pages of encoded values, compressed, with statistics and page index, in memory.
//! The general library writes page headers and metadata; what is hot is ours.

use bytes::Bytes;
use parquet::basic::{BoundaryOrder, Compression, Encoding, Type as Physical};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::statistics::Bounds;

/// Rows a page.
pub(crate) const PAGE_ROWS: usize = 1 << 14;

/// A chunk that is being written.
pub(crate) struct Chunk<'a> {
    column: ColumnDescPtr,
    compression: Compression,
    zstd: &'a mut zstd::bulk::Compressor<'static>,
    bytes: TrackedWrite<Vec<u8>>,
    index: ColumnIndexBuilder,
    offsets: OffsetIndexBuilder,
    bounds: Bounds,
    encodings: Vec<Encoding>,
    rows: u64,
    nulls: u64,
    uncompressed: usize,
    compressed: usize,
    dictionary: Option<u64>,
    first_page: Option<u64>,
    bloom_filter: Option<Sbbf>,
}

/// A page's values as they are encoded, levels in front.
pub(crate) struct EncodedPage {
    pub bytes: Vec<u8>,
    pub encoding: Encoding,
    pub rows: usize,
    pub nulls: usize,
    pub bounds: Bounds,
}

impl<'a> Chunk<'a> {
    pub fn new(
        column: ColumnDescPtr,
        compression: Compression,
        zstd: &'a mut zstd::bulk::Compressor<'static>,
    ) -> Chunk<'a> {
        Chunk {
            index: ColumnIndexBuilder::new(column.physical_type()),
            column,
            compression,
            zstd,
            bytes: TrackedWrite::new(Vec::new()),
            offsets: OffsetIndexBuilder::new(),
            bounds: Bounds::default(),
            encodings: vec![Encoding::RLE],
            rows: 0,
            nulls: 0,
            uncompressed: 0,
            compressed: 0,
            dictionary: None,
            first_page: None,
            bloom_filter: None,
        }
    }

    /// The dictionary's values, plainly encoded. It comes before any page.
    pub fn dictionary(&mut self, values: &[u8], count: usize) -> Result<(), ParquetError> {
        let page = Page::DictionaryPage {
            buf: self.compress(values)?,
            num_values: count as u32,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        let (offset, _) = self.write(page, values.len())?;
        self.dictionary = Some(offset);
        self.encodings.push(Encoding::PLAIN);
        Ok(())
    }

    /// A bloom filter of the chunk's values: a byte a value or two, which lets about three absent
    /// ones of a hundred pass.
    pub fn bloom_filter(&mut self, values: &[&[u8]]) {
        let mut filter = Sbbf::new_with_num_of_bytes(values.len().next_power_of_two());
        values.iter().for_each(|value| filter.insert(*value));
        self.bloom_filter = Some(filter);
    }

    pub fn page(&mut self, page: EncodedPage) -> Result<(), ParquetError> {
        let data = Page::DataPage {
            buf: self.compress(&page.bytes)?,
            num_values: page.rows as u32,
            encoding: page.encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let (offset, size) = self.write(data, page.bytes.len())?;
        self.first_page.get_or_insert(offset);
        self.offsets.append_row_count(page.rows as i64);
        self.offsets
            .append_offset_and_size(offset as i64, size as i32);
        if self.is_indexed() {
            let (least, greatest) = page.bounds.bytes(self.column.physical_type());
            let (only_nulls, nulls) = (page.nulls == page.rows, page.nulls as i64);
            self.index.append(only_nulls, least, greatest, nulls, None);
        }
        if !self.encodings.contains(&page.encoding) {
            self.encodings.push(page.encoding);
        }
        self.bounds.merge(page.bounds);
        self.rows += page.rows as u64;
        self.nulls += page.nulls as u64;
        Ok(())
    }

    /// Does the column have a page index of values? Those of truth values and of floating-point
    /// numbers would tell little.
    fn is_indexed(&self) -> bool {
        use Physical::{BYTE_ARRAY, INT32, INT64};
        matches!(self.column.physical_type(), BYTE_ARRAY | INT32 | INT64)
    }

    fn compress(&mut self, bytes: &[u8]) -> Result<Bytes, ParquetError> {
        let compressed = self.zstd.compress(bytes);
        compressed
            .map(Bytes::from)
            .map_err(|e| ParquetError::General(format!("zstd: {e}")))
    }

    fn write(&mut self, page: Page, uncompressed: usize) -> Result<(u64, usize), ParquetError> {
        let page = CompressedPage::new(page, uncompressed);
        let written = SerializedPageWriter::new(&mut self.bytes).write_page(page)?;
        self.uncompressed += written.uncompressed_size;
        self.compressed += written.compressed_size;
        Ok((written.offset, written.compressed_size))
    }

    /// The chunk's bytes, and what the file's footer says of them.
    pub fn finish(mut self) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        self.index.set_boundary_order(BoundaryOrder::UNORDERED);
        let indexed = self.is_indexed();
        let physical = self.column.physical_type();
        let statistics = self.bounds.statistics(physical, self.nulls);
        let builder = ColumnChunkMetaData::builder(self.column)
            .set_compression(self.compression)
            .set_encodings(self.encodings)
            .set_num_values(self.rows as i64)
            .set_total_compressed_size(self.compressed as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_data_page_offset(self.first_page.unwrap_or(0) as i64)
            .set_dictionary_page_offset(self.dictionary.map(|offset| offset as i64));
        let builder = match statistics {
            Some(statistics) => builder.set_statistics(statistics),
            None => builder,
        };
        let close = ColumnCloseResult {
            bytes_written: self.compressed as u64,
            rows_written: self.rows,
            metadata: builder.build()?,
            bloom_filter: self.bloom_filter,
            column_index: indexed.then(|| self.index.build()).transpose()?,
            offset_index: Some(self.offsets.build()),
        };
        Ok((Bytes::from(self.bytes.into_inner()?), close))
    }
}
