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
    let whole: Option<Vec<&[i32]>> = columns.iter().map(|column| whole(column)).collect();
    if let Some(parts) = whole {
        return rows.iter().map(|p| i64::from(at(&parts, p))).collect();
    }
    let image = |(run, row): &Place| image(columns[*run as usize], *row as usize, ty);
    rows.iter().map(image).collect()
}

fn whole(column: &Column) -> Option<&[i32]> {
    match column.data() {
        ColumnData::Int(numbers) => Some(numbers),
        _ => None,
    }
}

fn strings(column: &Column) -> Option<&StringColumn> {
    match column.data() {
        ColumnData::Str(strings) => Some(strings),
        _ => None,
    }
}

/// Of slices by run, the value at a place.
#[inline]
pub(crate) fn at<T: Copy>(parts: &[&[T]], (run, row): &Place) -> T {
    parts[*run as usize][*row as usize]
}

fn image(column: &Column, row: usize, ty: &Type) -> i64 {
    match (column.data(), ty) {
        (ColumnData::Int(v), _) => i64::from(v[row]),
        (ColumnData::Long(v), _) => v[row],
        (ColumnData::Bool(v), _) => i64::from(v[row]),
        (ColumnData::Float(v), _) => i64::from(v[row].to_bits()),
        (ColumnData::Double(v), _) => v[row].to_bits() as i64,
        (_, Type::Bool) => i64::from(column.value(row).as_bool().unwrap_or_default()),
        _ => column.value(row).as_i64().unwrap_or_default(),
    }
}

/// Text columns by run, each as its spans and its text, so that a row's is found in one step.
pub(crate) struct Texts<'a>(Vec<Cut<'a>>);

/// Spans, and the text that they lie in.
type Cut<'a> = (&'a [(u32, u32)], &'a [u8]);

impl<'a> Texts<'a> {
    pub fn of(columns: impl Iterator<Item = &'a StringColumn>) -> Texts<'a> {
        Texts(columns.map(|c| (c.spans(), c.text().as_bytes())).collect())
    }

    #[inline]
    pub fn at(&self, (run, row): &Place) -> &'a [u8] {
        let (spans, text) = self.0[*run as usize];
        let (start, len) = spans[*row as usize];
        &text[start as usize..(start + len) as usize]
    }
}

/// The texts of the table's column `place`; none where a run's column holds something else.
pub(crate) fn texts(runs: &[Arc<Run>], place: usize) -> Option<Texts<'_>> {
    let columns = runs.iter().map(|run| strings(run.column(place)));
    let columns: Option<Vec<&StringColumn>> = columns.collect();
    columns.map(|columns| Texts::of(columns.into_iter()))
}

/// The values of the table's column `place`, written as texts.
pub(crate) fn made_texts(runs: &[Arc<Run>], rows: &[Place], place: usize) -> Vec<String> {
    let text = |(run, row): &Place| {
        let column = runs[*run as usize].column(place);
        column.value(*row as usize).to_string()
    };
    rows.iter().map(text).collect()
}
