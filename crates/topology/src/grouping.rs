//! Groupings: which task of a bolt gets a row.

use std::sync::Arc;

use tachograph_event::{Batch, Column, ColumnData, Encoder};

/// How rows are shared out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouping {
    /// Evenly, by the record's position.
    Shuffle,
    /// Rows with equal values of these columns go to one task.
    Fields(Vec<usize>),
    /// Every task gets every row.
    All,
    /// The first task gets every row.
    Global,
}

impl Grouping {
    /// The rows for each of `tasks` tasks, in order. Of a batch that must be copied, only the
    /// `needed` columns are; without a list all are.
    pub fn split(
        &self,
        batch: &Arc<Batch>,
        tasks: usize,
        needed: Option<&[usize]>,
    ) -> Vec<Option<Arc<Batch>>> {
        let mut parts = vec![None; tasks];
        match self {
            _ if tasks == 1 => parts[0] = Some(Arc::clone(batch)),
            Grouping::All => parts.fill(Some(Arc::clone(batch))),
            Grouping::Global => parts[0] = Some(Arc::clone(batch)),
            Grouping::Shuffle => {
                // Whole batches: what a record is part of is decided by where it stands.
                let position = batch.origins().first().map_or(0, |o| o.position >> 16);
                let partition = batch
                    .origins()
                    .first()
                    .map_or(0, |o| u64::from(o.partition));
                let task = (position + partition) % tasks as u64;
                parts[task as usize] = Some(Arc::clone(batch));
            }
            Grouping::Fields(slots) => {
                let mut rows = vec![Vec::new(); tasks];
                for (row, hash) in hashes(batch, slots).into_iter().enumerate() {
                    rows[(hash % tasks as u64) as usize].push(row as u32);
                }
                for (part, rows) in parts.iter_mut().zip(rows) {
                    let is_needed = |slot| needed.is_none_or(|needed| needed.contains(&slot));
                    let take = || Arc::new(batch.take_columns(&rows, is_needed));
                    *part = (!rows.is_empty()).then(take);
                }
            }
        }
        parts
    }
}

fn hashes(batch: &Batch, slots: &[usize]) -> Vec<u64> {
    let mut hashes = vec![0; batch.len()];
    for slot in slots {
        mix_column(batch.column(*slot), &mut hashes);
    }
    hashes.iter().map(|h| finish(*h)).collect()
}

fn mix_column(column: &Column, hashes: &mut [u64]) {
    for (row, hash) in hashes.iter_mut().enumerate() {
        if column.is_null(row) {
            *hash = mix(*hash, 0);
            continue;
        }
        *hash = match column.data() {
            ColumnData::Str(strings) => bytes(*hash, strings.bytes(row)),
            ColumnData::Int(v) => mix(*hash, v[row] as u64 + 1),
            ColumnData::Long(v) => mix(*hash, v[row] as u64 + 1),
            _ => {
                let mut encoder = Encoder::new();
                encoder.value(&column.value(row));
                bytes(*hash, &encoder.into_bytes())
            }
        };
    }
}

fn bytes(mut hash: u64, text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(hash, u64::from_le_bytes(last)), text.len() as u64)
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): spreads the high bits.
fn finish(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash ^ (hash >> 31)
}
