//! Functions whose arguments are columns.

use std::sync::Arc;

use tachograph_event::{Column, ColumnBuilder, ColumnData, Type, Value};
use tachograph_plan::{Expr, ScalarFunction};

use super::super::frame::Frame;
use super::column;
use crate::fault::Fault;

/// Calls a function for each row; neighbours with equal arguments share a call.
pub(super) fn call(
    function: &Arc<dyn ScalarFunction>,
    arguments: &[Expr],
    ty: &Type,
    frame: &Frame<'_>,
) -> Result<Column, (usize, Fault)> {
    let columns = arguments.iter().map(|a| column(a, frame));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut builder = ColumnBuilder::new(ty);
    for row in 0..frame.len() {
        if row > 0 && columns.iter().all(|c| same_as_before(c, row)) {
            builder.push_again();
            continue;
        }
        let values: Vec<Value> = columns.iter().map(|c| c.value(row)).collect();
        let result = function.call(&values);
        builder.push(result.map_err(|fault| (row, Fault(fault)))?);
    }
    Ok(builder.finish())
}

fn same_as_before(column: &Column, row: usize) -> bool {
    match (column.data(), column.nulls()) {
        (ColumnData::Str(v), None) => v.is_again(row),
        (ColumnData::Int(v), None) => v[row] == v[row - 1],
        (ColumnData::Long(v), None) => v[row] == v[row - 1],
        _ => column.value(row) == column.value(row - 1),
    }
}
