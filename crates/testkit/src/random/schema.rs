//! Event types: names, and properties of every type that the language has.

use super::dice::Dice;

/// The type of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    Byte,
    Short,
    Int,
    Long,
    Float,
    Double,
    Char,
    Text,
}

impl Kind {
    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Bool => "boolean",
            Kind::Byte => "byte",
            Kind::Short => "short",
            Kind::Int => "int",
            Kind::Long => "long",
            Kind::Float => "float",
            Kind::Double => "double",
            Kind::Char => "char",
            Kind::Text => "string",
        }
    }

    /// Does it hold whole numbers?
    pub fn is_whole(self) -> bool {
        matches!(self, Kind::Byte | Kind::Short | Kind::Int | Kind::Long)
    }

    /// Does it hold numbers?
    pub fn is_number(self) -> bool {
        self.is_whole() || matches!(self, Kind::Float | Kind::Double)
    }
}

/// A property.
#[derive(Debug, Clone)]
pub struct Property {
    pub name: String,
    pub kind: Kind,
}

/// An event type.
#[derive(Debug, Clone)]
pub struct Stream {
    pub name: String,
    pub properties: Vec<Property>,
}

impl Stream {
    /// The names of the properties that fit.
    pub fn names(&self, fits: impl Fn(Kind) -> bool) -> Vec<&str> {
        let fitting = self.properties.iter().filter(|p| fits(p.kind));
        fitting.map(|p| p.name.as_str()).collect()
    }

    /// A property of one of some kinds, if there is one.
    pub fn pick(&self, dice: &mut Dice, fits: impl Fn(Kind) -> bool) -> Option<&str> {
        let names = self.names(fits);
        (!names.is_empty()).then(|| dice.pick(&names))
    }

    /// Two properties of one kind.
    pub fn pair(&self, dice: &mut Dice, fits: impl Fn(Kind) -> bool) -> Option<(&str, &str)> {
        let left = self.pick(dice, fits)?;
        let kind = self.kind(left);
        let right = self.pick(dice, |k| Some(k) == kind)?;
        Some((left, right))
    }

    /// The kind of a property.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        let mut properties = self.properties.iter();
        properties.find(|p| p.name == name).map(|p| p.kind)
    }

    /// Any property but the timestamp.
    pub fn any(&self, dice: &mut Dice) -> &str {
        self.pick(dice, |_| true).unwrap_or("ts")
    }
}

/// The event types of a case, and how often a property is null.
#[derive(Debug, Clone)]
pub struct Schema {
    pub streams: Vec<Stream>,
    pub nulls_percent: u64,
}

impl Schema {
    /// The declarations. Every type has a timestamp besides, `ts`, which is never null.
    pub fn epl(&self) -> String {
        let line = |stream: &Stream| {
            let columns = stream.properties.iter();
            let columns = columns.map(|p| format!("{} {}, ", p.name, p.kind.name()));
            let columns: String = columns.collect();
            format!("create schema {}({columns}ts long);\n", stream.name)
        };
        self.streams.iter().map(line).collect()
    }
}

/// Event types for a case.
pub fn schema(dice: &mut Dice) -> Schema {
    let count = [1, 1, 1, 2, 2, 3][dice.below(6) as usize];
    let names = ["S", "T", "U"];
    let nulls_percent = [0, 8, 8, 15, 50][dice.below(5) as usize];
    let stream = |name: &&str, dice: &mut Dice| Stream {
        name: name.to_string(),
        properties: properties(dice),
    };
    Schema {
        streams: names[..count].iter().map(|n| stream(n, dice)).collect(),
        nulls_percent,
    }
}

/// A key and a number at least, then whatever comes.
fn properties(dice: &mut Dice) -> Vec<Property> {
    use Kind::{Bool, Byte, Char, Double, Float, Int, Long, Short, Text};
    let mut kinds = vec![Text, [Int, Int, Long, Double][dice.below(4) as usize]];
    let others = [Int, Long, Double, Bool, Text, Float, Short, Byte, Char];
    let more = dice.below(5);
    kinds.extend((0..more).map(|_| others[dice.below(others.len() as u64) as usize]));
    let name = |(n, kind): (usize, Kind)| {
        let letter = match kind {
            Text => "k",
            Bool => "b",
            Char => "x",
            Float | Double => "d",
            _ => "v",
        };
        let name = format!("{letter}{n}");
        Property { name, kind }
    };
    kinds.into_iter().enumerate().map(name).collect()
}
