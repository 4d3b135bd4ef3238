//! The filter of rows whose keys are known in part.

use bytes::Bytes;

use super::Filter;
use crate::wire::basic::BytesBytesPair;
use crate::wire::filter as wire;

impl Filter {
    /// Rows whose keys are like one of these; none stands for any byte. Keys may be longer. The servers jump
    /// from one to the next.
    ///
    /// ```
    /// use tachograph_hbase::Filter;
    /// // The records of any four-digit car in 2026: `1234#2026…`.
    /// let year = "#2026".bytes().map(Some);
    /// let any_car = [None; 4].into_iter().chain(year).collect();
    /// let filter = Filter::fuzzy_rows([any_car]);
    /// # let _ = filter;
    /// ```
    pub fn fuzzy_rows(keys: impl IntoIterator<Item = Vec<Option<u8>>>) -> Filter {
        let fuzzy_keys_data = keys.into_iter().map(pair).collect();
        Filter::builtin("FuzzyRowFilter", &wire::FuzzyRow { fuzzy_keys_data })
    }
}

fn pair(key: Vec<Option<u8>>) -> BytesBytesPair {
    let bytes = key.iter().map(|byte| byte.unwrap_or(0));
    // The form that servers bring a mask into: another, of zeros and ones, they cannot tell from it.
    let mask = key.iter().map(|byte| if byte.is_some() { 0xff } else { 0 });
    BytesBytesPair {
        first: bytes.collect::<Bytes>(),
        second: mask.collect::<Bytes>(),
    }
}
