//! The expressions of EPL.
//!
//! Nouns: an [`Expr`] is an [`ExprKind`] with its place; a [`Path`] is a property as it is written,
//! a [`Call`] a name with arguments, a chain is a value with `.links` behind it. Parentheses leave no
//! node of their own. Never: decides whether a name is a property, a stream, a class or a variable.

use super::{Ident, QualifiedName, Select};
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

/// A property as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// At least one.
    pub segments: Vec<PathSegment>,
}

impl Path {
    /// The name when the path is a single plain name.
    pub fn as_name(&self) -> Option<&Ident> {
        match self.segments.as_slice() {
            [one] if one.subscripts.is_empty() && !one.dynamic => Some(&one.name),
            _ => None,
        }
    }
}

/// One step of a path: `a`, `a[0]`, `a?`.
#[derive(Debug, Clone, PartialEq)]
pub struct PathSegment {
    /// The name.
    pub name: Ident,
    /// `[0]`, `[key1, key2]`; one entry a bracket.
    pub subscripts: Vec<Subscript>,
    /// Whether `?` follows: the property need not exist.
    pub dynamic: bool,
    /// Where it stands.
    pub span: Span,
}

/// What stands in one pair of brackets.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscript {
    /// The index, or the keys of a table; at least one.
    pub keys: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `name([distinct|all] args)`
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The name. Names that are keywords (`SUM`, `Count`) are in lower case, others as written.
    pub name: Ident,
    /// Whether `distinct` stands before the arguments.
    pub distinct: bool,
    /// The arguments, named ones among them.
    pub args: Vec<Arg>,
}

/// One argument: `x`, `*`, `filter: x > 1`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// The name before the colon.
    pub name: Option<Ident>,
    /// The value; [`ExprKind::Tuple`] for `group_by: (…)`.
    pub value: Expr,
    /// Where it stands.
    pub span: Span,
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq)]
pub enum ChainLink {
    /// `.f(x)`
    Method {
        /// The method.
        call: Call,
        /// Where it stands, without the dot.
        span: Span,
    },
    /// `.a`, `.a[0]`
    Property(PathSegment),
    /// `[0]` directly behind a call.
    Subscript(Subscript),
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `not`
    Not,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `=`
    Equal,
    /// `!=`, `<>`
    NotEqual,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `||`
    Concat,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
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

/// How many must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `any`, `some`
    Any,
    /// `all`
    All,
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

/// A unit of a time period, from the longest to the shortest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeUnit {
    /// `year`, `years`
    Year,
    /// `month`, `months`
    Month,
    /// `week`, `weeks`
    Week,
    /// `day`, `days`
    Day,
    /// `hour`, `hours`
    Hour,
    /// `minute`, `minutes`, `min`
    Minute,
    /// `second`, `seconds`, `sec`
    Second,
    /// `millisecond`, `milliseconds`, `msec`
    Millisecond,
    /// `microsecond`, `microseconds`, `usec`
    Microsecond,
}

/// `asc` or `desc`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// `asc`, and where nothing is written.
    Ascending,
    /// `desc`
    Descending,
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
