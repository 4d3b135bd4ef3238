//! Traces: events with ties and nulls, and a clock that steps and jumps.

use super::dice::Dice;

/// The lines of a trace.
pub fn trace(dice: &mut Dice, iterated: &[&str]) -> String {
    let mut text = String::new();
    let mut clock = match dice.percent(50) {
        true => 0,
        false => dice.between(1, 30) * 100,
    };
    if clock > 0 {
        text += &format!("t={clock}\n");
    }
    for _ in 0..dice.between(6, 22) {
        match dice.below(10) {
            0..=5 => text += &event(dice, clock),
            6 | 7 => {
                clock += dice.pick(&[&500, &1_000, &1_000, &250]);
                text += &format!("t={clock}\n");
            }
            8 => {
                clock += dice.between(1, 5) * 1_000;
                let how = dice.pick(&["=", ".."]);
                text += &format!("t{how}{clock}\n");
            }
            _ => match iterated.first() {
                Some(name) if dice.percent(50) => text += &format!("iterate {name}\n"),
                _ => text += &event(dice, clock),
            },
        }
    }
    clock += 10_000;
    text + &format!("t..{clock}\n")
}

fn event(dice: &mut Dice, clock: i64) -> String {
    let mut fields = Vec::new();
    let mut field = |dice: &mut Dice, name: &str, value: String| {
        if !dice.percent(8) {
            fields.push(format!("\"{name}\":{value}"));
        }
    };
    let k = format!("\"{}\"", dice.pick(&["a", "b", "c"]));
    field(dice, "k", k);
    let v = dice.between(-1, 6).to_string();
    field(dice, "v", v);
    let w = dice.between(0, 9).to_string();
    field(dice, "w", w);
    let d = format!("{}.{}", dice.between(0, 4), dice.pick(&["0", "5", "25"]));
    field(dice, "d", d);
    let b = dice.percent(50).to_string();
    field(dice, "b", b);
    fields.push(format!("\"ts\":{clock}"));
    format!("S {{{}}}\n", fields.join(","))
}
