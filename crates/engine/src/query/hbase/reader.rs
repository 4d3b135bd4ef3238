//! A table of HBase as a reader of tables.

use std::sync::Arc;

use tachograph_connect::hbase::{CellTest, HBaseColumn, HBaseReader, HBaseRow, HBaseScan};
use tachograph_event::{Origin, Type, Value};

use super::super::{Condition, Request, Row, Rows, Shape, TableReader};
use super::push::{Split, column, split};
use super::remarks::Remarks;
use super::text::value;

/// Reads a table of a real HBase.
pub struct HBaseTableReader {
    reader: HBaseReader,
    shape: Arc<Shape>,
    /// The families that are read; all where there are none.
    families: Vec<String>,
    remarks: Remarks,
}

impl HBaseTableReader {
    pub(super) fn new(reader: HBaseReader, shape: Shape, families: Vec<String>) -> Self {
        HBaseTableReader {
            reader,
            shape: Arc::new(shape),
            families,
            remarks: Remarks::default(),
        }
    }

    fn all(&self) -> Vec<usize> {
        (0..self.shape.columns.len()).collect()
    }

    /// What the servers are asked for. They count rows only where they test all of the condition.
    fn pushed(
        &self,
        request: Request,
        tests: Vec<(HBaseColumn, CellTest)>,
        needed: Option<Vec<usize>>,
        counts: bool,
    ) -> HBaseScan {
        let named = |slots: Vec<usize>| slots.iter().map(|s| column(&self.shape, *s)).collect();
        HBaseScan {
            prefix: request.prefix,
            from: request.from,
            to: request.to,
            since: request.since,
            until: request.until,
            limit: request.limit.filter(|_| counts).map(|limit| limit as u64),
            families: self.families.clone(),
            columns: needed.map(named),
            tests,
        }
    }

    /// Reads these columns of rows.
    fn decoder(&self, slots: Vec<usize>, tells_unseen: bool) -> Decoder {
        let columns = self.all().into_iter().map(|slot| column(&self.shape, slot));
        let event_type = self.shape.event_type();
        Decoder {
            columns: columns.collect(),
            types: event_type.properties.iter().map(|p| p.ty.clone()).collect(),
            slots,
            tells_unseen,
            remarks: self.remarks.clone(),
        }
    }

    /// The columns that the answer and what is evaluated here need; none where that is all.
    fn needed(&self, request: &Request, rest: Option<&Condition>) -> Option<Vec<usize>> {
        let mut needed = rest.map(Condition::columns).unwrap_or_default();
        needed.extend(&request.columns);
        (needed.len() < self.shape.columns.len()).then(|| needed.into_iter().collect())
    }
}

impl TableReader for HBaseTableReader {
    fn shape(&self) -> Shape {
        Shape::clone(&self.shape)
    }

    fn get(&self, key: &str) -> Result<Option<Row>, String> {
        let row = self.reader.get(key, &self.families);
        let decoder = self.decoder(self.all(), false);
        let row = row.map_err(|e| e.to_string())?;
        Ok(row.map(|row| decoder.row(&row)))
    }

    fn scan(&self, request: Request) -> Result<Rows, String> {
        let condition = request.condition.as_ref();
        if condition.is_some_and(Condition::asks_for_record) {
            return Err("HBase does not know the record that a row came from: \
                        `record_id()` cannot be asked for"
                .into());
        }
        let Split { tests, rest } = split(condition, &self.shape);
        let needed = self.needed(&request, rest.as_ref());
        let limit = request.limit.unwrap_or(usize::MAX);
        let decoder = match &needed {
            Some(slots) => self.decoder(slots.clone(), false),
            None => self.decoder(self.all(), self.families.is_empty()),
        };
        let scan = self.pushed(request, tests, needed, rest.is_none());
        let rows = self.reader.scan(&scan).map(move |row| match row {
            Ok(row) => Ok(decoder.row(&row)),
            Err(fault) => Err(fault.to_string()),
        });
        let fits = move |row: &Result<Row, String>| match (row, &rest) {
            (Ok(row), Some(rest)) => rest.holds(row),
            _ => true,
        };
        Ok(Box::new(rows.filter(fits).take(limit)))
    }

    fn remark(&self) -> Option<String> {
        self.remarks.text()
    }
}

/// From cells to values.
struct Decoder {
    columns: Vec<HBaseColumn>,
    types: Vec<Type>,
    slots: Vec<usize>,
    tells_unseen: bool,
    remarks: Remarks,
}

impl Decoder {
    fn row(&self, row: &HBaseRow) -> Row {
        let mut values = vec![Value::Null; self.columns.len()];
        for slot in &self.slots {
            values[*slot] = self.value(row, *slot);
        }
        if self.tells_unseen {
            let unseen = row.columns().filter(|c| !self.columns.contains(c));
            unseen.for_each(|c| self.remarks.unseen(format!("{}:{}", c.family, c.qualifier)));
        }
        Row {
            key: row.key(),
            time: row.time(),
            origin: Origin::default(),
            values,
        }
    }

    fn value(&self, row: &HBaseRow, slot: usize) -> Value {
        let (column, ty) = (&self.columns[slot], &self.types[slot]);
        let Some(text) = row.text(column) else {
            return Value::Null;
        };
        value(&text, ty).unwrap_or_else(|| {
            let (key, qualifier) = (row.key(), &column.qualifier);
            let example = || format!("`{text}` of {qualifier} ({ty}) in row {key}");
            self.remarks.misfit(example);
            Value::Null
        })
    }
}
