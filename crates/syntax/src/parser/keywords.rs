//! Which words are reserved.
//!
//! Nouns: a *reserved* word is a name only in backticks; every other keyword is a keyword only where the
//! grammar asks for it. Never: depends on the case of a word.

/// Words that are names only in backticks, sorted.
const RESERVED: [&str; 57] = [
    "all",
    "and",
    "any",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "create",
    "delete",
    "desc",
    "distinct",
    "else",
    "end",
    "exists",
    "false",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "insert",
    "into",
    "irstream",
    "is",
    "istream",
    "join",
    "left",
    "like",
    "limit",
    "match_recognize",
    "max",
    "merge",
    "min",
    "new",
    "not",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "output",
    "regexp",
    "right",
    "rstream",
    "select",
    "set",
    "some",
    "then",
    "true",
    "unidirectional",
    "until",
    "update",
    "when",
    "where",
    "while",
];

/// Reserved words that are functions when `(` follows.
const FUNCTIONS: [&str; 5] = ["exists", "istream", "max", "min", "rstream"];

/// Names of functions that are keywords and so have no case of their own.
const KEYWORD_FUNCTIONS: [&str; 24] = [
    "avedev",
    "avg",
    "cast",
    "coalesce",
    "count",
    "current_timestamp",
    "exists",
    "first",
    "grouping",
    "grouping_id",
    "instanceof",
    "istream",
    "last",
    "max",
    "median",
    "min",
    "prev",
    "prevcount",
    "prevtail",
    "prevwindow",
    "prior",
    "stddev",
    "sum",
    "typeof",
];

/// Words that begin a clause and so are no alias without `as`.
const CLAUSES: [&str; 5] = ["for", "offset", "retain", "define", "measures"];

/// Whether the word is a name only in backticks.
pub fn is_reserved(word: &str) -> bool {
    contains(&RESERVED, word)
}

/// Whether the word may be called although it is reserved.
pub(crate) fn is_function(word: &str) -> bool {
    contains(&FUNCTIONS, word)
}

/// Whether the word is a function in any case.
pub(crate) fn is_keyword_function(word: &str) -> bool {
    contains(&KEYWORD_FUNCTIONS, word) || word.eq_ignore_ascii_case("window")
}

/// Whether the word begins a clause although it is not reserved.
pub(super) fn is_clause(word: &str) -> bool {
    contains(&CLAUSES, word)
}

fn contains(words: &[&str], word: &str) -> bool {
    words.iter().any(|w| w.eq_ignore_ascii_case(word))
}
