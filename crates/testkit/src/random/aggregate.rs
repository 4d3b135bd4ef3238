//! Aggregates and conditions over them.

use super::dice::Dice;
use super::expression::Expressions;

/// An aggregate; `windows` are those of the stream.
pub fn aggregate(dice: &mut Dice, over: Expressions<'_>, windows: &str) -> String {
    let number = over.number(dice, 1);
    let filter = match dice.percent(12) {
        true => format!(", filter: {}", over.condition(dice, 0)),
        false => String::new(),
    };
    let distinct = if dice.percent(10) { "distinct " } else { "" };
    match dice.below(22) {
        0..=4 => format!("sum({distinct}{number}{filter})"),
        5..=7 => format!("avg({distinct}{number}{filter})"),
        8..=10 => "count(*)".into(),
        11 => format!("count({distinct}{}{filter})", over.stream.any(dice)),
        12 => format!("min({number}{filter})"),
        13 => format!("max({number}{filter})"),
        14 => format!("median({number}{filter})"),
        15 => format!("{}({number})", dice.pick(&["stddev", "avedev"])),
        16 | 17 => {
            let name = dice.pick(&["first", "last"]);
            let place = if dice.percent(20) { ", 1" } else { "" };
            format!("{name}({}{place})", over.stream.any(dice))
        }
        18 if !windows.is_empty() => format!("window({})", over.stream.any(dice)),
        19 => format!(
            "{}({number}, {})",
            dice.pick(&["fmin", "fmax"]),
            over.condition(dice, 0)
        ),
        20 => format!("{}({number})", dice.pick(&["maxever", "minever"])),
        _ => format!(
            "{}({})",
            dice.pick(&["firstever", "lastever", "countever"]),
            over.stream.any(dice)
        ),
    }
}

/// A condition over aggregates.
pub fn having(dice: &mut Dice, over: Expressions<'_>) -> String {
    let (n, number) = (dice.between(1, 8), over.number(dice, 0));
    let op = dice.pick(&[">", "<", ">="]);
    match dice.below(5) {
        0 => format!("count(*) {op} {}", n / 3),
        1 => format!("avg({number}) {op} {n}"),
        2 => format!("max({number}) {op} {n}"),
        3 => format!("sum({number}) {op} {n} and count(*) >= 1"),
        _ => format!("sum({number}) {op} {n}"),
    }
}
