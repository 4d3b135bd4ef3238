//! Which parts of a condition the servers can test. Pure.
//!
//! They compare bytes, and their answer is that of EPL for texts alone: equal texts have equal
//! bytes. A column that is missing is null, of which neither `=` nor `!=` is true; a test passes
//! no row without its column.

use tachograph_connect::hbase::{CellTest, HBaseColumn};
use tachograph_event::Value;
use tachograph_plan::{CompareOp, Expr, ExprKind};

use super::super::{Condition, Shape};

/// A condition in two parts: it is true where both are.
pub struct Split {
    /// What the servers test.
    pub tests: Vec<(HBaseColumn, CellTest)>,
    /// What is left to be evaluated.
    pub rest: Option<Condition>,
}

/// Splits a condition.
pub fn split(condition: Option<&Condition>, shape: &Shape) -> Split {
    let (mut tests, mut rest) = (Vec::new(), Vec::new());
    for part in condition.map(Condition::conjuncts).unwrap_or_default() {
        match test(part) {
            Some((slot, test)) => tests.push((column(shape, slot), test)),
            None => rest.push(part),
        }
    }
    let rest = Condition::of_all(&rest);
    Split { tests, rest }
}

/// The column at a place.
pub fn column(shape: &Shape, slot: usize) -> HBaseColumn {
    HBaseColumn {
        family: shape.columns[slot].family.clone(),
        qualifier: shape.columns[slot].qualifier.clone(),
    }
}

fn test(part: &Expr) -> Option<(usize, CellTest)> {
    match &part.kind {
        ExprKind::Compare(op, left, right) => compare(*op, left, right),
        ExprKind::In {
            value,
            list,
            negated: false,
        } => {
            let texts = list.iter().map(literal).collect::<Option<Vec<String>>>()?;
            Some((property(value)?, CellTest::OneOf(texts)))
        }
        ExprKind::Like {
            subject,
            pattern,
            escape,
            negated: false,
        } => {
            let begin = beginning(&literal(pattern)?, *escape)?;
            Some((property(subject)?, CellTest::Begins(begin)))
        }
        _ => None,
    }
}

fn compare(op: CompareOp, left: &Expr, right: &Expr) -> Option<(usize, CellTest)> {
    let test = match op {
        CompareOp::Equal => CellTest::Equal,
        CompareOp::NotEqual => CellTest::NotEqual,
        _ => return None,
    };
    let sides = |property_side, literal_side| {
        let slot = property(property_side)?;
        Some((slot, literal(literal_side)?))
    };
    let (slot, text) = sides(left, right).or_else(|| sides(right, left))?;
    Some((slot, test(text)))
}

/// The place of a column, compared as the text that it is.
fn property(expr: &Expr) -> Option<usize> {
    match expr.kind {
        ExprKind::Property(slot) if expr.ty == tachograph_event::Type::Str => Some(slot),
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Literal(Value::Str(text)) => Some(text.to_string()),
        _ => None,
    }
}

/// The text that a pattern like `'A00%'` begins with.
fn beginning(pattern: &str, escape: Option<char>) -> Option<String> {
    let begin = pattern.strip_suffix('%')?;
    let special = |c: char| c == '%' || c == '_' || Some(c) == escape;
    let is_plain = !begin.is_empty() && !begin.contains(special);
    is_plain.then(|| begin.to_string())
}

#[cfg(test)]
mod tests {
    use tachograph_archive::ColumnConfig;
    use tachograph_event::Type;

    use super::*;

    fn pushed(text: &str) -> (Vec<CellTest>, bool) {
        let column = |(name, ty): (&str, Type)| ColumnConfig {
            family: "d".into(),
            qualifier: name.into(),
            ty,
        };
        let columns = [
            ("car", Type::Str),
            ("area", Type::Str),
            ("speed", Type::Int),
        ];
        let shape = Shape {
            table: "T".into(),
            columns: columns.map(column).to_vec(),
        };
        let condition = Condition::compile(text, &shape).expect("a condition");
        let split = split(Some(&condition), &shape);
        let tests = split.tests.into_iter().map(|(_, test)| test);
        (tests.collect(), split.rest.is_some())
    }

    #[test]
    fn tests_of_texts_go_to_the_servers() {
        let a = || "A".to_string();
        assert_eq!(pushed("car = 'A'"), (vec![CellTest::Equal(a())], false));
        assert_eq!(pushed("'A' = car"), (vec![CellTest::Equal(a())], false));
        assert_eq!(pushed("car != 'A'"), (vec![CellTest::NotEqual(a())], false));
        assert_eq!(
            pushed("car in ('A', 'B')"),
            (vec![CellTest::OneOf(vec![a(), "B".into()])], false)
        );
        assert_eq!(
            pushed("car like 'A%'"),
            (vec![CellTest::Begins(a())], false)
        );
        assert_eq!(
            pushed("car = 'A' and speed > 80 and area != 'A'"),
            (vec![CellTest::Equal(a()), CellTest::NotEqual(a())], true)
        );
    }

    #[test]
    fn all_else_stays() {
        for text in [
            "speed = 80",
            "car > 'A'",
            "car is 'A'",
            "car = area",
            "not (car = 'A')",
            "car = 'A' or area = 'A'",
            "car not in ('A', 'B')",
            "car not like 'A%'",
            "car like '%A'",
            "car like 'A_%'",
            "car like 'A%B%'",
            "car like 'A!%%' escape '!'",
            "car like '%'",
            "car like 'A'",
            "car || 'x' = 'Ax'",
        ] {
            assert_eq!(pushed(text), (vec![], true), "{text}");
        }
    }
}
