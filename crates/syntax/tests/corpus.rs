//! Every statement of the corpus can be read, printed and read again; no piece of it breaks the parser.

mod support;

use support::without_places;
use tachograph_syntax::{parse_module, print_module, render_all};

const CORPUS: &str = include_str!("corpus.epl");

#[test]
fn corpus_is_read_without_fault() {
    let parsed = parse_module(CORPUS);
    let faults = render_all(&parsed.diagnostics, "corpus.epl", CORPUS, false);
    assert!(parsed.diagnostics.is_empty(), "{faults}");
    assert_eq!(parsed.module.items.len(), CORPUS.matches(";\n").count());
}

#[test]
fn printed_corpus_reads_as_the_same_tree() {
    for statement in CORPUS.split_inclusive(";\n") {
        let first = parse_module(statement);
        let printed = print_module(&first.module);
        let second = parse_module(&printed);
        let faults = render_all(&second.diagnostics, "printed", &printed, false);
        assert!(second.diagnostics.is_empty(), "{statement}\n{faults}");
        let (a, b) = (
            without_places(&first.module.items),
            without_places(&second.module.items),
        );
        assert_eq!(a, b, "{statement}\n{printed}");
        assert_eq!(print_module(&second.module), printed);
    }
}

#[test]
fn every_prefix_of_a_statement_is_survived() {
    for statement in CORPUS.split_inclusive(";\n") {
        for end in 0..statement.len() {
            let prefix = &statement[..end];
            let parsed = parse_module(prefix);
            render_all(&parsed.diagnostics, "prefix", prefix, end % 2 == 0);
            let whole = parsed.module.items.iter().all(|s| s.span.end <= end);
            assert!(whole, "{prefix}");
        }
    }
}

#[test]
fn spans_give_the_text_of_statements() {
    let source = " @Name('a') select 1 as x from S ; \n select 2 from T";
    let parsed = parse_module(source);
    let texts: Vec<&str> = parsed
        .module
        .items
        .iter()
        .map(|s| s.span.text(source))
        .collect();
    assert_eq!(
        texts,
        ["@Name('a') select 1 as x from S", "select 2 from T"]
    );
    assert_eq!(parsed.module.items[0].name(), Some("a"));
    assert_eq!(parsed.module.items[1].name(), None);
}
