//! A message and what is wanted of it give a plan of reading. Pure: all faults of a schema are found
//! here, before a message is read.

use std::collections::BTreeSet;

use prost_reflect::{FieldDescriptor, Kind as Wire, MessageDescriptor};
use tachograph_event::Type;

use super::super::scalar::Kind;
use super::super::wants::{Want, wants};

/// How messages are read.
#[derive(Debug)]
pub struct Plan {
    /// Each slot's place.
    pub takes: Vec<Take>,
    /// Slots of values that are instants in milliseconds.
    pub instants: BTreeSet<usize>,
    /// Number of slots.
    pub width: usize,
}

/// A value that is wanted.
#[derive(Debug)]
pub struct Take {
    /// Where it goes.
    pub slot: usize,
    /// From the message inwards.
    pub path: Vec<Way>,
    /// What it becomes.
    pub make: Make,
}

/// A step inwards.
#[derive(Debug)]
pub enum Way {
    /// To a field.
    Field(FieldDescriptor),
    /// To the value of a key, which is compared as text.
    Key(String),
}

/// What a value becomes.
#[derive(Debug)]
pub enum Make {
    /// Itself, as a value of a type.
    Scalar(Kind, Type),
    /// The name of the symbol.
    Symbol(prost_reflect::EnumDescriptor),
    /// The number of the symbol, of a type.
    Number(Type),
    /// The value within a message that is there to be left out.
    Wrapped(Kind, Type),
    /// An instant, of seconds and nanoseconds.
    Timestamp(Type),
    /// A length of time in milliseconds.
    Duration,
    /// A nested event.
    Row(Box<Plan>),
    /// A list.
    Array(Box<Make>),
}

impl Plan {
    /// A plan.
    ///
    /// # Errors
    /// All that is wrong, in a sentence.
    pub fn new(message: &MessageDescriptor, wants: &[Want]) -> Result<Plan, String> {
        let mut plan = Plan {
            takes: Vec::new(),
            instants: BTreeSet::new(),
            width: wants.iter().map(|w| w.slot + 1).max().unwrap_or(0),
        };
        let mut faults = Vec::new();
        for want in wants {
            match take(message, want) {
                Ok(take) => {
                    if is_instant(&take.make) {
                        plan.instants.insert(want.slot);
                    }
                    plan.takes.push(take);
                }
                Err(fault) => faults.push(fault),
            }
        }
        match faults.is_empty() {
            true => Ok(plan),
            false => Err(faults.join("; ")),
        }
    }
}

fn is_instant(make: &Make) -> bool {
    matches!(make, Make::Timestamp(Type::Long))
}

fn take(message: &MessageDescriptor, want: &Want) -> Result<Take, String> {
    let mut message = message.clone();
    let mut path = Vec::new();
    let mut names = want.path.iter();
    while let Some(name) = names.next() {
        let missing = || {
            let (of, ty) = (message.full_name(), &want.ty);
            format!("`{of}` has no field `{name}` ({ty})")
        };
        let field = message.get_field_by_name(name).ok_or_else(missing)?;
        path.push(Way::Field(field.clone()));
        let mut kind = field.kind();
        let mut is_list = field.is_list();
        if let (true, Some(entry)) = (field.is_map(), kind.as_message().cloned()) {
            let fault = || format!("the field `{name}` is a map: `fields` names a key of it");
            let key = names.next().ok_or_else(fault)?;
            path.push(Way::Key(key.clone()));
            kind = entry.map_entry_value_field().kind();
            is_list = false;
        }
        if names.len() == 0 {
            let make = make(&kind, is_list, &want.ty);
            let make = make.map_err(|why| format!("the field `{}` {why}", want.place()))?;
            let slot = want.slot;
            return Ok(Take { slot, path, make });
        }
        message = match (kind, is_list) {
            (Wire::Message(inner), false) => inner,
            _ => return Err(format!("the field `{name}` has no parts")),
        };
    }
    Err("a property has no place".into())
}

fn make(wire: &Wire, is_list: bool, ty: &Type) -> Result<Make, String> {
    match (is_list, ty) {
        (true, Type::Array(element)) => Ok(Make::Array(Box::new(make(wire, false, element)?))),
        (true, _) => Err(format!("is a list and cannot become {ty}")),
        (false, _) => single(wire, ty),
    }
}

fn single(wire: &Wire, ty: &Type) -> Result<Make, String> {
    let message = match wire {
        Wire::Message(message) => message,
        Wire::Enum(symbols) => {
            return match ty {
                Type::Str => Ok(Make::Symbol(symbols.clone())),
                _ if Kind::Whole.fits(ty) => Ok(Make::Number(ty.clone())),
                _ => Err(cannot("an enumeration", ty)),
            };
        }
        _ => {
            let kind = kind(wire);
            let make = Make::Scalar(kind, ty.clone());
            return kind
                .fits(ty)
                .then_some(make)
                .ok_or_else(|| cannot(kind.name(), ty));
        }
    };
    let is_time = Kind::Instant(1_000).fits(ty);
    match (message.full_name(), ty) {
        ("google.protobuf.Timestamp", _) if is_time => Ok(Make::Timestamp(ty.clone())),
        ("google.protobuf.Duration", Type::Long) => Ok(Make::Duration),
        (_, Type::Event(inner)) => {
            let plan = Plan::new(message, &wants(inner, &[], &[])?)?;
            Ok(Make::Row(Box::new(plan)))
        }
        _ => match wrapped(message) {
            Some(kind) if kind.fits(ty) => Ok(Make::Wrapped(kind, ty.clone())),
            _ => Err(cannot(&format!("a `{}`", message.full_name()), ty)),
        },
    }
}

fn cannot(is: &str, ty: &Type) -> String {
    format!("is {is} and cannot become {ty}")
}

/// What a wrapper of the well-known types wraps.
fn wrapped(message: &MessageDescriptor) -> Option<Kind> {
    let is_known = message.package_name() == "google.protobuf";
    let is_wrapper = is_known && message.name().ends_with("Value");
    let field = message.get_field(1).filter(|field| field.name() == "value");
    let is_scalar = |wire: &Wire| !matches!(wire, Wire::Message(_) | Wire::Enum(_));
    let wire = field.map(|field| field.kind()).filter(is_scalar)?;
    is_wrapper.then(|| kind(&wire))
}

fn kind(wire: &Wire) -> Kind {
    match wire {
        Wire::Bool => Kind::Bool,
        Wire::Float | Wire::Double => Kind::Real,
        Wire::String => Kind::Text,
        Wire::Bytes => Kind::Bytes,
        _ => Kind::Whole,
    }
}
