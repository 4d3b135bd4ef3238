//! What is said about wrong texts: where, what, how to set it right, and all of it at once.

use tachograph_syntax::{Diagnostic, DiagnosticKind, Span, parse_module, render_all};

/// The faults of the text are exactly at these places, with these words in message or help.
#[track_caller]
fn check(text: &str, faults: &[(&str, &str)]) {
    let parsed = parse_module(text);
    let told = render_all(&parsed.diagnostics, "t.epl", text, false);
    assert_eq!(parsed.diagnostics.len(), faults.len(), "{told}");
    for (diagnostic, (place, words)) in parsed.diagnostics.iter().zip(faults) {
        let rendered = diagnostic.render("t.epl", text, false);
        assert!(
            rendered.contains(&format!("t.epl:{place}\n")),
            "{place}\n{rendered}"
        );
        assert!(rendered.contains(words), "{words}\n{rendered}");
    }
}

#[test]
fn faults_have_a_place_and_advice() {
    check("selct a from S;", &[("1:1", "did you mean `select`?")]);
    check(
        "create shema X (a int);",
        &[("1:8", "did you mean `create schema`?")],
    );
    check(
        "select * from S whre a > 1;",
        &[("1:22", "did you mean `where` where `whre` stands?")],
    );
    check("select * from S where a == 1;", &[("1:25", "a single `=`")]);
    check("select order from S;", &[("1:8", "needs backticks")]);
    check(
        "create schema S (a, b int);",
        &[("1:18", "the column `a` needs a type")],
    );
    check(
        "select * from S\nwhere a >\n;",
        &[("3:1", "expected an expression")],
    );
    check(
        "select a from S order by a where b;",
        &[("1:28", "stands too late")],
    );
    check("select a from S group a;", &[("1:17", "expected `by`")]);
    check(
        "select a from S output every 5;",
        &[("1:31", "unit of time")],
    );
    check("select a from A join B on A.x > B.x;", &[("1:27", "equal")]);
    check(
        "select a from S(b).length(5);",
        &[("1:19", "written with `#`")],
    );
    check("select 'é', ☃ from S;", &[("1:13", "no meaning")]);
}

#[test]
fn many_faults_are_told_at_once() {
    check(
        "select a +, b, c * from S where d > group by e, ;\nselect 1;\ncreate schema X (a, b int, c);\nselct;",
        &[
            ("1:11", "expected an expression"),
            ("1:20", "expected an expression"),
            ("1:37", "expected an expression"),
            ("1:49", "expected an expression"),
            ("3:18", "needs a type"),
            ("3:28", "needs a type"),
            ("4:1", "did you mean `select`?"),
        ],
    );
}

#[test]
fn good_statements_between_bad_ones_are_kept() {
    let parsed = parse_module("select 1; select +; select 2; select 'a; select 3;\n select 4");
    assert_eq!(parsed.module.items.len(), 3);
    assert_eq!(parsed.diagnostics.len(), 2);
}

#[test]
fn what_is_not_built_yet_is_named() {
    let cases = [
        (
            "create dataflow F { Beacon -> x { a: 1; } };",
            "`create dataflow` is not built yet",
        ),
        (
            "select * from sql:db ['select 1; select 2'];",
            "`from sql:` is not built yet",
        ),
        (
            "select * from method:A.b();",
            "`from method:` is not built yet",
        ),
        ("insert into W values (1, 2);", "`values` is not built yet"),
        (
            "delete from W where a = 1;",
            "`delete from` is not built yet",
        ),
        ("update W set a = 1;", "`update` is not built yet"),
        (
            "create expression js:f(x) [ a; b; ];",
            "`expression script` is not built yet",
        ),
        (
            "inlined_class \"\"\" class A { ; } \"\"\" select 1;",
            "`inlined_class` is not built yet",
        ),
    ];
    for (text, message) in cases {
        let parsed = parse_module(&format!("{text} select 1;"));
        assert_eq!(
            parsed.diagnostics.len(),
            1,
            "{text} {:?}",
            parsed.diagnostics
        );
        assert_eq!(parsed.diagnostics[0].message, message);
        assert_eq!(parsed.diagnostics[0].kind, DiagnosticKind::Unsupported);
        assert_eq!(parsed.module.items.len(), 1, "{text}");
    }
}

#[test]
fn rendered_text_has_excerpt_marks_labels_and_help() {
    let source = "select a\nfrom Ä where spede > 1";
    let at = source.find("spede").expect("it is there");
    let fault = Diagnostic::semantic("unknown property `spede`", Span::new(at, at + 5))
        .with_label(Span::new(14, 16), "of this stream")
        .with_help("did you mean `speed`?");
    let expected = "\
error: unknown property `spede`
 --> a.epl:2:14
  |
2 | from Ä where spede > 1
  |              ^^^^^
2 | from Ä where spede > 1
  |      - of this stream
  |
  = help: did you mean `speed`?
";
    assert_eq!(fault.render("a.epl", source, false), expected);
    assert!(
        fault
            .clone()
            .warning()
            .render("a.epl", source, true)
            .contains("\u{1b}[1;33mwarning")
    );
    let outside = Diagnostic::syntax("x", Span::new(900, 999));
    assert!(
        outside
            .render("a.epl", source, false)
            .contains("a.epl:2:23")
    );
}

#[test]
fn a_text_that_is_no_epl_is_given_up_early() {
    let parsed = parse_module(&"☃ a b; ".repeat(50_000));
    assert!(parsed.diagnostics.len() <= 400 && parsed.module.items.is_empty());
    let parsed = parse_module(&"a b; ".repeat(50_000));
    assert!(parsed.diagnostics.len() <= 400 && parsed.module.items.is_empty());
}
