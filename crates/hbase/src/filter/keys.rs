//! Filters for those who want to know only what there is.

use super::Filter;
use crate::wire::filter as wire;

impl Filter {
    /// Cells without their values.
    pub fn key_only() -> Filter {
        Filter::builtin("KeyOnlyFilter", &wire::KeyOnly { len_as_val: false })
    }

    /// The first cell of each row: enough to count rows.
    pub fn first_key_only() -> Filter {
        Filter::builtin("FirstKeyOnlyFilter", &wire::FirstKeyOnly {})
    }
}
