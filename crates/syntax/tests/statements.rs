//! Statements: what each production of the grammar gives.

mod support;

use support::without_places;
use tachograph_syntax::ast::*;
use tachograph_syntax::{parse_module, render_all};

#[track_caller]
fn statement(text: &str) -> Statement {
    let mut parsed = parse_module(text);
    let faults = render_all(&parsed.diagnostics, "test", text, false);
    assert!(
        parsed.diagnostics.is_empty() && parsed.module.items.len() == 1,
        "{faults}"
    );
    parsed.module.items.remove(0)
}

#[track_caller]
fn select(text: &str) -> Select {
    match statement(text).kind {
        StatementKind::Select(select) => *select,
        other => panic!("{other:?}"),
    }
}

/// Both texts mean the same statement.
#[track_caller]
fn check(text: &str, meaning: &str) {
    assert_eq!(
        without_places(&statement(text)),
        without_places(&statement(meaning))
    );
}

#[test]
fn keywords_have_no_case_and_names_have_one() {
    check(
        "SELECT a FROM S WHERE a > 1 GROUP BY a",
        "select a from S where a > 1 group by a",
    );
    check("select a x from S s", "select a as x from S as s");
    check("select 1 from S /* a */ // b\n", "select 1 from S");
    check(
        "select a from S.win:time(5 sec)",
        "select a from S.win:time(5 seconds)",
    );
    check(
        "select a from A join B on A.x = B.x",
        "select a from A inner join B on A.x = B.x",
    );
    check(
        "select a from S order by a asc",
        "select a from S order by a",
    );
    check(
        "select a from S limit 2, 10",
        "select a from S limit 10 offset 2",
    );
    let upper = select("select A from S");
    let SelectItem::Expr { expr, .. } = &upper.items[0] else {
        panic!()
    };
    assert!(matches!(&expr.kind, ExprKind::Path(p) if p.segments[0].name.name == "A"));
}

#[test]
fn select_has_its_clauses() {
    let s = select(
        "insert rstream into Out (x) select irstream distinct a as x, b.*, * from S(a > 1, b)#time(1 min)#unique(a) \
         retain-union as s where a > 1 group by a having a > 2 output last every 3 events order by a desc limit 4",
    );
    let insert = s.insert_into.expect("there is one");
    assert_eq!(
        (insert.selector, insert.columns.len()),
        (Some(StreamSelector::Rstream), 1)
    );
    assert_eq!(
        (s.selector, s.distinct),
        (Some(StreamSelector::Irstream), true)
    );
    assert!(matches!(s.items[1], SelectItem::StreamWildcard { .. }));
    assert!(matches!(s.items[2], SelectItem::Wildcard(_)));
    let source = &s.from[0];
    let StreamKind::Filter(filter) = &source.kind else {
        panic!("{source:?}")
    };
    assert_eq!(
        (filter.event_type.text().as_str(), filter.filter.len()),
        ("S", 2)
    );
    assert_eq!(
        (source.views.len(), source.retain),
        (2, Some(Retain::Union))
    );
    assert!(s.where_.is_some() && s.having.is_some() && s.limit.is_some());
    let output = s.output.expect("there is one");
    assert!(matches!(
        (output.kind, output.rate),
        (OutputKind::Last, OutputRate::Events(_))
    ));
    assert_eq!(s.order_by[0].order, SortOrder::Descending);
}

#[test]
fn views_have_namespace_name_and_arguments() {
    let s = select(
        "select * from S.win:time_batch(30 sec, 0L, 'FORCE_UPDATE')#sort(3, a desc)#keepall",
    );
    let views = &s.from[0].views;
    assert_eq!(
        views[0].namespace.as_ref().map(|n| n.name.as_str()),
        Some("win")
    );
    assert_eq!(
        (views[0].name.name.as_str(), views[0].args.len()),
        ("time_batch", 3)
    );
    assert!(matches!(views[1].args[1].kind, ExprKind::Ordered { .. }));
    assert!(views[2].args.is_empty());
}

#[test]
fn schema_has_columns_and_options() {
    let created = statement(
        "create objectarray schema S (a int, b string[], c int[primitive], d java.util.List<String>) \
         inherits A, B copyfrom C starttimestamp a endtimestamp b",
    );
    let StatementKind::CreateSchema(schema) = created.kind else {
        panic!("{created:?}")
    };
    assert_eq!(schema.representation, Some(Representation::ObjectArray));
    let shapes: Vec<_> = schema
        .columns
        .iter()
        .map(|c| (c.ty.dimensions, c.ty.primitive_array))
        .collect();
    assert_eq!(shapes, [(0, false), (1, false), (1, true), (0, false)]);
    assert_eq!(schema.columns[3].ty.name.text(), "java.util.List");
    assert_eq!((schema.inherits.len(), schema.copyfrom.len()), (2, 1));
    assert!(schema.starttimestamp.is_some() && schema.endtimestamp.is_some());
}

#[test]
fn annotations_have_values_of_all_kinds() {
    let s = statement(
        "@Name('x') @Tag(name='a', value=-1) @Many({1, true, null, a.b}) @Plain select 1",
    );
    assert_eq!(s.name(), Some("x"));
    assert_eq!(s.annotation("tag").map(|a| a.args.len()), Some(2));
    let many = &s.annotation("Many").expect("it is there").args[0].value;
    assert!(matches!(many, AnnotationValue::Array(values) if values.len() == 4));
    assert!(s.annotation("Plain").is_some_and(|a| a.args.is_empty()));
}

#[test]
fn output_has_its_forms() {
    let rate = |text: &str| {
        select(&format!("select 1 from S output {text}"))
            .output
            .expect("it is there")
    };
    assert!(matches!(rate("every 5 sec").rate, OutputRate::Period(_)));
    assert!(matches!(
        rate("snapshot every n events").rate,
        OutputRate::Events(_)
    ));
    assert!(matches!(rate("at (*, *, *, *, *)").rate, OutputRate::Crontab(f) if f.len() == 5));
    assert!(
        matches!(rate("when a > 1 then set b = 1").rate, OutputRate::When { then, .. } if then.len() == 1)
    );
    assert!(matches!(
        rate("when terminated").rate,
        OutputRate::Terminated(_)
    ));
    assert!(matches!(rate("after 5 events").rate, OutputRate::Always));
    assert!(matches!(
        rate("after 1 min every 2 sec").after,
        Some(OutputAfter::Period(_))
    ));
    assert!(
        rate("last every 5 sec and when terminated")
            .and_terminated
            .is_some()
    );
}

#[test]
fn a_guard_binds_to_the_atom_before_it() {
    check(
        "select * from pattern [a=A -> b=B where timer:within(5)]",
        "select * from pattern [a=A -> (b=B where timer:within(5))]",
    );
    check(
        "select * from pattern [every A -> B]",
        "select * from pattern [(every A) -> B]",
    );
    check(
        "select * from pattern [A or B and C -> D]",
        "select * from pattern [(A or (B and C)) -> D]",
    );
    check(
        "select * from pattern [not A until B]",
        "select * from pattern [(not A) until B]",
    );
    check(
        "select * from pattern [every A where timer:within(5)]",
        "select * from pattern [every (A where timer:within(5))]",
    );
}

#[test]
fn modules_have_a_head() {
    let parsed =
        parse_module("module a.b; uses c; import d.e.*; import f.G; select 1; ;; select 2;");
    assert!(parsed.diagnostics.is_empty());
    let m = parsed.module;
    assert_eq!(m.name.map(|n| n.text()).as_deref(), Some("a.b"));
    assert_eq!((m.uses.len(), m.imports.len(), m.items.len()), (1, 2, 2));
    assert!(m.imports[0].wildcard && !m.imports[1].wildcard);
}
