//! `select`: from the syntax tree of one statement to its plan.

mod body;
mod columns;
mod insert;
mod shape;
mod source;

use std::sync::Arc;

use tachograph_event::{EventType, Property};
use tachograph_plan::{Input, Registry, Selector, Statement};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{self, StreamSelector};

use self::body::Body;
use self::columns::Column;
use crate::bind::Binder;
use crate::catalog::Catalog;
use crate::faults::Faults;
use crate::{annotation, output, partition};

/// Where a statement stands.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The module's text.
    pub source: &'a str,
    /// Statements before it.
    pub number: usize,
}

/// Lowers a select; none where a fault was added.
pub fn lower(
    item: &ast::Statement,
    select: &ast::Select,
    place: Place<'_>,
    registry: &Registry,
    catalog: &mut Catalog,
    faults: &mut Faults,
) -> Option<Statement> {
    refuse_unbuilt(item, select, faults)?;
    let (source, filter) = source::stream(select, item.span, faults)?;
    let type_name = filter.event_type.text();
    let Some(type_id) = catalog.find(&type_name) else {
        let span = filter.event_type.span;
        faults.unknown("event type or stream", &type_name, span, catalog.names());
        return None;
    };
    let event_type = Arc::clone(catalog.get(type_id));
    let alias = source.alias.as_ref().map_or(type_name, |a| a.name.clone());
    let mut binder = Binder::new(&event_type, &alias, registry, faults);
    let input = source::input(&mut binder, source, filter, type_id);
    binder.windowed = !source.views.is_empty();
    let body = body::body(&mut binder, select);
    let (input, body) = (input?, body?);
    finish(item, select, place, input, body, catalog, faults)
}

fn refuse_unbuilt(item: &ast::Statement, select: &ast::Select, faults: &mut Faults) -> Option<()> {
    let mut unbuilt: Vec<(&str, Span)> = Vec::new();
    unbuilt.extend(item.context.as_ref().map(|c| ("context", c.span)));
    unbuilt.extend(
        item.expressions
            .first()
            .map(|e| ("expression declarations", e.span)),
    );
    unbuilt.extend(select.into_table.as_ref().map(|t| ("into table", t.span)));
    unbuilt.extend(
        select
            .match_recognize
            .as_ref()
            .map(|_| ("match_recognize", select.span)),
    );
    unbuilt.extend(select.for_clauses.first().map(|f| ("for", f.span)));
    let precedence = select
        .insert_into
        .as_ref()
        .and_then(|i| i.precedence.as_ref());
    unbuilt.extend(precedence.map(|p| ("event-precedence", p.span)));
    unbuilt
        .iter()
        .for_each(|(feature, span)| faults.unsupported(feature, *span));
    unbuilt.is_empty().then_some(())
}

fn finish(
    item: &ast::Statement,
    select: &ast::Select,
    place: Place<'_>,
    input: Input,
    mut body: Body,
    catalog: &mut Catalog,
    faults: &mut Faults,
) -> Option<Statement> {
    let output = select
        .output
        .as_ref()
        .map(|o| output::limit_rate(o, faults));
    let limit = select.limit.as_ref().map(|l| output::limit_rows(l, faults));
    let (output, limit) = (flatten(output)?, flatten(limit)?);
    let name = item
        .name()
        .map_or_else(|| format!("stmt-{}", place.number), str::to_string);
    let insert_into = match &select.insert_into {
        None => None,
        Some(insert) => Some(insert::target(insert, &mut body.columns, catalog, faults)?),
    };
    let output_type = EventType {
        name: select
            .insert_into
            .as_ref()
            .map_or(name.clone(), |i| i.target.text()),
        properties: body.columns.iter().map(property).collect(),
    };
    let shape = shape::shape(&body);
    let lineage = body
        .columns
        .iter()
        .map(|c| partition::source(&c.expr, &body.group_by))
        .collect();
    let mut statement = Statement {
        name,
        named: item.name().is_some(),
        epl: item.span.text(place.source).to_string(),
        annotations: annotation::all(item),
        input,
        where_clause: body.where_clause,
        group_by: body.group_by,
        aggregates: body.aggregates,
        shape,
        select: body.columns.into_iter().map(|c| c.expr).collect(),
        output_type: Arc::new(output_type),
        distinct: select.distinct,
        selector: selector(select.selector),
        insert_into,
        having: body.having,
        output,
        order_by: body.order_by,
        limit,
        partitioning: tachograph_plan::Partitioning::Stateless,
        lineage,
    };
    statement.partitioning = partition::of(&statement, catalog.get(statement.input.type_id));
    Some(statement)
}

/// None for a fault; an absent clause is fine.
fn flatten<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    match clause {
        None => Some(None),
        Some(None) => None,
        Some(some) => Some(some),
    }
}

fn property(column: &Column) -> Property {
    Property {
        name: column.name.clone(),
        ty: column.expr.ty.clone(),
    }
}

fn selector(of: Option<StreamSelector>) -> Selector {
    match of {
        None | Some(StreamSelector::Istream) => Selector::IStream,
        Some(StreamSelector::Rstream) => Selector::RStream,
        Some(StreamSelector::Irstream) => Selector::IRStream,
    }
}
