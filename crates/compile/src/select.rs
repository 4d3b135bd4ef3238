//! `select`: from the syntax tree of one statement to its plan.

use std::sync::Arc;

use tachograph_event::{EventType, Property, Type};
use tachograph_plan::{
    AggregateCall, Expr, ExprKind, Input, InsertInto, OrderKey, Registry, Retain, Selector,
    Statement, TypeId,
};
use tachograph_syntax::Span;
use tachograph_syntax::ast::{
    self, GroupItem, SelectItem, SortOrder, StreamFilter, StreamKind, StreamSelector, StreamSource,
};

use crate::bind::Binder;
use crate::catalog::Catalog;
use crate::faults::Faults;
use crate::{annotation, coerce, output, partition, shape};

/// Where a statement stands.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The module's text.
    pub source: &'a str,
    /// Statements before it.
    pub number: usize,
}

/// A column of the select clause.
struct Column {
    name: String,
    expr: Expr,
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
    let (source, filter) = stream(select, item.span, faults)?;
    let type_name = filter.event_type.text();
    let Some(type_id) = catalog.find(&type_name) else {
        let span = filter.event_type.span;
        faults.unknown("event type or stream", &type_name, span, catalog.names());
        return None;
    };
    let event_type = Arc::clone(catalog.get(type_id));
    let alias = source.alias.as_ref().map_or(type_name, |a| a.name.clone());
    let mut binder = Binder::new(&event_type, &alias, registry, faults);
    let input = input(&mut binder, source, filter, type_id);
    binder.windowed = !source.views.is_empty();
    let body = body(&mut binder, select);
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

/// The one stream of the statement.
fn stream<'a>(
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

fn input(
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

/// What the clauses after `from` say.
struct Body {
    columns: Vec<Column>,
    where_clause: Option<Expr>,
    group_by: Vec<Expr>,
    having: Option<Expr>,
    order_by: Vec<OrderKey>,
    aggregates: Vec<AggregateCall>,
}

fn body(binder: &mut Binder<'_>, select: &ast::Select) -> Option<Body> {
    let where_clause = select
        .where_
        .as_ref()
        .map(|w| binder.condition(w, "where clause"));
    let group_by = group_by(binder, &select.group_by);
    binder.aggregates = Some(Vec::new());
    let columns = columns(binder, select);
    let having = select
        .having
        .as_ref()
        .map(|h| binder.condition(h, "having clause"));
    let named = columns
        .iter()
        .flatten()
        .map(|c| (c.name.clone(), c.expr.ty.clone()));
    binder.columns = named.collect();
    let order_by: Vec<Option<OrderKey>> = select
        .order_by
        .iter()
        .map(|o| order_key(binder, o))
        .collect();
    let mut body = Body {
        columns: columns?,
        where_clause: flatten(where_clause)?,
        group_by: group_by?,
        having: flatten(having)?,
        order_by: order_by.into_iter().collect::<Option<Vec<OrderKey>>>()?,
        aggregates: binder.aggregates.take().unwrap_or_default(),
    };
    let columns = body.columns.iter_mut().map(|c| &mut c.expr);
    let order = body.order_by.iter_mut().map(|k| &mut k.expr);
    for expr in columns.chain(&mut body.having).chain(order) {
        shape::with_keys(expr, &body.group_by);
    }
    Some(body)
}

/// None for a fault; an absent clause is fine.
fn flatten<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    match clause {
        None => Some(None),
        Some(None) => None,
        Some(some) => Some(some),
    }
}

fn group_by(binder: &mut Binder<'_>, items: &[GroupItem]) -> Option<Vec<Expr>> {
    let mut keys = Vec::new();
    for item in items {
        match item {
            GroupItem::Expr(expr) => keys.push(binder.bind(expr)?),
            GroupItem::Composite(_, span) => {
                binder.faults.unsupported("a composite group key", *span);
                return None;
            }
            GroupItem::Rollup(_, span) | GroupItem::Cube(_, span) => {
                binder.faults.unsupported("rollup and cube", *span);
                return None;
            }
            GroupItem::GroupingSets(_, span) => {
                binder.faults.unsupported("grouping sets", *span);
                return None;
            }
        }
    }
    Some(keys)
}

fn order_key(binder: &mut Binder<'_>, item: &ast::OrderItem) -> Option<OrderKey> {
    Some(OrderKey {
        expr: binder.bind(&item.expr)?,
        descending: item.order == SortOrder::Descending,
    })
}

fn columns(binder: &mut Binder<'_>, select: &ast::Select) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    let mut failed = false;
    for item in &select.items {
        match item {
            SelectItem::Wildcard(_) => columns.extend(all_properties(binder.event_type)),
            SelectItem::StreamWildcard {
                stream,
                alias,
                span,
            } => {
                if stream.name != binder.alias {
                    binder
                        .faults
                        .unknown("stream", &stream.name, stream.span, [binder.alias]);
                    failed = true;
                } else if let Some(alias) = alias {
                    let ty = Type::Event(Arc::new(binder.event_type.clone()));
                    let expr = Expr {
                        kind: ExprKind::Event,
                        ty,
                    };
                    columns.push(Column {
                        name: alias.name.clone(),
                        expr,
                    });
                } else {
                    let _ = span;
                    columns.extend(all_properties(binder.event_type));
                }
            }
            SelectItem::Expr {
                expr,
                alias,
                annotations,
                ..
            } => {
                if let Some(annotation) = annotations.first() {
                    binder
                        .faults
                        .unsupported("an annotation on a column", annotation.span);
                    failed = true;
                }
                let name = alias.as_ref().map(|a| a.name.clone());
                let name = name.unwrap_or_else(|| tachograph_syntax::column_name(expr));
                match binder.bind(expr) {
                    Some(expr) => columns.push(Column { name, expr }),
                    None => failed = true,
                }
            }
        }
    }
    refuse_twins(&columns, select.span, binder.faults, &mut failed);
    (!failed).then_some(columns)
}

fn refuse_twins(columns: &[Column], span: Span, faults: &mut Faults, failed: &mut bool) {
    for (i, column) in columns.iter().enumerate() {
        if columns[..i].iter().any(|before| before.name == column.name) {
            let message = format!("column `{}` is selected twice", column.name);
            faults.with_help(message, span, "give one of them another name with `as`");
            *failed = true;
        }
    }
}

fn all_properties(event_type: &EventType) -> impl Iterator<Item = Column> {
    let properties = event_type.properties.iter().enumerate();
    properties.map(|(slot, property)| Column {
        name: property.name.clone(),
        expr: Expr {
            kind: ExprKind::Property(slot),
            ty: property.ty.clone(),
        },
    })
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
        Some(insert) => Some(insert_target(insert, &mut body.columns, catalog, faults)?),
    };
    let output_type = EventType {
        name: select
            .insert_into
            .as_ref()
            .map_or(name.clone(), |i| i.target.text()),
        properties: body.columns.iter().map(property).collect(),
    };
    let mut selected: Vec<&Expr> = body.columns.iter().map(|c| &c.expr).collect();
    selected.extend(body.order_by.iter().map(|k| &k.expr));
    let shape = shape::shape(
        !body.group_by.is_empty(),
        !body.aggregates.is_empty(),
        &selected,
    );
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

/// The stream that receives: a declared one, whose properties the columns must fit, or a new one.
fn insert_target(
    insert: &ast::InsertInto,
    columns: &mut [Column],
    catalog: &mut Catalog,
    faults: &mut Faults,
) -> Option<InsertInto> {
    if !insert.columns.is_empty() {
        if insert.columns.len() != columns.len() {
            let (named, selected) = (insert.columns.len(), columns.len());
            let message = format!("{named} columns are named, but {selected} are selected");
            faults.semantic(message, insert.span);
            return None;
        }
        for (column, name) in columns.iter_mut().zip(&insert.columns) {
            column.name = name.name.clone();
        }
    }
    let name = insert.target.text();
    let target = match catalog.find(&name) {
        Some(target) => target,
        None => catalog.add(EventType {
            name: name.clone(),
            properties: columns.iter().map(property).collect(),
        }),
    };
    let event_type = Arc::clone(catalog.get(target));
    for column in columns.iter_mut() {
        fit(column, &event_type, insert, faults)?;
    }
    let place = |p: &Property| columns.iter().position(|c| c.name == p.name);
    Some(InsertInto {
        selector: selector(insert.selector),
        target,
        columns: event_type.properties.iter().map(place).collect(),
    })
}

fn fit(
    column: &mut Column,
    event_type: &EventType,
    insert: &ast::InsertInto,
    faults: &mut Faults,
) -> Option<()> {
    let Some(slot) = event_type.slot(&column.name) else {
        let known = event_type.properties.iter().map(|p| p.name.as_str());
        let what = format!("property of `{}`", event_type.name);
        faults.unknown(&what, &column.name, insert.target.span, known);
        return None;
    };
    let ty = &event_type.properties[slot].ty;
    match coerce::assign(column.expr.clone(), ty) {
        Ok(expr) => {
            column.expr = expr;
            Some(())
        }
        Err(expr) => {
            let message = format!(
                "column `{}` is {}, but `{}` needs {ty}",
                column.name, expr.ty, event_type.name
            );
            faults.semantic(message, insert.target.span);
            None
        }
    }
}
