//! Compaction: which files to merge. A pure decision; the table carries it out.

/// What the manifest knows of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Its number, which is its name.
    pub number: u64,
    /// Its bucket of event time.
    pub bucket: i64,
    /// Rows in it.
    pub rows: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Least row key.
    pub min_key: Vec<u8>,
    /// Greatest row key.
    pub max_key: Vec<u8>,
    /// Least event time.
    pub min_time: i64,
    /// Greatest event time.
    pub max_time: i64,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    Rest,
    /// Merge these files of one bucket, by number.
    Merge(Vec<u64>),
}

/// So many files of like size in a bucket are merged.
const FILES_OF_A_MERGE: usize = 4;

/// Most files of a merge: a row group of each is in memory.
const MOST_FILES: usize = 10;

/// Most rows of a merge.
const MOST_ROWS: u64 = 64 << 20;

/// Chooses a merge: the oldest bucket that has enough files of like size, none more than four
/// times as large as the smallest.
pub fn choose(files: &[FileInfo]) -> Decision {
    let mut buckets: Vec<i64> = files.iter().map(|f| f.bucket).collect();
    buckets.sort_unstable();
    buckets.dedup();
    for bucket in buckets {
        let mut own: Vec<&FileInfo> = files.iter().filter(|f| f.bucket == bucket).collect();
        own.sort_by_key(|f| (f.rows, f.number));
        for first in 0..own.len() {
            let like = own[first..]
                .iter()
                .take_while(|f| f.rows <= own[first].rows * 4);
            let mut rows = 0;
            let merged: Vec<u64> = like
                .take(MOST_FILES)
                .take_while(|f| {
                    rows += f.rows;
                    rows <= MOST_ROWS
                })
                .map(|f| f.number)
                .collect();
            if merged.len() >= FILES_OF_A_MERGE {
                return Decision::Merge(merged);
            }
        }
    }
    Decision::Rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(number: u64, bucket: i64, rows: u64) -> FileInfo {
        let (min_key, max_key) = (Vec::new(), Vec::new());
        FileInfo {
            number,
            bucket,
            rows,
            bytes: rows,
            min_key,
            max_key,
            min_time: 0,
            max_time: 0,
        }
    }

    #[test]
    fn files_of_like_size_are_merged_and_large_ones_left() {
        let mut files: Vec<FileInfo> = (1..=3).map(|n| file(n, 0, 100)).collect();
        files.push(file(4, 0, 10_000));
        assert_eq!(choose(&files), Decision::Rest);
        files.push(file(5, 1, 100));
        assert_eq!(choose(&files), Decision::Rest);
        files.push(file(6, 0, 300));
        assert_eq!(choose(&files), Decision::Merge(vec![1, 2, 3, 6]));
    }

    #[test]
    fn what_a_merge_holds_in_memory_is_bounded() {
        let files: Vec<FileInfo> = (1..=50).map(|n| file(n, 0, 100)).collect();
        assert_eq!(choose(&files), Decision::Merge((1..=10).collect()));
        let large: Vec<FileInfo> = (1..=8).map(|n| file(n, 0, MOST_ROWS / 5)).collect();
        assert_eq!(choose(&large), Decision::Merge((1..=5).collect()));
    }
}
