//! The types of EPL as the planner and the columns know them.

use std::fmt;
use std::sync::Arc;

use crate::event_type::EventType;

/// What a value may be. Every type admits null.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// The type of a bare `null`.
    Null,
    /// `boolean`
    Bool,
    /// `byte`, 8 bits
    Byte,
    /// `short`, 16 bits
    Short,
    /// `int`, 32 bits
    Int,
    /// `long`, 64 bits
    Long,
    /// `float`, 32 bits
    Float,
    /// `double`, 64 bits
    Double,
    /// `char`, one character
    Char,
    /// `string`
    Str,
    /// An array of one element type.
    Array(Box<Type>),
    /// An event, or a nested one.
    Event(Arc<EventType>),
    /// Anything at all (`Object`).
    Object,
}

impl Type {
    /// True for the six numeric types.
    pub fn is_numeric(&self) -> bool {
        self.rank().is_some()
    }

    /// Place in the widening order byte, short, int, long, float, double.
    pub fn rank(&self) -> Option<u8> {
        Some(match self {
            Type::Byte => 0,
            Type::Short => 1,
            Type::Int => 2,
            Type::Long => 3,
            Type::Float => 4,
            Type::Double => 5,
            _ => return None,
        })
    }

    /// Reads a type name as EPL spells it (`int`, `integer`, `string`, `java.lang.Double`, …).
    pub fn from_name(name: &str) -> Option<Type> {
        let short = name.strip_prefix("java.lang.").unwrap_or(name);
        Some(match short.to_ascii_lowercase().as_str() {
            "bool" | "boolean" => Type::Bool,
            "byte" => Type::Byte,
            "short" => Type::Short,
            "int" | "integer" => Type::Int,
            "long" => Type::Long,
            "float" => Type::Float,
            "double" => Type::Double,
            "char" | "character" => Type::Char,
            "string" | "varchar" | "varchar2" => Type::Str,
            "object" => Type::Object,
            _ => return None,
        })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Null => f.write_str("null"),
            Type::Bool => f.write_str("boolean"),
            Type::Byte => f.write_str("byte"),
            Type::Short => f.write_str("short"),
            Type::Int => f.write_str("int"),
            Type::Long => f.write_str("long"),
            Type::Float => f.write_str("float"),
            Type::Double => f.write_str("double"),
            Type::Char => f.write_str("char"),
            Type::Str => f.write_str("string"),
            Type::Array(element) => write!(f, "{element}[]"),
            Type::Event(event) => f.write_str(&event.name),
            Type::Object => f.write_str("Object"),
        }
    }
}
