//! The clauses behind the grouping: `output`, `order by`, `limit`.

use super::dice::Dice;

/// Some of the clauses; `keys` are what may be sorted by.
pub fn tail(dice: &mut Dice, keys: &[String]) -> String {
    let mut text = output(dice);
    if !keys.is_empty() && dice.percent(20) {
        let key = |dice: &mut Dice| {
            let key = &keys[dice.below(keys.len() as u64) as usize];
            (key.clone(), dice.pick(&["", " desc"]))
        };
        let ((first, way), (second, other)) = (key(dice), key(dice));
        text += &format!(" order by {first}{way}");
        if first != second && dice.percent(40) {
            text += &format!(", {second}{other}");
        }
        if dice.percent(40) {
            text += &format!(" limit {}", dice.between(1, 3));
            if dice.percent(20) {
                text += " offset 1";
            }
        }
    }
    text
}

fn output(dice: &mut Dice) -> String {
    if !dice.percent(30) {
        return String::new();
    }
    let kind = dice.pick(&["", "all ", "first ", "last ", "snapshot "]);
    let after = match dice.below(12) {
        0 => format!("after {} events ", dice.between(1, 3)),
        1 => format!("after {} sec ", dice.between(1, 3)),
        _ => String::new(),
    };
    let every = match dice.percent(40) {
        true => format!("{} events", dice.between(1, 4)),
        false => format!("{} sec", dice.between(1, 4)),
    };
    format!(" output {after}{kind}every {every}")
}
