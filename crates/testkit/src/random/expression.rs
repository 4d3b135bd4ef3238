//! Expressions over the event type, by result. Everything is in parentheses: what is tested is
//! meaning, and the parser has tests of its own.

use super::dice::Dice;

/// A condition.
pub fn condition(dice: &mut Dice, depth: u32) -> String {
    if depth == 0 {
        return atom(dice);
    }
    match dice.below(8) {
        0 => format!(
            "({} and {})",
            condition(dice, depth - 1),
            condition(dice, depth - 1)
        ),
        1 => {
            let (left, right) = (condition(dice, depth - 1), condition(dice, depth - 1));
            match left == right {
                // The real engine delivers an event to both sides if they are equal.
                true => left,
                false => format!("({left} or {right})"),
            }
        }
        2 => format!("(not {})", condition(dice, depth - 1)),
        _ => atom(dice),
    }
}

fn atom(dice: &mut Dice) -> String {
    let op = dice.pick(&["=", "!=", "<", ">", "<=", ">="]);
    let (low, high) = (dice.between(-1, 3), dice.between(1, 6));
    match dice.below(14) {
        0 | 1 => format!("(v {op} {high})"),
        2 => format!("(w {op} v)"),
        3 => format!("(d {op} {low}.5)"),
        4 => format!(
            "(k {} '{}')",
            dice.pick(&["=", "!="]),
            dice.pick(&["a", "b", "c"])
        ),
        5 => "b".to_string(),
        6 => format!("(v {}between {low} and {high})", not(dice)),
        // Distinct members: an equal one makes the real engine deliver the event once more.
        7 => format!("(v {}in ({low}, {}, 8))", not(dice), high + 3 - low.min(0)),
        8 => format!("(k {}in ('a', 'c'))", not(dice)),
        9 => format!("(k {}like '{}')", not(dice), dice.pick(&["a%", "_", "%b%"])),
        10 => format!("(v is {}null)", not(dice)),
        11 => format!("(b is {}true)", not(dice)),
        12 => format!(
            // A range with equal bounds that are left out holds its bound in the real engine.
            "(w {}in {}{low}:{}{})",
            not(dice),
            dice.pick(&["[", "("]),
            high.max(low + 1),
            dice.pick(&["]", ")"])
        ),
        _ => format!("(coalesce(v, 0) {op} {high})"),
    }
}

fn not(dice: &mut Dice) -> &'static str {
    if dice.percent(30) { "not " } else { "" }
}

/// A plain column: no aggregate.
pub fn column(dice: &mut Dice) -> String {
    let n = dice.between(1, 4);
    match dice.below(16) {
        0..=2 => "v".into(),
        3 => "k".into(),
        4 => "w".into(),
        5 => "d".into(),
        6 => "b".into(),
        7 => format!("v + {n}"),
        8 => format!("v * w - {n}"),
        9 => format!("v / {n}"),
        10 => "d + v".into(),
        11 => "k || '!'".into(),
        12 => format!("case when {} then v else {n} end", condition(dice, 1)),
        13 => "coalesce(v, w)".into(),
        14 => "cast(d, int)".into(),
        _ => format!("({})", condition(dice, 1)),
    }
}

/// An aggregate.
pub fn aggregate(dice: &mut Dice) -> String {
    let n = dice.below(14);
    any_aggregate(dice, n)
}

/// The same without those that depend on the order in which events leave.
pub fn unordered_aggregate(dice: &mut Dice) -> String {
    let n = dice.below(11);
    any_aggregate(dice, n)
}

/// An aggregate over all events, which may never forget.
pub fn ungrouped_aggregate(dice: &mut Dice) -> String {
    let n = dice.below(16);
    any_aggregate(dice, n)
}

fn any_aggregate(dice: &mut Dice, which: u64) -> String {
    let number = dice.pick(&["v", "w", "d", "v + 1"]);
    let filter = match dice.percent(12) {
        true => format!(", filter: {}", condition(dice, 0)),
        false => String::new(),
    };
    let distinct = if dice.percent(10) { "distinct " } else { "" };
    match which {
        0..=2 => format!("sum({distinct}{number}{filter})"),
        3 | 4 => format!("avg({distinct}{number}{filter})"),
        5 | 6 => "count(*)".into(),
        7 => format!("count({distinct}{number}{filter})"),
        8 => format!("min({number}{filter})"),
        9 => format!("max({number}{filter})"),
        10 => format!("median({number})"),
        11 => format!("stddev({number})"),
        12 => format!("first({number})"),
        13 => format!("last({number})"),
        _ => format!(
            "{}({number})",
            dice.pick(&["firstever", "lastever", "maxever", "minever"])
        ),
    }
}

/// A condition over aggregates.
pub fn having(dice: &mut Dice) -> String {
    let n = dice.between(1, 8);
    match dice.below(5) {
        0 => format!("count(*) > {}", n / 3),
        1 => format!("avg(v) > {n}"),
        2 => format!("max(w) < {n}"),
        3 => format!("sum(v) > {n} and count(*) >= 1"),
        _ => format!("sum(v) > {n}"),
    }
}
