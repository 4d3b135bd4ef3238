//! Every statement of the corpus can be read.

use tachograph_syntax::{parse_module, render_all};

const CORPUS: &str = include_str!("corpus.epl");

#[test]
fn corpus_is_read_without_fault() {
    let parsed = parse_module(CORPUS);
    let faults = render_all(&parsed.diagnostics, "corpus.epl", CORPUS, false);
    assert!(parsed.diagnostics.is_empty(), "{faults}");
    assert_eq!(parsed.module.items.len(), CORPUS.matches(";\n").count());
}
