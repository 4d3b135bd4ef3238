//! `insert into`: the stream that receives.

use std::sync::Arc;

use tachograph_event::{EventType, Property};
use tachograph_plan::InsertInto;
use tachograph_syntax::ast;

use super::columns::Column;
use super::{property, selector};
use crate::catalog::Catalog;
use crate::coerce;
use crate::faults::Faults;

/// The stream that receives: a declared one, whose properties the columns must fit, or a new one.
pub(super) fn target(
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
