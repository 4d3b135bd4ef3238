//! What the rest needs to know of a table: its name, and its columns in order.

use tachograph_archive::{ColumnConfig, stored};
use tachograph_event::EventType;
use tachograph_syntax::suggest;

/// A table's name and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Name of the table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<ColumnConfig>,
}

impl Shape {
    /// The columns' names: the qualifiers, and `family:qualifier` where two families share one.
    pub fn names(&self) -> Vec<String> {
        let name = |column: &ColumnConfig| {
            let mut all = self.columns.iter();
            let is_other = |c: &ColumnConfig| c != column && c.qualifier == column.qualifier;
            match column.qualifier.is_empty() || all.any(is_other) {
                true => column.name(),
                false => column.qualifier.clone(),
            }
        };
        self.columns.iter().map(name).collect()
    }

    /// The rows' type: a property a column.
    pub fn event_type(&self) -> EventType {
        let types = self.columns.iter().map(|column| stored(&column.ty));
        EventType::new(self.table.clone(), self.names().into_iter().zip(types))
    }

    /// The place of a column; `speed` and `cf1:speed` name the same.
    ///
    /// # Errors
    /// A text for people, where there is none.
    pub fn place(&self, name: &str) -> Result<usize, String> {
        let mut all = self.columns.iter();
        let of_name = |c: &ColumnConfig| c.qualifier == name || c.name() == name;
        all.position(of_name).ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> String {
        let known = self.names();
        let help = match suggest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns: {}", known.join(", ")),
        };
        let table = &self.table;
        format!("table {table} has no column `{name}`\n  = help: {help}")
    }
}
