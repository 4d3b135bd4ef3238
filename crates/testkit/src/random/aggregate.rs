//! Aggregates and conditions over them.

use super::dice::Dice;
use super::expression::Expressions;

/// An aggregate; `windows` are those of the stream.
pub fn aggregate(dice: &mut Dice, over: Expressions<'_>, windows: &str) -> String {
    let number = over.number(dice, 1);
    let condition = dice.percent(12).then(|| over.condition(dice, 0));
    let written = |name: &str| {
        let condition = condition.as_ref();
        condition.map_or_else(String::new, |c| format!(", {name}{c}"))
    };
    let named = written("filter: ");
    let filter = match dice.percent(50) {
        true => named.clone(),
        false => written(""),
    };
    let distinct = if dice.percent(10) { "distinct " } else { "" };
    match dice.below(22) {
        0..=4 => format!("sum({distinct}{number}{filter})"),
        5..=7 => format!("avg({distinct}{number}{filter})"),
        8..=10 => format!("count(*{filter})"),
        11 => format!("count({distinct}{}{filter})", over.stream.any(dice)),
        // A second argument without a name makes these the extreme of several values.
        12 => format!("min({number}{named})"),
        13 => format!("max({number}{named})"),
        14 => format!("median({number}{filter})"),
        15 => format!("{}({number}{filter})", dice.pick(&["stddev", "avedev"])),
        16 | 17 => {
            let name = dice.pick(&["first", "last"]);
            let place = if dice.percent(20) { ", 1" } else { "" };
            format!("{name}({}{place})", over.stream.any(dice))
        }
        18 if !windows.is_empty() => format!("window({})", over.stream.any(dice)),
        19 => format!(
            "{}({number}, {})",
            dice.pick(&["fmin", "fmax", "fminever", "fmaxever"]),
            over.condition(dice, 0)
        ),
        20 => format!("{}({number}{filter})", dice.pick(&["maxever", "minever"])),
        _ => format!(
            "{}({}{filter})",
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
