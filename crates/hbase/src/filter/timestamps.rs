//! The filter of cells by exact timestamps.

use super::Filter;
use crate::wire::filter as wire;

impl Filter {
    /// Cells of these timestamps, in milliseconds since 1970.
    pub fn timestamps(timestamps: impl IntoIterator<Item = i64>) -> Filter {
        let mut timestamps: Vec<i64> = timestamps.into_iter().collect();
        timestamps.sort_unstable();
        let can_hint = Some(false);
        Filter::builtin(
            "TimestampsFilter",
            &wire::Timestamps {
                timestamps,
                can_hint,
            },
        )
    }
}
