//! The `from` clause: the stream, its filter and its windows.

use tachograph_event::Type;
use tachograph_plan::{Expr, ExprKind, Input, Retain, TypeId};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, StreamFilter, StreamKind, StreamSource};

use crate::bind::Binder;
use crate::faults::Faults;

/// The one stream of the statement.
pub(super) fn stream<'a>(
    select: &'a ast::Select,
    span: Span,
    faults: &mut Faults,
) -> Option<(&'a StreamSource, &'a StreamFilter)> {
    let source = match select.from.as_slice() {
        [source] => source,
        [] => {
            faults.unsupported("select without from", span);
            return None;
        }
        [_, second, ..] => {
            faults.unsupported("a join", second.span);
            return None;
        }
    };
    match &source.kind {
        StreamKind::Filter(filter) if filter.contained.is_empty() => Some((source, filter)),
        StreamKind::Filter(filter) => {
            faults.unsupported("contained events", filter.contained[0].span);
            None
        }
        _ => {
            faults.unsupported("a pattern", source.span);
            None
        }
    }
}

/// What the statement takes in; none where a fault was added.
pub(super) fn input(
    binder: &mut Binder<'_>,
    source: &StreamSource,
    filter: &StreamFilter,
    type_id: TypeId,
) -> Option<Input> {
    let conditions: Vec<Option<Expr>> = filter
        .filter
        .iter()
        .map(|f| binder.condition(f, "filter"))
        .collect();
    let windows = binder.windows(&source.views);
    let mut conditions = conditions.into_iter().collect::<Option<Vec<Expr>>>()?;
    let filter = match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(Expr {
            kind: ExprKind::And(conditions),
            ty: Type::Bool,
        }),
    };
    Some(Input {
        type_id,
        alias: binder.alias.to_string(),
        filter,
        windows: windows?,
        retain: match source.retain {
            Some(ast::Retain::Union) => Retain::Union,
            _ => Retain::Intersection,
        },
    })
}
