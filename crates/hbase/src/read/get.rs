//! Reading one row. State: what is wanted, as it is said.

use bytes::Bytes;

use super::Selection;
use crate::cell::keyvalue;
use crate::error::Result;
use crate::filter::Filter;
use crate::wire;

/// What to read of one row; all families and the newest version of each column if nothing is said.
#[derive(Clone, Debug)]
pub struct Get {
    row: Bytes,
    selection: Selection,
}

impl Get {
    /// Reads the row with this key.
    pub fn new(row: impl AsRef<[u8]>) -> Get {
        Get {
            row: Bytes::copy_from_slice(row.as_ref()),
            selection: Selection::default(),
        }
    }

    /// Wants a whole family.
    pub fn family(mut self, family: impl AsRef<[u8]>) -> Get {
        self.selection.family(family.as_ref());
        self
    }

    /// Wants a column.
    pub fn column(mut self, family: impl AsRef<[u8]>, qualifier: impl AsRef<[u8]>) -> Get {
        self.selection.column(family.as_ref(), qualifier.as_ref());
        self
    }

    /// Wants up to so many versions of each column, the newest first; one if not said, all with
    /// `u32::MAX`.
    pub fn versions(mut self, most: u32) -> Get {
        self.selection.versions(most);
        self
    }

    /// Wants only timestamps from `from` on and before `to`, in milliseconds since 1970.
    pub fn time_range(mut self, from: i64, to: i64) -> Get {
        self.selection.time_range(from, to);
        self
    }

    /// Wants of each family at most so many cells, after the first `offset` that would come.
    pub fn family_page(mut self, cells: u32, offset: u32) -> Get {
        self.selection.family_page(cells, offset);
        self
    }

    /// Whether servers keep what they read in their caches; they do if not said.
    pub fn cache_blocks(mut self, keep: bool) -> Get {
        self.selection.cache_blocks = Some(keep);
        self
    }

    /// Wants only what a filter lets through.
    pub fn filter(mut self, filter: Filter) -> Get {
        self.selection.filter = Some(filter);
        self
    }

    /// The row's key.
    pub fn row(&self) -> &[u8] {
        &self.row
    }

    /// Looks whether servers could answer it.
    pub(crate) fn check(&self) -> Result<()> {
        keyvalue::check_row(&self.row)?;
        self.selection.check()
    }

    /// As it travels; `existence_only` asks only whether there is anything.
    pub(crate) fn wire(&self, existence_only: bool) -> wire::get::Get {
        let (store_limit, store_offset) = self.selection.wire_page();
        wire::get::Get {
            row: self.row.clone(),
            column: self.selection.wire_columns(),
            attribute: Vec::new(),
            filter: self.selection.wire_filter(),
            time_range: self.selection.wire_time_range(),
            max_versions: self.selection.wire_versions(),
            cache_blocks: self.selection.cache_blocks,
            store_limit,
            store_offset,
            existence_only: existence_only.then_some(true),
        }
    }
}
