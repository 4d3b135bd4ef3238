//! Tables of the embedded archive. It reads whole rows and takes any condition as it is.

use tachograph_archive::{Scan, View};

use super::{Request, Row, Rows, Shape, TableReader};

impl TableReader for View {
    fn shape(&self) -> Shape {
        Shape {
            table: self.config().name.clone(),
            columns: self.config().columns.clone(),
        }
    }

    fn get(&self, key: &str) -> Result<Option<Row>, String> {
        View::get(self, key).map_err(|e| e.to_string())
    }

    fn scan(&self, request: Request) -> Result<Rows, String> {
        let condition = request.condition;
        let filter = condition
            .map(|c| -> tachograph_archive::RowFilter { Box::new(move |row: &Row| c.holds(row)) });
        let scan = Scan {
            prefix: request.prefix,
            from: request.from,
            to: request.to,
            since: request.since,
            until: request.until,
            limit: request.limit,
            filter,
        };
        let rows = View::scan(self, scan).map_err(|e| e.to_string())?;
        Ok(Box::new(rows.map(|row| row.map_err(|e| e.to_string()))))
    }
}
