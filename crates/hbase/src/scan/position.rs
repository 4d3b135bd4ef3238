//! Where a scan is: from which row on it continues, and whether a region was the last. State: that
//! row. Pure.

use bytes::Bytes;

use crate::read::Scan;
use crate::region::{Region, Seek};

/// What is left of a scan's range.
#[derive(Debug)]
pub struct Position {
    pub start: Bytes,
    pub include_start: bool,
    stop: Bytes,
    include_stop: bool,
    reversed: bool,
}

impl Position {
    pub fn of(scan: &Scan) -> Position {
        Position {
            start: scan.start.clone(),
            include_start: scan.include_start,
            stop: scan.stop.clone(),
            include_stop: scan.include_stop,
            reversed: scan.reversed,
        }
    }

    /// The region to continue in.
    pub fn seek(&self) -> Seek<'_> {
        match self.reversed {
            false => Seek::Containing(&self.start),
            true if self.start.is_empty() => Seek::Last,
            true if self.include_start => Seek::Containing(&self.start),
            true => Seek::Before(&self.start),
        }
    }

    /// A row came whole.
    pub fn passed_row(&mut self, key: Bytes) {
        self.start = key;
        self.include_start = false;
    }

    /// A row came in part.
    pub fn within_row(&mut self, key: Bytes) {
        self.start = key;
        self.include_start = true;
    }

    /// A region has no more rows. Says whether there are regions left to read.
    pub fn passed_region(&mut self, region: &Region) -> bool {
        match self.reversed {
            false => self.continue_at(region.end_bytes()),
            true => self.continue_before(region.start_bytes()),
        }
    }

    fn continue_at(&mut self, end: Bytes) -> bool {
        let within =
            self.stop.is_empty() || end < self.stop || (self.include_stop && end == self.stop);
        let more = !end.is_empty() && within;
        self.start = end;
        self.include_start = true;
        more
    }

    fn continue_before(&mut self, start: Bytes) -> bool {
        let more = !start.is_empty() && (self.stop.is_empty() || start > self.stop);
        self.start = start;
        self.include_start = false;
        more
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::region::RegionInfo;

    fn region(start: &'static str, end: &'static str) -> Region {
        let info = RegionInfo {
            start_key: Some(start.into()),
            end_key: Some(end.into()),
            ..RegionInfo::default()
        };
        Region::new(info, Bytes::new())
    }

    #[test]
    fn forward_it_ends_with_the_region_that_has_the_stop_row() {
        let mut whole = Position::of(&Scan::new());
        assert!(whole.passed_region(&region("", "g")));
        assert_eq!((&whole.start[..], whole.include_start), (&b"g"[..], true));
        assert!(!whole.passed_region(&region("g", "")));
        assert!(!Position::of(&Scan::new().stop("g")).passed_region(&region("", "g")));
        assert!(Position::of(&Scan::new().stop_inclusive("g")).passed_region(&region("", "g")));
    }

    #[test]
    fn backward_it_ends_with_the_region_that_has_the_stop_row() {
        let mut whole = Position::of(&Scan::new().reversed());
        assert!(matches!(whole.seek(), Seek::Last));
        assert!(whole.passed_region(&region("g", "")));
        assert!(matches!(whole.seek(), Seek::Before(b"g")));
        assert!(!whole.passed_region(&region("", "g")));
        let mut upto = Position::of(&Scan::new().reversed().stop_inclusive("g"));
        assert!(!upto.passed_region(&region("g", "")));
    }

    #[test]
    fn behind_a_row_it_continues_without_it() {
        let mut position = Position::of(&Scan::new().start("a"));
        position.passed_row(Bytes::from_static(b"c"));
        assert!(matches!(position.seek(), Seek::Containing(b"c")));
        assert!(!position.include_start);
    }
}
