//! Columns of a select clause that show single events.

use super::dice::Dice;
use super::expression::Expressions;

/// A column without an aggregate.
pub fn column(dice: &mut Dice, over: Expressions<'_>, windows: &str) -> String {
    match dice.below(16) {
        0..=6 => over.stream.any(dice).to_string(),
        7..=9 => over.number(dice, 2),
        10 => over.text(dice, 1),
        11 => format!("({})", over.condition(dice, 1)),
        12 => format!("prior({}, {})", dice.between(1, 2), over.stream.any(dice)),
        13 => "current_timestamp()".to_string(),
        14 if sees_back(windows) => previous(dice, over),
        _ => over.stream.any(dice).to_string(),
    }
}

/// Windows in which `prev` may look back.
fn sees_back(windows: &str) -> bool {
    let keyed = windows.contains("unique") || windows.contains("retain");
    !windows.is_empty() && !keyed && windows.matches('#').count() == 1
}

fn previous(dice: &mut Dice, over: Expressions<'_>) -> String {
    let (n, name) = (dice.between(0, 2), over.stream.any(dice));
    match dice.below(6) {
        0..=2 => format!("prev({n}, {name})"),
        3 => format!("prevtail({n}, {name})"),
        4 => format!("prevcount({name})"),
        _ => format!("prevwindow({name})"),
    }
}

/// Columns with names, each text once.
pub fn names(columns: Vec<String>) -> String {
    let plain = |c: &str| c.chars().all(|c| c.is_alphanumeric());
    let columns = columns.iter().enumerate();
    let columns = columns.map(|(i, c)| match plain(c) {
        true => c.clone(),
        false => format!("{c} as c{i}"),
    });
    let mut columns: Vec<String> = columns.collect();
    let mut seen = std::collections::BTreeSet::new();
    columns.retain(|c| seen.insert(c.clone()));
    columns.join(", ")
}
