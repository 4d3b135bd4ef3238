//! Filters that compare one part of a cell.

use super::{Comparator, Filter};
use crate::wire::basic::CompareType;
use crate::wire::filter as wire;

/// How a cell's part (on the left) must stand to the comparator (on the right).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// Before it.
    Less,
    /// Before it or equal.
    LessOrEqual,
    /// Equal, or matching.
    Equal,
    /// Not equal, or not matching.
    NotEqual,
    /// Behind it or equal.
    GreaterOrEqual,
    /// Behind it.
    Greater,
}

impl Compare {
    pub(crate) fn code(self) -> i32 {
        (match self {
            Compare::Less => CompareType::Less,
            Compare::LessOrEqual => CompareType::LessOrEqual,
            Compare::Equal => CompareType::Equal,
            Compare::NotEqual => CompareType::NotEqual,
            Compare::GreaterOrEqual => CompareType::GreaterOrEqual,
            Compare::Greater => CompareType::Greater,
        }) as i32
    }

    /// The same comparison with its sides changed.
    pub(crate) fn mirrored(self) -> Compare {
        match self {
            Compare::Less => Compare::Greater,
            Compare::LessOrEqual => Compare::GreaterOrEqual,
            Compare::GreaterOrEqual => Compare::LessOrEqual,
            Compare::Greater => Compare::Less,
            same => same,
        }
    }
}

impl Filter {
    /// Rows by their keys.
    pub fn row(compare: Compare, with: Comparator) -> Filter {
        part("RowFilter", compare, with)
    }

    /// Cells by their families.
    pub fn family(compare: Compare, with: Comparator) -> Filter {
        part("FamilyFilter", compare, with)
    }

    /// Cells by their columns.
    pub fn qualifier(compare: Compare, with: Comparator) -> Filter {
        part("QualifierFilter", compare, with)
    }

    /// Cells by their values. Where the newest version of a column is refused, an older one may come.
    pub fn value(compare: Compare, with: Comparator) -> Filter {
        part("ValueFilter", compare, with)
    }
}

fn part(class: &str, compare: Compare, with: Comparator) -> Filter {
    let compare_filter = wire::CompareFilter {
        compare_op: compare.code(),
        comparator: Some(with.into_wire()),
    };
    Filter::builtin(class, &wire::OfPart { compare_filter })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_filter_has_its_comparator_inside() {
        let wire = Filter::row(Compare::Greater, Comparator::null()).into_wire();
        assert_eq!(wire.name, "org.apache.hadoop.hbase.filter.RowFilter");
        let message = wire.serialized_filter.unwrap();
        assert_eq!(&message[..8], b"\x0a\x35\x08\x05\x12\x31\x0a\x2d");
        assert!(message.ends_with(b"filter.NullComparator\x12\x00"));
    }
}
