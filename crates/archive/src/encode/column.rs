//! One column of a row group: values to pages. A column with few distinct values is written by
//! dictionary, another one plainly; keys and positions by their differences.

use parquet::basic::{Encoding, Type as Physical};
use parquet::errors::ParquetError;

use super::bits::{hybrid, pack, repeated, width};
use super::chunk::{Chunk, EncodedPage, PAGE_ROWS};
use super::delta;
use super::dictionary::{self, Numbered};
use super::gather::Nulls;
use super::statistics::Bounds;

/// Rows of a column and where they are null; `optional` says whether its pages have levels.
pub(crate) struct Shape<'a> {
    pub rows: usize,
    pub nulls: &'a Nulls,
    pub optional: bool,
}

impl Shape<'_> {
    /// Calls `write` for each page with the place of its first present value, their number, and a
    /// page that holds the levels.
    fn pages(
        &self,
        mut write: impl FnMut(std::ops::Range<usize>, EncodedPage) -> Result<(), ParquetError>,
    ) -> Result<(), ParquetError> {
        let mut first = 0;
        for from in (0..self.rows).step_by(PAGE_ROWS) {
            let rows = PAGE_ROWS.min(self.rows - from);
            let nulls = self.nulls.as_ref().map(|nulls| &nulls[from..from + rows]);
            let absent = nulls.map_or(0, |nulls| nulls.iter().filter(|null| **null).count());
            let present = first..first + rows - absent;
            first = present.end;
            let page = EncodedPage {
                bytes: self.levels(rows, nulls),
                encoding: Encoding::PLAIN,
                rows,
                nulls: absent,
                bounds: Bounds::None,
            };
            write(present, page)?;
        }
        Ok(())
    }

    /// Definition levels with their length in front.
    fn levels(&self, rows: usize, nulls: Option<&[bool]>) -> Vec<u8> {
        if !self.optional {
            return Vec::new();
        }
        let mut bytes = vec![0; 4];
        match nulls {
            None => repeated(1, rows, 1, &mut bytes),
            Some(nulls) => {
                let levels: Vec<u32> = nulls.iter().map(|null| u32::from(!null)).collect();
                hybrid(&levels, 1, &mut bytes);
            }
        }
        let length = bytes.len() as u32 - 4;
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        bytes
    }
}

/// Sorted texts, with a bloom filter.
pub(crate) fn sorted_texts(
    chunk: &mut Chunk<'_>,
    shape: &Shape<'_>,
    texts: &[&[u8]],
) -> Result<(), ParquetError> {
    chunk.bloom_filter(texts);
    shape.pages(|present, mut page| {
        let texts = &texts[present];
        delta::texts(texts.iter().copied(), &mut page.bytes);
        page.encoding = Encoding::DELTA_BYTE_ARRAY;
        for bound in [texts.first(), texts.last()].into_iter().flatten() {
            page.bounds.text(bound);
        }
        chunk.page(page)
    })
}

/// Whole numbers of 64 bits by their differences.
pub(crate) fn differences(
    chunk: &mut Chunk<'_>,
    shape: &Shape<'_>,
    numbers: &[i64],
) -> Result<(), ParquetError> {
    shape.pages(|present, mut page| {
        let numbers = &numbers[present];
        delta::numbers(numbers, &mut page.bytes);
        page.encoding = Encoding::DELTA_BINARY_PACKED;
        numbers
            .iter()
            .for_each(|number| page.bounds.number(*number));
        chunk.page(page)
    })
}

/// Truth values, a bit each.
pub(crate) fn truths(
    chunk: &mut Chunk<'_>,
    shape: &Shape<'_>,
    images: &[i64],
) -> Result<(), ParquetError> {
    shape.pages(|present, mut page| {
        pack(
            images[present].iter().map(|v| *v as u64),
            1,
            &mut page.bytes,
        );
        chunk.page(page)
    })
}

/// Texts in any order.
pub(crate) fn texts<'a>(
    chunk: &mut Chunk<'_>,
    shape: &Shape<'_>,
    texts: impl ExactSizeIterator<Item = &'a [u8]> + Clone,
) -> Result<(), ParquetError> {
    let plain = |values: &[&[u8]], out: &mut Vec<u8>| {
        for text in values {
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
            out.extend_from_slice(text);
        }
    };
    let bound = |bounds: &mut Bounds, text: &&[u8]| bounds.text(text);
    match dictionary::of_texts(texts.clone()) {
        Some(numbered) => by_dictionary(chunk, shape, &numbered, plain, bound),
        None => plainly(chunk, shape, &texts.collect::<Vec<_>>(), plain, bound),
    }
}

/// Numbers by their images.
pub(crate) fn numbers(
    chunk: &mut Chunk<'_>,
    shape: &Shape<'_>,
    images: &[i64],
    physical: Physical,
) -> Result<(), ParquetError> {
    let plain = |values: &[i64], out: &mut Vec<u8>| {
        for image in values {
            let bytes = image.to_le_bytes();
            let four = matches!(physical, Physical::INT32 | Physical::FLOAT);
            out.extend_from_slice(if four { &bytes[..4] } else { &bytes });
        }
    };
    let bound = |bounds: &mut Bounds, image: &i64| match physical {
        Physical::FLOAT => bounds.float(f64::from(f32::from_bits(*image as u32))),
        Physical::DOUBLE => bounds.float(f64::from_bits(*image as u64)),
        _ => bounds.number(*image),
    };
    match dictionary::of_images(images) {
        Some(numbered) => by_dictionary(chunk, shape, &numbered, plain, bound),
        None => plainly(chunk, shape, images, plain, bound),
    }
}

fn by_dictionary<T>(
    chunk: &mut Chunk<'_>,
    shape: &Shape<'_>,
    (numbers, values): &Numbered<T>,
    plain: impl Fn(&[T], &mut Vec<u8>),
    bound: impl Fn(&mut Bounds, &T),
) -> Result<(), ParquetError> {
    let mut bytes = Vec::new();
    plain(values, &mut bytes);
    chunk.dictionary(&bytes, values.len())?;
    let bits = width(values.len().saturating_sub(1) as u64);
    let mut used = vec![false; values.len()];
    shape.pages(|present, mut page| {
        let numbers = &numbers[present];
        page.bytes.push(bits as u8);
        hybrid(numbers, bits, &mut page.bytes);
        page.encoding = Encoding::RLE_DICTIONARY;
        numbers.iter().for_each(|n| used[*n as usize] = true);
        for (used, value) in used.iter_mut().zip(values) {
            if std::mem::take(used) {
                bound(&mut page.bounds, value);
            }
        }
        chunk.page(page)
    })
}

fn plainly<T>(
    chunk: &mut Chunk<'_>,
    shape: &Shape<'_>,
    values: &[T],
    plain: impl Fn(&[T], &mut Vec<u8>),
    bound: impl Fn(&mut Bounds, &T),
) -> Result<(), ParquetError> {
    shape.pages(|present, mut page| {
        let values = &values[present];
        plain(values, &mut page.bytes);
        values.iter().for_each(|v| bound(&mut page.bounds, v));
        chunk.page(page)
    })
}
