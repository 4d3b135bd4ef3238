//! Filters made of filters.

use super::Filter;
use crate::wire::filter as wire;
use crate::wire::filter::ListOperator;

impl Filter {
    /// What all filters let through.
    pub fn all(filters: impl IntoIterator<Item = Filter>) -> Filter {
        list(ListOperator::MustPassAll, filters)
    }

    /// What one filter at least lets through. Backwards, servers lose columns where one of the filters is of
    /// columns' prefixes or ranges.
    pub fn any(filters: impl IntoIterator<Item = Filter>) -> Filter {
        list(ListOperator::MustPassOne, filters)
    }

    /// Whole rows without the rows of which the filter would leave out a cell.
    pub fn skip(filter: Filter) -> Filter {
        let filter = filter.into_wire();
        Filter::builtin("SkipFilter", &wire::OfFilter { filter })
    }

    /// What comes before the first that the filter does not let through, in each region anew; but a region of which
    /// nothing comes so ends the scan.
    pub fn while_match(filter: Filter) -> Filter {
        let filter = filter.into_wire();
        Filter::builtin("WhileMatchFilter", &wire::OfFilter { filter })
    }
}

fn list(operator: ListOperator, filters: impl IntoIterator<Item = Filter>) -> Filter {
    let message = wire::FilterList {
        operator: operator as i32,
        filters: filters.into_iter().map(Filter::into_wire).collect(),
    };
    Filter::builtin("FilterList", &message)
}
