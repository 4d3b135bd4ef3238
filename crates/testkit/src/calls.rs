//! Which functions the text of an expression calls, as far as words before a parenthesis tell.

/// Functions whose call makes an expression an aggregation.
pub const AGGREGATES: [&str; 28] = [
    "avedev",
    "avg",
    "count",
    "countever",
    "first",
    "firstever",
    "fmax",
    "fmaxever",
    "fmin",
    "fminever",
    "last",
    "lastever",
    "leaving",
    "max",
    "maxby",
    "maxever",
    "median",
    "min",
    "minby",
    "minever",
    "nth",
    "rate",
    "sorted",
    "stddev",
    "sum",
    "window",
    "grouping",
    "grouping_id",
];

/// Does it call one of these functions?
pub fn calls(text: &str, names: &[&str]) -> bool {
    let mut words = text.split('(');
    // What follows the last parenthesis is no name of a call.
    words.next_back();
    words.any(|before| {
        let word = before
            .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
            .next();
        word.is_some_and(|word| names.contains(&word.to_ascii_lowercase().as_str()))
    })
}
