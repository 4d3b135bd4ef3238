//! Traces: events with ties and nulls, and a clock that steps and jumps.

use super::dice::Dice;
use super::schema::{Kind, Schema, Stream};

/// The lines of a trace.
pub fn trace(dice: &mut Dice, schema: &Schema, iterated: &[String]) -> String {
    let mut text = String::new();
    let mut clock = match dice.percent(50) {
        true => 0,
        false => dice.between(1, 30) * 100,
    };
    if clock > 0 {
        text += &format!("t={clock}\n");
    }
    let is_late = dice.percent(20);
    let event = |dice: &mut Dice, clock: i64| {
        let stream = &schema.streams[dice.below(schema.streams.len() as u64) as usize];
        let late = if is_late { dice.between(0, 4) * 500 } else { 0 };
        event(dice, stream, schema.nulls_percent, clock - late)
    };
    for _ in 0..dice.between(6, 22) {
        match dice.below(10) {
            0..=5 => text += &event(dice, clock),
            6 | 7 => {
                clock += [500, 1_000, 1_000, 250][dice.below(4) as usize];
                text += &format!("t={clock}\n");
            }
            8 => {
                clock += dice.between(1, 5) * 1_000;
                let how = dice.pick(&["=", ".."]);
                text += &format!("t{how}{clock}\n");
            }
            _ if dice.percent(50) && !iterated.is_empty() => {
                let names: Vec<&str> = iterated.iter().map(String::as_str).collect();
                text += &format!("iterate {}\n", dice.pick(&names));
            }
            _ => text += &event(dice, clock),
        }
    }
    clock += 10_000;
    text + &format!("t..{clock}\n")
}

fn event(dice: &mut Dice, stream: &Stream, nulls_percent: u64, timestamp: i64) -> String {
    let mut fields = String::new();
    for property in &stream.properties {
        let value = value(dice, property.kind);
        if !dice.percent(nulls_percent) {
            fields += &format!("\"{}\":{value},", property.name);
        }
    }
    format!("{} {{{fields}\"ts\":{timestamp}}}\n", stream.name)
}

/// A value out of few, so that keys come again. Fractions are exact in every type.
fn value(dice: &mut Dice, kind: Kind) -> String {
    match kind {
        Kind::Bool => dice.percent(50).to_string(),
        Kind::Text => format!("\"{}\"", dice.pick(&["a", "b", "c", "bb"])),
        Kind::Char => format!("\"{}\"", dice.pick(&["x", "y"])),
        Kind::Float | Kind::Double => {
            format!(
                "{}.{}",
                dice.between(0, 4),
                dice.pick(&["0", "0", "5", "25"])
            )
        }
        _ => dice.between(-1, 6).to_string(),
    }
}
