//! The values of one column, gathered from the runs in the order of the file.
//!
//! Whole and floating-point numbers are gathered as *images*: their bits in an `i64`.

use std::sync::Arc;

use tachograph_event::{Column, ColumnData, StringColumn, Type};

use super::Place;
use crate::run::Run;

/// Which rows of a group are null; none where no row is.
pub(crate) type Nulls = Option<Vec<bool>>;

/// The nulls of the table's column `place`.
pub(crate) fn nulls(runs: &[Arc<Run>], rows: &[Place], place: usize) -> Nulls {
    let columns: Vec<&Column> = runs.iter().map(|run| run.column(place)).collect();
    let may_be_null = |c: &&Column| c.nulls().is_some() || matches!(c.data(), ColumnData::Any(_));
    if !columns.iter().any(may_be_null) {
        return None;
    }
    let is_null = |(run, row): &Place| columns[*run as usize].is_null(*row as usize);
    let nulls: Vec<bool> = rows.iter().map(is_null).collect();
    nulls.contains(&true).then_some(nulls)
}

/// The rows that are not null.
pub(crate) fn present<'a>(rows: &'a [Place], nulls: &Nulls) -> std::borrow::Cow<'a, [Place]> {
    match nulls {
        None => rows.into(),
        Some(nulls) => {
            let pairs = rows.iter().zip(nulls);
            let kept = pairs.filter(|(_, null)| !**null).map(|(place, _)| *place);
            kept.collect::<Vec<Place>>().into()
        }
    }
}

/// Images of the numbers of the table's column `place`, which is stored as `ty`.
pub(crate) fn images(runs: &[Arc<Run>], rows: &[Place], place: usize, ty: &Type) -> Vec<i64> {
    let columns: Vec<&Column> = runs.iter().map(|run| run.column(place)).collect();
    let image = |(run, row): &Place| {
        let (column, row) = (columns[*run as usize], *row as usize);
        match (column.data(), ty) {
            (ColumnData::Int(v), _) => i64::from(v[row]),
            (ColumnData::Long(v), _) => v[row],
            (ColumnData::Bool(v), _) => i64::from(v[row]),
            (ColumnData::Float(v), _) => i64::from(v[row].to_bits()),
            (ColumnData::Double(v), _) => v[row].to_bits() as i64,
            (_, Type::Bool) => i64::from(column.value(row).as_bool().unwrap_or_default()),
            _ => column.value(row).as_i64().unwrap_or_default(),
        }
    };
    rows.iter().map(image).collect()
}

/// The texts of a column, by run.
pub(crate) enum RunTexts<'a> {
    Held(&'a StringColumn),
    Made(Vec<String>),
}

impl<'a> RunTexts<'a> {
    /// The texts of the table's column `place`; what is no text is written as one.
    pub fn of(runs: &'a [Arc<Run>], place: usize) -> Vec<RunTexts<'a>> {
        let texts = |run: &'a Arc<Run>| {
            let column = run.column(place);
            match column.data() {
                ColumnData::Str(strings) => RunTexts::Held(strings),
                _ => RunTexts::Made(
                    (0..column.len())
                        .map(|i| column.value(i).to_string())
                        .collect(),
                ),
            }
        };
        runs.iter().map(texts).collect()
    }

    #[inline]
    pub fn bytes(&self, row: u32) -> &[u8] {
        match self {
            RunTexts::Held(strings) => strings.bytes(row as usize),
            RunTexts::Made(texts) => texts[row as usize].as_bytes(),
        }
    }
}
