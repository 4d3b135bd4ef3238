//! Data windows.

use super::dice::Dice;
use super::schema::{Kind, Stream};

/// The windows behind a stream, or none.
pub fn windows(dice: &mut Dice, stream: &Stream) -> String {
    match dice.below(20) {
        0..=3 => String::new(),
        4 | 5 => several(dice, stream),
        6 | 7 => format!("#groupwin({}){}", keys(dice, stream), one(dice, stream)),
        _ => one(dice, stream),
    }
}

fn several(dice: &mut Dice, stream: &Stream) -> String {
    let (first, second) = (one(dice, stream), sliding(dice, stream));
    let third = match dice.percent(15) {
        true => sliding(dice, stream),
        false => String::new(),
    };
    let retain = dice.pick(&["", "", " retain-union", " retain-intersection"]);
    format!("{first}{second}{third}{retain}")
}

/// One property or two.
fn keys(dice: &mut Dice, stream: &Stream) -> String {
    let first = match stream.pick(dice, |k| k == Kind::Text) {
        Some(name) if dice.percent(60) => name,
        _ => stream.any(dice),
    };
    let second = stream.any(dice);
    match dice.percent(20) && first != second {
        true => format!("{first}, {second}"),
        false => first.to_string(),
    }
}

fn sorting(dice: &mut Dice, stream: &Stream) -> String {
    let sortable = |k: Kind| k.is_number() || k == Kind::Text;
    let key = |dice: &mut Dice| {
        let name = stream.pick(dice, sortable).unwrap_or("ts");
        let direction = dice.pick(&["", " desc", " asc"]);
        (name.to_string(), direction)
    };
    let ((first, way), (second, other)) = (key(dice), key(dice));
    match dice.percent(25) && first != second {
        true => format!("{first}{way}, {second}{other}"),
        false => format!("{first}{way}"),
    }
}

fn one(dice: &mut Dice, stream: &Stream) -> String {
    let n = dice.between(1, 4);
    match dice.below(24) {
        0 => "#keepall".into(),
        1..=3 => format!("#length({n})"),
        4 | 5 => format!("#length_batch({n})"),
        6..=8 => format!("#time({n} sec)"),
        9 | 10 => time_batch(dice, n),
        11 => format!("#ext_timed(ts, {n} sec)"),
        12 => format!("#ext_timed_batch(ts, {n} sec)"),
        13 | 14 => format!("#unique({})", keys(dice, stream)),
        15 => format!("#firstunique({})", keys(dice, stream)),
        16 => dice.pick(&["#lastevent", "#firstevent"]).into(),
        17 => format!("#firstlength({n})"),
        18 => format!("#firsttime({n} sec)"),
        19 => format!("#sort({n}, {})", sorting(dice, stream)),
        20 => format!("#time_accum({n} sec)"),
        21 => rank(dice, stream, n),
        22 => format!("#time_order(ts, {n} sec)"),
        _ => time_length_batch(dice, n),
    }
}

/// The real engine fails on a null unique key, unless there are several, and loses a key that
/// sorts by null.
fn rank(dice: &mut Dice, stream: &Stream, n: i64) -> String {
    let unique = match stream.pick(dice, |k| k == Kind::Text) {
        Some(name) if dice.percent(60) => format!("coalesce({name}, 'z')"),
        _ => format!("{}, ts", stream.any(dice)),
    };
    let number = stream.pick(dice, Kind::is_whole).unwrap_or("ts");
    let way = dice.pick(&["", " desc"]);
    format!("#rank({unique}, {n}, coalesce({number}, 0){way})")
}

/// A window that does not post whole batches: an intersection has one of those at most.
fn sliding(dice: &mut Dice, stream: &Stream) -> String {
    loop {
        let window = one(dice, stream);
        if !window.contains("batch") {
            return window;
        }
    }
}

fn time_batch(dice: &mut Dice, n: i64) -> String {
    match dice.below(4) {
        0 => format!("#time_batch({n} sec, {}L)", dice.between(0, 3) * 500),
        1 => format!("#time_batch({n} sec, '{}')", flags(dice)),
        _ => format!("#time_batch({n} sec)"),
    }
}

fn time_length_batch(dice: &mut Dice, n: i64) -> String {
    let size = dice.between(2, 4);
    match dice.percent(25) {
        true => format!("#time_length_batch({n} sec, {size}, '{}')", flags(dice)),
        false => format!("#time_length_batch({n} sec, {size})"),
    }
}

fn flags(dice: &mut Dice) -> &'static str {
    dice.pick(&["FORCE_UPDATE", "START_EAGER", "FORCE_UPDATE,START_EAGER"])
}
