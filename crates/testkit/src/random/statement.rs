//! Statements: where events come from, what is selected, how it is grouped.

use super::aggregate::{aggregate, having};
use super::column::{column, names};
use super::dice::Dice;
use super::expression::Expressions;
use super::output::tail;
use super::schema::{Kind, Schema, Stream};
use super::window::windows;

/// A module.
pub struct Module {
    /// Its statements.
    pub text: String,
    /// Their names.
    pub iterated: Vec<String>,
}

/// A module of one statement, of several beside each other, or of two that feed each other.
pub fn module(dice: &mut Dice, schema: &Schema) -> Module {
    let bodies = match dice.below(10) {
        0 => chain(dice, schema),
        1 | 2 => vec![over_one(dice, schema), over_one(dice, schema)],
        _ => vec![over_one(dice, schema)],
    };
    let bodies = bodies.into_iter().enumerate();
    let (mut text, mut iterated) = (String::new(), Vec::new());
    for (n, body) in bodies {
        text += &format!("@name('s{n}') {body};\n");
        iterated.push(format!("s{n}"));
    }
    Module { text, iterated }
}

fn over_one(dice: &mut Dice, schema: &Schema) -> String {
    let at = dice.below(schema.streams.len() as u64) as usize;
    body(dice, &schema.streams[at])
}

/// One statement inserts what another reads.
fn chain(dice: &mut Dice, schema: &Schema) -> Vec<String> {
    let read = &schema.streams[0];
    let insert = dice.pick(&[
        "insert into M select",
        "insert into M select",
        "insert into M select irstream",
        "insert irstream into M select irstream",
        "insert rstream into M select rstream",
    ]);
    let columns: Vec<&str> = read.names(|_| true);
    let (columns, from) = (columns.join(", "), source(dice, read).from);
    let first = format!("{insert} {columns}, ts from {from}");
    let passed = Stream {
        name: "M".to_string(),
        properties: read.properties.clone(),
    };
    vec![first, body(dice, &passed)]
}

/// The parts of a statement before its select clause is known.
struct Source<'a> {
    over: Expressions<'a>,
    from: String,
    windows: String,
}

fn source<'a>(dice: &mut Dice, stream: &'a Stream) -> Source<'a> {
    let over = Expressions { stream };
    let filter = match dice.percent(20) {
        true => format!("({})", over.condition(dice, 2)),
        false => String::new(),
    };
    let windows = windows(dice, stream);
    Source {
        over,
        from: format!("{}{filter}{windows}", stream.name),
        windows,
    }
}

fn body(dice: &mut Dice, stream: &Stream) -> String {
    let source = source(dice, stream);
    let streams = dice.pick(&["", "irstream ", "irstream ", "rstream "]);
    let mut clauses = source.from.clone();
    if dice.percent(20) {
        clauses += &format!(" where {}", source.over.condition(dice, 2));
    }
    match dice.below(6) {
        0 => plain(dice, streams, &source, &clauses),
        1 => for_all(dice, streams, &source, &clauses),
        2 => per_event(dice, streams, &source, &clauses),
        3 | 4 => per_group(dice, streams, &source, &clauses),
        _ => grouped(dice, streams, &source, &clauses),
    }
}

fn some<T>(dice: &mut Dice, most: i64, make: impl Fn(&mut Dice) -> T) -> Vec<T> {
    let n = dice.between(1, most);
    (0..n).map(|_| make(dice)).collect()
}

/// Properties that can be sorted by.
fn sortable(stream: &Stream) -> Vec<String> {
    let fits = |k: Kind| k.is_number() || k == Kind::Text;
    stream.names(fits).into_iter().map(String::from).collect()
}

fn having_clause(dice: &mut Dice, source: &Source<'_>) -> String {
    match dice.percent(30) {
        true => format!(" having {}", having(dice, source.over)),
        false => String::new(),
    }
}

fn plain(dice: &mut Dice, streams: &str, source: &Source<'_>, clauses: &str) -> String {
    let distinct = if dice.percent(15) { "distinct " } else { "" };
    let columns = match dice.percent(10) {
        true => "*".to_string(),
        false => names(some(dice, 3, |d| column(d, source.over, &source.windows))),
    };
    let tail = tail(dice, &sortable(source.over.stream));
    format!("select {streams}{distinct}{columns} from {clauses}{tail}")
}

fn for_all(dice: &mut Dice, streams: &str, source: &Source<'_>, clauses: &str) -> String {
    let columns = names(some(dice, 3, |d| {
        aggregate(d, source.over, &source.windows)
    }));
    let having = having_clause(dice, source);
    let tail = tail(dice, &[]);
    format!("select {streams}{columns} from {clauses}{having}{tail}")
}

fn per_event(dice: &mut Dice, streams: &str, source: &Source<'_>, clauses: &str) -> String {
    let mut columns = some(dice, 2, |d| column(d, source.over, &source.windows));
    columns.extend(some(dice, 2, |d| {
        aggregate(d, source.over, &source.windows)
    }));
    let having = having_clause(dice, source);
    let tail = tail(dice, &sortable(source.over.stream));
    let columns = names(columns);
    format!("select {streams}{columns} from {clauses}{having}{tail}")
}

/// What groups are made by: one property or two.
fn keys(dice: &mut Dice, source: &Source<'_>) -> Vec<String> {
    let stream = source.over.stream;
    let first = match stream.pick(dice, |k| k == Kind::Text) {
        Some(name) if dice.percent(60) => name,
        _ => stream.any(dice),
    };
    let mut keys = vec![first.to_string()];
    let second = stream.any(dice);
    if dice.percent(25) && second != first {
        keys.push(second.to_string());
    }
    keys
}

fn per_group(dice: &mut Dice, streams: &str, source: &Source<'_>, clauses: &str) -> String {
    let keys = keys(dice, source);
    let mut columns = keys.clone();
    columns.extend(some(dice, 3, |d| {
        aggregate(d, source.over, &source.windows)
    }));
    let having = having_clause(dice, source);
    let sorted = by_groups(dice, &mut columns, &keys, source);
    let tail = tail(dice, &sorted);
    let (columns, keys) = (names(columns), keys.join(", "));
    format!("select {streams}{columns} from {clauses} group by {keys}{having}{tail}")
}

/// What groups may be sorted by: their keys, and a sum that is selected too.
fn by_groups(
    dice: &mut Dice,
    columns: &mut Vec<String>,
    keys: &[String],
    source: &Source<'_>,
) -> Vec<String> {
    let fits = sortable(source.over.stream);
    let mut sorted: Vec<String> = keys.iter().filter(|k| fits.contains(k)).cloned().collect();
    if dice.percent(30)
        && let Some(name) = source.over.stream.pick(dice, Kind::is_number)
    {
        let sum = format!("sum({name})");
        if !columns.contains(&sum) {
            columns.push(sum.clone());
        }
        sorted.push(sum);
    }
    sorted
}

fn grouped(dice: &mut Dice, streams: &str, source: &Source<'_>, clauses: &str) -> String {
    let keys = keys(dice, source);
    let mut columns = keys.clone();
    columns.push(source.over.stream.any(dice).to_string());
    columns.extend(some(dice, 2, |d| {
        aggregate(d, source.over, &source.windows)
    }));
    let having = having_clause(dice, source);
    let mut sorted = by_groups(dice, &mut columns, &keys, source);
    sorted.extend(sortable(source.over.stream));
    let tail = tail(dice, &sorted);
    let (columns, keys) = (names(columns), keys.join(", "));
    format!("select {streams}{columns} from {clauses} group by {keys}{having}{tail}")
}
