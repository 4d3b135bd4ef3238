//! Expressions: what binds how tight, what is refused, how columns are named, and that printing loses nothing.

mod support;

use support::{Random, without_places};
use tachograph_syntax::ast::*;
use tachograph_syntax::{Span, column_name, parse_expression, print_expr};

fn expr(text: &str) -> Expr {
    let parsed = parse_expression(text);
    parsed
        .expr
        .unwrap_or_else(|| panic!("{text}: {:?}", parsed.diagnostics))
}

/// Both texts mean the same tree.
#[track_caller]
fn check(text: &str, meaning: &str) {
    let (a, b) = (without_places(&expr(text)), without_places(&expr(meaning)));
    assert_eq!(a, b, "`{text}` against `{meaning}`");
}

/// The text is refused, and the first message says so.
#[track_caller]
fn refused(text: &str, message: &str) {
    let parsed = parse_expression(text);
    let first = parsed
        .diagnostics
        .first()
        .map_or("", |d| d.message.as_str());
    assert!(
        parsed.expr.is_none() && first.contains(message),
        "`{text}`: {first}"
    );
}

#[test]
fn operators_bind_as_the_language_says() {
    check("a or b and c", "a or (b and c)");
    check("a and b & c", "a and (b & c)");
    check("a & b | c ^ d", "((a & b) | c) ^ d");
    check("not a = b", "not (a = b)");
    check("a & not b", "a & (not b)");
    check("a = b < c", "a = (b < c)");
    check("a is b in (c)", "a is (b in (c))");
    check("a < b || c", "a < (b || c)");
    check("a || b + c", "a || (b + c)");
    check("a + b * c", "a + (b * c)");
    check("a - b - c", "(a - b) - c");
    check("-a * b", "(-a) * b");
    check(
        "a between b + 1 and c and d",
        "(a between (b + 1) and c) and d",
    );
    check("a not in (1) = b", "(a not in (1)) = b");
    check("A OR B", "A or B");
    check("a <> b", "a != b");
    check("a = some (1)", "a = any (1)");
    check(
        "a like 'x' escape '!' and b",
        "(a like 'x' escape '!') and b",
    );
    check("x => y => x + y", "x => (y => (x + y))");
}

#[test]
fn constants_have_their_types() {
    let cases = [
        ("1", Literal::Int(1)),
        ("010", Literal::Int(10)),
        ("0x7F", Literal::Int(127)),
        ("-2147483648", Literal::Int(i32::MIN)),
        ("2147483648", Literal::Long(2_147_483_648)),
        ("1L", Literal::Long(1)),
        ("-1l", Literal::Long(-1)),
        ("1.5f", Literal::Float(1.5)),
        ("1F", Literal::Float(1.0)),
        ("1d", Literal::Double(1.0)),
        ("1.", Literal::Double(1.0)),
        (".5", Literal::Double(0.5)),
        ("1e-3", Literal::Double(0.001)),
        ("0x1.8p1", Literal::Double(3.0)),
        ("TRUE", Literal::Bool(true)),
        ("Null", Literal::Null),
        (r#"'a"b'"#, Literal::String("a\"b".into())),
        (r#""a'b\n\u0041\d""#, Literal::String("a'b\nA\\d".into())),
    ];
    for (text, literal) in cases {
        assert_eq!(expr(text).kind, ExprKind::Literal(literal), "{text}");
    }
}

#[test]
fn names_calls_and_chains_are_told_apart() {
    let kind = |text: &str| expr(text).kind;
    assert!(matches!(kind("a.b[0].c?"), ExprKind::Path(p) if p.segments.len() == 3));
    assert!(matches!(kind("a('k')"), ExprKind::Call(c) if c.args.len() == 1));
    assert!(
        matches!(kind("SUM(distinct a)"), ExprKind::Call(c) if c.distinct && c.name.name == "sum")
    );
    assert!(matches!(kind("Abs(a)"), ExprKind::Call(c) if c.name.name == "Abs"));
    assert!(matches!(kind("a.b.f(x).c[0]"), ExprKind::Chain { links, .. } if links.len() == 2));
    assert!(
        matches!(kind("`select`"), ExprKind::Path(p) if p.as_name().is_some_and(|n| n.name == "select"))
    );
    assert!(matches!(kind("1 min 5 sec"), ExprKind::TimePeriod(p) if p.len() == 2));
    assert!(matches!(kind("n sec"), ExprKind::TimePeriod(_)));
    assert!(matches!(kind("exists(a.b)"), ExprKind::Call(_)));
    assert!(matches!(
        kind("exists (select 1 from S)"),
        ExprKind::ExistsSubquery(_)
    ));
    let named = kind("avg(a, filter: a > 1)");
    let ExprKind::Call(call) = named else {
        panic!("{named:?}")
    };
    assert_eq!(
        call.args[1].name.as_ref().map(|n| n.name.as_str()),
        Some("filter")
    );
}

#[test]
fn wrong_expressions_are_refused() {
    refused("a = not b", "`not` cannot follow this operator");
    refused(
        "1 + case when a then b end",
        "`case` cannot follow an operator",
    );
    refused("a == b", "expected an operator");
    refused("a +", "the end of the text");
    refused("0xFF", "0x7F");
    refused("0b101", "binary");
    refused("1_000", "`_`");
    refused("1x", "`1x` is not a number");
    refused("1e999", "too large");
    refused("99999999999999999999", "too large");
    refused("5 sec 3 min", "longest unit to the shortest");
    refused("'abc", "no end");
    refused("select", "found `select`");
    refused("", "expected an expression");
    refused("a b", "expected an operator or the end");
}

#[test]
fn spans_cover_what_was_written() {
    let text = "  reverse(date) || '-' || `car`";
    let whole = expr(text);
    assert_eq!(whole.span.text(text), text.trim());
    let ExprKind::Binary { left, right, .. } = &whole.kind else {
        panic!("{whole:?}")
    };
    assert_eq!(left.span.text(text), "reverse(date) || '-'");
    assert_eq!(right.span.text(text), "`car`");
}

#[test]
fn columns_are_named_by_their_normalised_text() {
    let names = [
        ("count ( * )", "count(*)"),
        ("Sum( i + 1 )", "sum(i+1)"),
        ("i * 2", "i*2"),
        ("'x'", "\"x\""),
        ("s . a", "s.a"),
        ("max(a, b)", "max(a,b)"),
        ("i in (1, 2)", "i in (1,2)"),
        ("i in [1 : 2]", "i between 1 and 2"),
        ("i not in [1 : 2]", "i not between 1 and 2"),
        // As the real engine names it.
        ("i not in [1 : 2)", "i in [1:2)"),
        ("i between 1 and 2", "i between 1 and 2"),
        ("(i + 1) * 2", "(i+1)*2"),
        ("(i * 1) + 2", "i*1+2"),
        ("count(distinct i)", "count(distinct i)"),
        (
            "case when i > 1 then 'a' else 'b' end",
            "case when i>1 then \"a\" else \"b\" end",
        ),
        ("not (a and b)", "not (a and b)"),
        ("`order`", "order"),
    ];
    for (text, name) in names {
        assert_eq!(column_name(&expr(text)), name, "{text}");
    }
}

/// Makes trees that the parser could have made.
struct Maker(Random);

impl Maker {
    fn node(&mut self, depth: usize) -> Expr {
        let kind = if depth == 0 {
            self.leaf()
        } else {
            self.branch(depth - 1)
        };
        Expr {
            kind,
            span: Span::default(),
        }
    }

    fn boxed(&mut self, depth: usize) -> Box<Expr> {
        Box::new(self.node(depth))
    }

    fn ident(&mut self) -> Ident {
        const NAMES: [&str; 8] = ["a", "b1", "order", "a b", "x.y", "null", "every", "Ünï"];
        let name = NAMES[self.0.below(NAMES.len())].to_string();
        Ident {
            name,
            span: Span::default(),
        }
    }

    fn path(&mut self) -> ExprKind {
        let segment = |maker: &mut Maker| PathSegment {
            name: maker.ident(),
            subscripts: Vec::new(),
            dynamic: maker.0.below(4) == 0,
            span: Span::default(),
        };
        let segments = (0..=self.0.below(2)).map(|_| segment(self)).collect();
        ExprKind::Path(Path { segments })
    }

    fn leaf(&mut self) -> ExprKind {
        let number = self.0.below(2_000) as i32 - 1_000;
        ExprKind::Literal(match self.0.below(9) {
            0 => Literal::Int(number),
            1 => Literal::Long(number.into()),
            2 => Literal::Double(f64::from(number) / 7.0),
            3 => Literal::Float(number as f32 / 7.0),
            4 => Literal::String(["", "x", "a'b\"c\\d\n", "\\d"][self.0.below(4)].to_string()),
            5 => Literal::Bool(number > 0),
            6 => {
                return ExprKind::Substitution {
                    name: None,
                    ty: None,
                };
            }
            _ => return self.path(),
        })
    }

    fn call(&mut self, depth: usize) -> Call {
        let args = (0..self.0.below(3))
            .map(|i| Arg {
                name: (i == 1 && self.0.below(2) == 0).then(|| self.ident()),
                value: self.node(depth),
                span: Span::default(),
            })
            .collect();
        let mut name = self.ident();
        name.name.push_str("_f");
        Call {
            name,
            distinct: self.0.below(4) == 0,
            args,
        }
    }

    fn branch(&mut self, depth: usize) -> ExprKind {
        use BinaryOp::*;
        const OPS: [BinaryOp; 19] = [
            Or,
            And,
            BitAnd,
            BitOr,
            BitXor,
            Equal,
            NotEqual,
            Is,
            IsNot,
            Less,
            LessEqual,
            Greater,
            GreaterEqual,
            Concat,
            Add,
            Subtract,
            Multiply,
            Divide,
            Modulo,
        ];
        let negated = self.0.below(2) == 0;
        let list = |m: &mut Maker| (0..m.0.below(3)).map(|_| m.node(depth)).collect::<Vec<_>>();
        match self.0.below(16) {
            0 => ExprKind::Unary {
                op: UnaryOp::Not,
                operand: self.boxed(depth),
            },
            1 => ExprKind::Unary {
                op: UnaryOp::Negate,
                operand: self.boxed(depth),
            },
            2 => ExprKind::In {
                operand: self.boxed(depth),
                negated,
                set: InSet::Range {
                    low: self.boxed(depth),
                    high: self.boxed(depth),
                    low_inclusive: self.0.below(2) == 0,
                    high_inclusive: negated,
                },
            },
            3 => ExprKind::In {
                operand: self.boxed(depth),
                negated,
                set: InSet::List(list(self)),
            },
            4 => ExprKind::Between {
                operand: self.boxed(depth),
                negated,
                low: self.boxed(depth),
                high: self.boxed(depth),
            },
            5 => ExprKind::Like {
                operand: self.boxed(depth),
                negated,
                pattern: self.boxed(depth),
                escape: negated.then(|| self.boxed(depth)),
            },
            6 => ExprKind::Case {
                operand: negated.then(|| self.boxed(depth)),
                branches: vec![CaseBranch {
                    when: self.node(depth),
                    then: self.node(depth),
                }],
                otherwise: negated.then(|| self.boxed(depth)),
            },
            7 => ExprKind::Call(self.call(depth)),
            8 => {
                let links = vec![ChainLink::Method {
                    call: self.call(depth),
                    span: Span::default(),
                }];
                ExprKind::Chain {
                    base: self.boxed(depth),
                    links,
                }
            }
            9 => ExprKind::Array(list(self)),
            10 => ExprKind::Lambda {
                params: vec![self.ident()],
                body: self.boxed(depth),
            },
            11 => ExprKind::Quantified {
                operand: self.boxed(depth),
                op: OPS[5 + self.0.below(8)],
                quantifier: if negated {
                    Quantifier::Any
                } else {
                    Quantifier::All
                },
                set: QuantifiedSet::List(list(self)),
            },
            _ => ExprKind::Binary {
                op: OPS[self.0.below(OPS.len())],
                left: self.boxed(depth),
                right: self.boxed(depth),
            },
        }
    }
}

#[test]
fn printed_trees_read_as_the_same_trees() {
    let mut maker = Maker(Random::new(7));
    for _ in 0..6_000 {
        let depth = maker.0.below(4);
        let tree = maker.node(depth);
        let printed = print_expr(&tree);
        let again = parse_expression(&printed);
        let read = again
            .expr
            .unwrap_or_else(|| panic!("{printed}: {:?}", again.diagnostics));
        assert_eq!(without_places(&tree), without_places(&read), "{printed}");
    }
}
