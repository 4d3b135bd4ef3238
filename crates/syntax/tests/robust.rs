//! No text breaks the parser: random bytes, random tokens, deep nesting, long chains.

mod support;

use support::Random;
use tachograph_syntax::{parse_expression, parse_module, print_expr, print_module, render_all};

const PIECES: &[&str] = &[
    "select",
    "from",
    "where",
    "group",
    "by",
    "having",
    "output",
    "every",
    "5",
    "sec",
    "min",
    "a",
    "b.c",
    "S",
    "*",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ":",
    "#time",
    "#",
    "@",
    "@Name('x')",
    "?",
    "?:n",
    "=",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "/",
    "%",
    "||",
    "|",
    "&",
    "^",
    "->",
    "=>",
    "==",
    "not",
    "and",
    "or",
    "in",
    "between",
    "like",
    "case",
    "when",
    "then",
    "else",
    "end",
    "is",
    "null",
    "'x'",
    "\"y\"",
    "`z`",
    "`",
    "'",
    "1.5f",
    "0x",
    "1e",
    "exists",
    "any",
    "all",
    "new",
    "cast(",
    "instanceof(",
    "create",
    "schema",
    "window",
    "table",
    "context",
    "variable",
    "on",
    "merge",
    "matched",
    "insert",
    "into",
    "delete",
    "update",
    "set",
    "pattern",
    "until",
    "while",
    "timer:within",
    "match_recognize",
    "define",
    "measures",
    "join",
    "left",
    "outer",
    "limit",
    "order",
    "desc",
    "rollup",
    "grouping",
    "sets",
    "expression",
    "snapshot",
    "last",
    "at",
    "/*",
    "//",
    "\n",
    "é",
    "☃",
    "\\",
    "!",
    "~",
    "\"\"\"",
    ".",
    "..",
    "retain",
    "union",
    "distinct",
];

fn survive(text: &str) {
    let parsed = parse_module(text);
    render_all(&parsed.diagnostics, "random", text, true);
    let printed = print_module(&parsed.module);
    let again = parse_module(&printed);
    assert!(
        again.diagnostics.is_empty(),
        "{text}\n{printed}\n{:?}",
        again.diagnostics
    );
    assert_eq!(print_module(&again.module), printed, "{text}");
    let lone = parse_expression(text);
    assert!(
        lone.expr.is_some() != lone.diagnostics.iter().any(|d| d.is_error()),
        "{text}"
    );
}

#[test]
fn random_pieces_are_survived() {
    let mut random = Random::new(1);
    for _ in 0..6_000 {
        let length = random.below(30);
        let glue = if random.below(4) == 0 { "" } else { " " };
        let pieces: Vec<&str> = (0..length)
            .map(|_| PIECES[random.below(PIECES.len())])
            .collect();
        survive(&pieces.join(glue));
    }
}

#[test]
fn random_bytes_are_survived() {
    let mut random = Random::new(2);
    for _ in 0..4_000 {
        let bytes: Vec<u8> = (0..random.below(40))
            .map(|_| random.below(256) as u8)
            .collect();
        survive(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn mutilated_statements_are_survived() {
    let corpus = include_str!("corpus.epl");
    let statements: Vec<&str> = corpus.split_inclusive(";\n").collect();
    let mut random = Random::new(3);
    for _ in 0..4_000 {
        let mut words: Vec<&str> = statements[random.below(statements.len())]
            .split(' ')
            .collect();
        for _ in 0..=random.below(3) {
            let at = random.below(words.len());
            match random.below(3) {
                0 if words.len() > 1 => drop(words.remove(at)),
                1 => words.insert(at, PIECES[random.below(PIECES.len())]),
                _ => {
                    let other = random.below(words.len());
                    words.swap(at, other);
                }
            }
        }
        survive(&words.join(" "));
    }
}

#[test]
fn deep_nesting_is_refused_with_a_diagnostic() {
    let nests = [
        ("(", ")"),
        ("not ", ""),
        ("- ", ""),
        ("f(", ")"),
        ("a[", "]"),
        ("{", "}"),
        ("x => ", ""),
        ("case when a then ", " end"),
        ("case ", ""),
        ("cast(", ",int)"),
        ("new {a=", "}"),
        ("(select ", " from S)"),
        ("exists (select ", " from S)"),
        ("a in (", ")"),
        ("a + (", ")"),
        ("a or b and c & d = e < f || g + h * (", ")"),
        ("not a = b < c in (", ")"),
        ("a.f(", ")"),
    ];
    for (open, close) in nests {
        let text = format!("{}1{}", open.repeat(5_000), close.repeat(5_000));
        let parsed = parse_expression(&text);
        assert!(parsed.expr.is_none(), "{open}");
        let told = parsed
            .diagnostics
            .iter()
            .any(|d| d.message.contains("nested deeper"));
        assert!(told, "{open}: {:?}", parsed.diagnostics.first());
        let text = format!("{}1{}", open.repeat(15), close.repeat(15));
        if let Some(expr) = parse_expression(&text).expr {
            assert!(
                parse_expression(&print_expr(&expr)).expr.is_some(),
                "{open}"
            );
        }
    }
}

#[test]
fn deep_statements_are_survived() {
    let nests = [
        ("select * from pattern [", "(", "A", ")", "]"),
        ("select * from pattern [", "every ", "A", "", "]"),
        ("select * from pattern [", "not ", "A", "", "]"),
        ("select * from pattern [", "A until ", "A", "", "]"),
        ("select * from pattern [", "A -> (B or (", "A", "))", "]"),
        ("select * from pattern [", "every [2] ", "A", "", "]"),
        (
            "select * from pattern [A",
            " where timer:within(1)",
            "",
            "",
            "]",
        ),
        (
            "select * from S match_recognize (pattern (",
            "(",
            "A",
            ")",
            "))",
        ),
        ("select a from S group by ", "rollup(", "a", ")", ""),
        ("create schema S (a ", "List<", "A", ">", ")"),
        ("@A(", "{", "1", "}", ") select 1"),
        ("@A(", "@A(", "1", ")", ") select 1"),
        ("select a from S output at (", "[", "1", "]", ")"),
        ("create context C initiated by ", "@now and ", "S", "", ""),
        (
            "select * from S",
            "[select a from (select ",
            "a",
            " from S)]",
            "",
        ),
    ];
    for (before, open, middle, close, after) in nests {
        let (open, close) = (open.repeat(3_000), close.repeat(3_000));
        let text = format!("{before}{open}{middle}{close}{after}; select 1 from S");
        let parsed = parse_module(&text);
        assert!(
            !parsed.diagnostics.is_empty(),
            "{before}{}",
            &open[..20.min(open.len())]
        );
        assert_eq!(parsed.module.items.len(), 1, "{before}");
    }
}

#[test]
fn long_chains_are_bounded_and_long_lists_are_not() {
    for operator in ["+", " or ", "||", "&", " in (1) and ", " is "] {
        let text = vec!["a"; 20_000].join(operator);
        let parsed = parse_expression(&text);
        let told = parsed
            .diagnostics
            .iter()
            .any(|d| d.message.contains("operators in a row"));
        assert!(parsed.expr.is_none() && told, "{operator}");
        assert!(
            parse_expression(&vec!["a"; 400].join(operator))
                .expr
                .is_some(),
            "{operator}"
        );
    }
    let list = format!("x in ({})", vec!["1"; 20_000].join(","));
    assert!(parse_expression(&list).expr.is_some());
    assert!(
        parse_expression(&vec!["a"; 20_000].join("."))
            .expr
            .is_some()
    );
    assert!(
        parse_expression(&format!("a{}", ".f()".repeat(20_000)))
            .expr
            .is_some()
    );
}
