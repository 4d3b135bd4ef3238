//! Statements: windows, select, grouping, output.

use super::dice::Dice;
use super::expression::{
    aggregate, column, condition, having, ungrouped_aggregate, unordered_aggregate,
};

/// A module.
pub struct Module {
    /// Its statements.
    pub text: String,
    /// Statements that may be iterated.
    pub iterated: Vec<&'static str>,
}

/// A module of one statement, or of two that feed each other.
pub fn module(dice: &mut Dice) -> Module {
    if dice.percent(12) {
        return chain(dice);
    }
    let text = format!("@name('s0') {};\n", select(dice));
    // Some windows are iterated in the order of a hash table.
    let open = ["unique", "groupwin", "union"];
    // What aggregates show between two outputs is an accident of the plan.
    let between = text.contains(" output ") && text.contains('(');
    let iterated = match between || open.iter().any(|word| text.contains(word)) {
        true => vec![],
        false => vec!["s0"],
    };
    Module { text, iterated }
}

fn chain(dice: &mut Dice) -> Module {
    let stream = dice.pick(&["", "", "irstream ", "rstream "]);
    let insert = match stream {
        "rstream " => "insert rstream into M select rstream",
        "irstream " => "insert into M select irstream",
        _ => "insert into M select",
    };
    let first = format!(
        "@name('s0') {insert} k, v, w, d, b, ts from {};\n",
        source(dice, "S")
    );
    let body = body(dice, "M");
    Module {
        text: format!("{first}@name('s1') {body};\n"),
        iterated: vec![],
    }
}

fn select(dice: &mut Dice) -> String {
    body(dice, "S")
}

fn body(dice: &mut Dice, stream: &str) -> String {
    let streams = dice.pick(&["", "irstream ", "irstream ", "rstream "]);
    let from = source(dice, stream);
    let where_clause = match dice.percent(20) {
        true => format!(" where {}", condition(dice, 1)),
        false => String::new(),
    };
    match dice.below(6) {
        0 => plain(dice, streams, &from, &where_clause),
        1 => for_all(dice, streams, &from, &where_clause),
        2 => per_event(dice, streams, &from, &where_clause),
        3 | 4 => per_group(dice, streams, &from, &where_clause),
        _ => grouped(dice, streams, &from, &where_clause),
    }
}

fn names(columns: Vec<String>) -> String {
    let columns = columns.iter().enumerate();
    let columns = columns.map(|(i, c)| match c.as_str() {
        "k" | "v" | "w" | "d" | "b" => c.clone(),
        _ => format!("{c} as c{i}"),
    });
    let mut columns: Vec<String> = columns.collect();
    let mut seen = std::collections::BTreeSet::new();
    columns.retain(|c| seen.insert(c.clone()));
    columns.join(", ")
}

/// What `order by` aggregates must be selected too.
fn with_sum(mut columns: Vec<String>, tail: &str) -> String {
    if tail.contains("sum(v)") {
        columns.push("sum(v)".into());
    }
    names(columns)
}

/// Aggregates that a source can be asked for: rounding differs where values leave again, and the
/// order of leaving where each key has a window.
fn fitting(from: &str, make: impl Fn(&mut Dice) -> String) -> impl Fn(&mut Dice) -> String {
    let (windowed, keyed) = (from.contains('#'), from.contains("groupwin"));
    move |dice| loop {
        let text = match keyed {
            true => unordered_aggregate(dice),
            false => make(dice),
        };
        if !(windowed && text.contains("stddev")) {
            return text;
        }
    }
}

fn some<T>(dice: &mut Dice, most: i64, make: impl Fn(&mut Dice) -> T) -> Vec<T> {
    let n = dice.between(1, most);
    (0..n).map(|_| make(dice)).collect()
}

fn plain(dice: &mut Dice, streams: &str, from: &str, clauses: &str) -> String {
    let distinct = if dice.percent(15) { "distinct " } else { "" };
    let columns = match dice.percent(10) {
        true => "*".to_string(),
        false => names(some(dice, 3, column)),
    };
    let tail = match distinct.is_empty() {
        true => tail(
            dice,
            from,
            &KINDS,
            &["v", "k, v", "w desc", "d", "k desc, w"],
        ),
        // Sorting by what is not selected splits what is equal.
        false => output(dice, from, &KINDS),
    };
    format!("select {streams}{distinct}{columns} from {from}{clauses}{tail}")
}

fn having_clause(dice: &mut Dice, streams: &str, tail: &str) -> String {
    // What a failing group does to the sorting of the others, to an interval and to its old rows
    // is an accident.
    let held_back = tail.contains(" output every ") && streams.is_empty();
    let ordered = tail.contains("order by") || tail.contains(" output ") && !held_back;
    match !ordered && dice.percent(35) {
        true => format!(" having {}", having(dice)),
        false => String::new(),
    }
}

fn for_all(dice: &mut Dice, streams: &str, from: &str, clauses: &str) -> String {
    let columns = names(some(dice, 3, fitting(from, ungrouped_aggregate)));
    let tail = output(dice, from, &KINDS);
    let having = having_clause(dice, streams, &tail);
    format!("select {streams}{columns} from {from}{clauses}{having}{tail}")
}

fn per_event(dice: &mut Dice, streams: &str, from: &str, clauses: &str) -> String {
    let mut columns = some(dice, 2, column);
    columns.extend(some(dice, 2, fitting(from, aggregate)));
    let tail = tail(dice, from, &KINDS, &["v", "k, v", "w desc"]);
    let (columns, having) = (
        with_sum(columns, &tail),
        having_clause(dice, streams, &tail),
    );
    format!("select {streams}{columns} from {from}{clauses}{having}{tail}")
}

fn per_group(dice: &mut Dice, streams: &str, from: &str, clauses: &str) -> String {
    let keys = dice.pick(&["k", "k", "k, b", "v", "b"]);
    let mut columns: Vec<String> = keys.split(", ").map(String::from).collect();
    columns.extend(some(dice, 3, fitting(from, aggregate)));
    let tail = match keys {
        // A group that a window has emptied sorts by what it was.
        "k" if from.contains('#') => tail(dice, from, &KINDS, &["k", "k desc"]),
        "k" => tail(
            dice,
            from,
            &KINDS,
            &["k", "sum(v), k", "k desc", "sum(v) desc, k"],
        ),
        _ => output(dice, from, &KINDS),
    };
    let (columns, having) = (
        with_sum(columns, &tail),
        having_clause(dice, streams, &tail),
    );
    format!("select {streams}{columns} from {from}{clauses} group by {keys}{having}{tail}")
}

fn grouped(dice: &mut Dice, streams: &str, from: &str, clauses: &str) -> String {
    let mut columns = vec!["k".to_string(), "w".to_string()];
    columns.extend(some(dice, 2, fitting(from, aggregate)));
    let kinds = if from.contains('#') {
        &LAST[..]
    } else {
        &KINDS
    };
    // Among groups that tie, a window's leave the interval in the order of a hash table.
    let keys = match from.contains('#') {
        true => &["k, w desc"][..],
        false => &["w", "k, w desc", "sum(v), w"][..],
    };
    let tail = tail(dice, from, kinds, keys);
    let (columns, having) = (
        with_sum(columns, &tail),
        having_clause(dice, streams, &tail),
    );
    format!("select {streams}{columns} from {from}{clauses} group by k{having}{tail}")
}

fn tail(dice: &mut Dice, from: &str, kinds: &[&'static str], keys: &[&str]) -> String {
    let mut text = output(dice, from, kinds);
    if dice.percent(20) {
        text += &format!(" order by {}", dice.pick(keys));
        // Among equal rows of one instant the real engine cuts others than it would show first.
        let together = ["batch", "time", "M"]
            .iter()
            .any(|word| from.contains(word));
        if dice.percent(40) && !together {
            text += &format!(" limit {}", dice.between(1, 3));
        }
    }
    text
}

/// The output clauses of every shape.
const KINDS: [&str; 5] = ["", "all ", "first ", "last ", "snapshot "];
/// Those of groups with further columns: over windows the others post leaving events as new ones.
const LAST: [&str; 3] = ["", "last ", "snapshot "];

fn output(dice: &mut Dice, from: &str, kinds: &[&'static str]) -> String {
    // Which of two timers of one instant comes first is open where windows come and go.
    if from.contains("groupwin") || !dice.percent(30) {
        return String::new();
    }
    let kind = dice.pick(kinds);
    // Which of two timers of one instant comes first decides which event is the first.
    if kind == "first "
        && (["time", "batch", "M"]
            .iter()
            .any(|word| from.contains(word)))
    {
        return String::new();
    }
    let every = match dice.percent(40) && kind != "snapshot " {
        true => format!("{} events", dice.between(2, 4)),
        false => format!("{} sec", dice.between(1, 4)),
    };
    format!(" output {kind}every {every}")
}

fn source(dice: &mut Dice, stream: &str) -> String {
    let filter = match dice.percent(20) {
        true => format!("({})", condition(dice, 1)),
        false => String::new(),
    };
    format!("{stream}{filter}{}", windows(dice))
}

fn windows(dice: &mut Dice) -> String {
    match dice.below(20) {
        0..=3 => String::new(),
        4 => format!("{}{}", sliding(dice), sliding(dice)),
        5 => format!("{}{} retain-union", sliding(dice), sliding(dice)),
        6 | 7 => format!("#groupwin(k){}", counted(dice)),
        _ => one(dice),
    }
}

/// A window that may stand beside another.
fn sliding(dice: &mut Dice) -> String {
    let n = dice.between(1, 4);
    match dice.below(3) {
        0 => format!("#length({n})"),
        1 => format!("#time({n} sec)"),
        _ => "#unique(k)".to_string(),
    }
}

/// A window without a timer: which of a group's windows is called first is open.
fn counted(dice: &mut Dice) -> String {
    let n = dice.between(1, 4);
    match dice.below(5) {
        0 | 1 => format!("#length({n})"),
        2 => format!("#length_batch({n})"),
        3 => format!("#firstlength({n})"),
        _ => format!("#sort({n}, w desc)"),
    }
}

fn one(dice: &mut Dice) -> String {
    let n = dice.between(1, 4);
    match dice.below(22) {
        0 => "#keepall".into(),
        1 | 2 => format!("#length({n})"),
        3 | 4 => format!("#length_batch({n})"),
        5..=7 => format!("#time({n} sec)"),
        8 | 9 => format!("#time_batch({n} sec)"),
        10 => format!("#time_batch({n} sec, {}L)", dice.between(0, 3) * 500),
        11 => format!(
            "#time_batch({n} sec, '{}')",
            dice.pick(&["FORCE_UPDATE", "START_EAGER", "FORCE_UPDATE,START_EAGER"])
        ),
        12 => format!("#ext_timed(ts, {n} sec)"),
        13 => format!("#ext_timed_batch(ts, {n} sec)"),
        14 => dice
            .pick(&["#unique(k)", "#unique(k, b)", "#unique(v)"])
            .into(),
        15 => "#firstunique(k)".into(),
        16 => dice.pick(&["#lastevent", "#firstevent"]).into(),
        17 => format!("#firstlength({n})"),
        18 => format!("#firsttime({n} sec)"),
        19 => format!(
            "#sort({n}, {})",
            dice.pick(&["v", "v desc", "w desc, v", "d"])
        ),
        20 => format!("#time_accum({n} sec)"),
        _ => format!("#time_length_batch({n} sec, {})", dice.between(2, 4)),
    }
}
