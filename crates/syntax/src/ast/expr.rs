//! The expressions of EPL.
//!
//! Nouns: an [`Expr`] is an [`ExprKind`] with its place; a [`Path`] is a property as it is written,
//! a [`Call`] a name with arguments, a chain is a value with `.links` behind it. Parentheses leave no
//! node of their own. Never: decides whether a name is a property, a stream, a class or a variable.

use super::{
    Arg, BinaryOp, Call, ChainLink, Ident, Path, QualifiedName, Quantifier, Select, SortOrder,
    TimeUnit, UnaryOp,
};
use crate::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, without parentheses around it.
    pub span: Span,
}

/// A constant. A minus sign directly before a number belongs to the constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `10`
    Int(i32),
    /// `10L`, and whole numbers that do not fit an int.
    Long(i64),
    /// `1f`
    Float(f32),
    /// `1.0`, `1d`, `1e3`
    Double(f64),
    /// `'x'` or `"x"`, unescaped.
    String(String),
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// `a`, `s.a`, `a.b[0].c?`; also a variable, an alias, a bare keyword as `current_timestamp`.
    Path(Path),
    /// `f(x)`. A mapped property `a('key')` is read as a call too: only a catalog can tell.
    Call(Call),
    /// `a.b(x).c`: the base is a path, call or any expression in parentheses.
    Chain {
        /// What the links hang on: for `a.b.f(x)` the path `a.b`.
        base: Box<Expr>,
        /// At least one; the first one is a method unless the base is no path.
        links: Vec<ChainLink>,
    },
    /// `-x`, `not x`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `x + y` and all other operators between two values; chains lean to the left.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `x [not] in (…)`
    In {
        /// What is looked for.
        operand: Box<Expr>,
        /// Whether `not` stands before `in`.
        negated: bool,
        /// Where it is looked for.
        set: InSet,
    },
    /// `x [not] between low and high`
    Between {
        /// What is compared.
        operand: Box<Expr>,
        /// Whether `not` stands before `between`.
        negated: bool,
        /// One bound.
        low: Box<Expr>,
        /// The other bound.
        high: Box<Expr>,
    },
    /// `x [not] like p [escape c]`
    Like {
        /// What is matched.
        operand: Box<Expr>,
        /// Whether `not` stands before `like`.
        negated: bool,
        /// The pattern.
        pattern: Box<Expr>,
        /// The escape character.
        escape: Option<Box<Expr>>,
    },
    /// `x [not] regexp p`
    Regexp {
        /// What is matched.
        operand: Box<Expr>,
        /// Whether `not` stands before `regexp`.
        negated: bool,
        /// The pattern.
        pattern: Box<Expr>,
    },
    /// `x > any (…)`, `x = all (select …)`
    Quantified {
        /// What is compared.
        operand: Box<Expr>,
        /// One of the comparisons.
        op: BinaryOp,
        /// Any (also written `some`) or all.
        quantifier: Quantifier,
        /// With what.
        set: QuantifiedSet,
    },
    /// `case [x] when a then b … [else c] end`
    Case {
        /// The value of the second form.
        operand: Option<Box<Expr>>,
        /// At least one.
        branches: Vec<CaseBranch>,
        /// After `else`.
        otherwise: Option<Box<Expr>>,
    },
    /// `cast(x, int)`, `cast(x as int)`, `cast(x, date, dateformat: 'yyyy')`
    Cast {
        /// What is cast.
        operand: Box<Expr>,
        /// To what.
        ty: TypeName,
        /// Named arguments such as `dateformat:`.
        options: Vec<Arg>,
    },
    /// `instanceof(x, A, B)`
    InstanceOf {
        /// What is asked about.
        operand: Box<Expr>,
        /// The types, at least one.
        types: Vec<TypeName>,
    },
    /// `30 sec`, `1 min 5 sec`: parts in descending order.
    TimePeriod(Vec<TimePart>),
    /// `{1, 2}`
    Array(Vec<Expr>),
    /// `(a, b)` after `group_by:` and in a few other places; may be empty or hold one value there.
    Tuple(Vec<Expr>),
    /// `new {a = 1, b}`
    NewStruct(Vec<NewField>),
    /// `new Class(args)`
    NewObject {
        /// The class.
        class: TypeName,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `new int[3]`, `new int[] {1, 2}`
    NewArray {
        /// Type of an element.
        element: TypeName,
        /// The sizes in brackets; `None` for empty brackets.
        sizes: Vec<Option<Expr>>,
        /// The values in braces.
        values: Option<Box<Expr>>,
    },
    /// `x => x > 1`, `(x, i) => …`
    Lambda {
        /// The parameters.
        params: Vec<Ident>,
        /// The body.
        body: Box<Expr>,
    },
    /// `(select …)`
    Subquery(Box<Select>),
    /// `exists (select …)`; `exists(property)` is a [`Call`].
    ExistsSubquery(Box<Select>),
    /// `?`, `?:name`, `?:name:type`
    Substitution {
        /// The name.
        name: Option<Ident>,
        /// The type.
        ty: Option<TypeName>,
    },
    /// `*` as an argument: `count(*)`.
    Wildcard,
    /// `s.*` as an argument: `window(s.*)`.
    StreamWildcard(Ident),
    /// `price desc` as an argument of a view or aggregate; plain `price` has no such node.
    Ordered {
        /// What is ordered by.
        operand: Box<Expr>,
        /// `asc` or `desc`, as written.
        order: SortOrder,
    },
}

/// Where `in` looks.
#[derive(Debug, Clone, PartialEq)]
pub enum InSet {
    /// `(1, 2)`
    List(Vec<Expr>),
    /// `(select …)`
    Subquery(Box<Select>),
    /// `[a:b]`, `(a:b)` and the half-open forms.
    Range {
        /// Lower end.
        low: Box<Expr>,
        /// Upper end.
        high: Box<Expr>,
        /// `[` and not `(`.
        low_inclusive: bool,
        /// `]` and not `)`.
        high_inclusive: bool,
    },
}

/// What a quantified comparison compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum QuantifiedSet {
    /// `(1, 2)`
    List(Vec<Expr>),
    /// `(select …)`
    Subquery(Box<Select>),
}

/// `when a then b`
#[derive(Debug, Clone, PartialEq)]
pub struct CaseBranch {
    /// After `when`.
    pub when: Expr,
    /// After `then`.
    pub then: Expr,
}

/// `a = 1` or `a` within `new { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct NewField {
    /// The column.
    pub name: Ident,
    /// Its value; none for the short form, which takes the property of that name.
    pub value: Option<Expr>,
}

/// `30 sec`
#[derive(Debug, Clone, PartialEq)]
pub struct TimePart {
    /// A number, a variable or a substitution parameter.
    pub amount: Expr,
    /// The unit.
    pub unit: TimeUnit,
}

/// A type as it is written: `int`, `string[]`, `int[primitive]`, `java.util.List<String>`.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeName {
    /// The name.
    pub name: QualifiedName,
    /// Types within `<…>`.
    pub arguments: Vec<TypeName>,
    /// Number of `[]`.
    pub dimensions: usize,
    /// Whether the first bracket says `[primitive]`.
    pub primitive_array: bool,
    /// Where it stands.
    pub span: Span,
}
