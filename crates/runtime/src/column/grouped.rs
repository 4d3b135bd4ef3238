//! Rows of a batch after `where`, with what grouping needs of them: keys, arguments, numbers.
//!
//! A row of which an expression faults is left out, and its fault is counted.

use std::borrow::Cow;

use tachograph_event::{Batch, Column, Millis, Origin, Shared};

use super::base::Base;
use super::frame::Frame;
use super::kernel;
use super::selected::Selected;
use crate::fault::Fault;

/// Rows with their groups.
pub struct Grouped {
    /// Properties by slot.
    pub properties: Vec<Column>,
    /// Times of the rows.
    pub times: Shared<Millis>,
    /// Records of the rows.
    pub origins: Shared<Origin>,
    /// Group keys.
    pub keys: Vec<Column>,
    /// Numbers of the groups.
    pub groups: Vec<u32>,
    /// By aggregate: its argument, if it has one.
    pub arguments: Vec<Option<Column>>,
}

impl Base {
    /// Rows that `where` accepts, with their groups.
    pub fn grouped(&mut self, batch: &Batch, mut rows: Selected) -> Grouped {
        self.refine(batch, &mut rows);
        loop {
            match self.try_grouped(batch, &rows) {
                Ok(grouped) => return grouped,
                Err((row, fault)) => {
                    self.faults.record(&fault);
                    rows.leave_out(row);
                }
            }
        }
    }

    fn try_grouped(&mut self, batch: &Batch, rows: &Selected) -> Result<Grouped, (usize, Fault)> {
        let properties = self.properties(batch, rows);
        let (times, origins) = rows.stamps(batch);
        let frame = Frame {
            properties: &properties,
            times: &times,
            origins: &origins,
            ..Frame::default()
        };
        let column = |expr| kernel::column(expr, &frame).map(Cow::into_owned);
        let keys = self.plan.group_by.iter().map(column);
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let calls = self.plan.aggregates.iter();
        let arguments = calls.map(|call| call.arguments.first().map(column).transpose());
        let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
        let groups = self.groups.number(&keys, rows.len());
        Ok(Grouped {
            properties,
            times,
            origins,
            keys,
            groups,
            arguments,
        })
    }
}
