//! A schema's types in a list, each known by its place in it: recursive types need no special care,
//! and references by name are resolved once.

use std::collections::BTreeMap;

use apache_avro::Schema;
use apache_avro::schema::{
    EnumSchema, InnerDecimalSchema, Name, NamespaceRef, RecordSchema, UuidSchema,
};
use serde_json::Value as Json;

use super::super::scalar::Kind;

/// Place of a type in the list.
pub type Place = usize;

/// How a type is written.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Nothing.
    Null,
    /// A byte.
    Bool,
    /// A whole number of 7 bits a byte.
    Whole(Kind),
    /// Four bytes.
    Float,
    /// Eight bytes.
    Double,
    /// A length, and bytes.
    Bytes(Kind),
    /// A length, and a text.
    Text,
    /// So many bytes.
    Fixed(usize, Kind),
    /// The number of a symbol.
    Enum {
        /// The symbols.
        symbols: Vec<String>,
        /// What stands for symbols that the reader does not know.
        default: Option<String>,
    },
    /// Blocks of items.
    Array(Place),
    /// Blocks of keys with values.
    Map(Place),
    /// The number of a branch, and its value.
    Union(Vec<Place>),
    /// Its fields, one after the other.
    Record(Vec<Field>),
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Names that it had, or has elsewhere.
    pub aliases: Vec<String>,
    /// Its value where the writer did not know the field.
    pub default: Option<Json>,
    /// Its type.
    pub shape: Place,
}

/// The types of a schema.
#[derive(Debug, Clone)]
pub struct Shapes {
    list: Vec<Shape>,
    /// The type of the whole.
    pub root: Place,
}

impl Shapes {
    /// Reads a schema; `references` are the texts of those that it names without defining them, each
    /// before those that name it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, references: &[&str]) -> Result<Shapes, String> {
        let parsed = match references {
            [] => Schema::parse_str(text).map(|schema| (schema, Vec::new())),
            _ => Schema::parse_str_with_list(text, references),
        };
        let (schema, others) = parsed.map_err(|e| format!("not an Avro schema: {e}"))?;
        let mut maker = Maker::default();
        others.iter().for_each(|other| maker.gather(other, None));
        maker.gather(&schema, None);
        let root = maker.place(&schema, None)?;
        let list = maker.list;
        Ok(Shapes { list, root })
    }

    /// The type at a place.
    pub fn at(&self, place: Place) -> &Shape {
        &self.list[place]
    }
}

/// Makes the list.
#[derive(Default)]
struct Maker<'a> {
    list: Vec<Shape>,
    named: BTreeMap<String, &'a Schema>,
    placed: BTreeMap<String, Place>,
}

impl<'a> Maker<'a> {
    /// Finds the definitions of all names.
    fn gather(&mut self, schema: &'a Schema, within: NamespaceRef<'a>) {
        let within = match schema.name() {
            Some(name) => {
                if !matches!(schema, Schema::Ref { .. }) {
                    self.named.insert(full(name, within), schema);
                }
                name.namespace().or(within)
            }
            None => within,
        };
        match schema {
            Schema::Array(array) => self.gather(&array.items, within),
            Schema::Map(map) => self.gather(&map.types, within),
            Schema::Union(union) => {
                let variants = union.variants().iter();
                variants.for_each(|variant| self.gather(variant, within));
            }
            Schema::Record(record) => {
                let fields = record.fields.iter();
                fields.for_each(|field| self.gather(&field.schema, within));
            }
            _ => {}
        }
    }

    fn place(&mut self, schema: &'a Schema, within: NamespaceRef<'a>) -> Result<Place, String> {
        let Some(name) = schema.name() else {
            let place = self.list.len();
            self.list.push(Shape::Null);
            self.list[place] = self.shape(schema, within)?;
            return Ok(place);
        };
        let key = full(name, within);
        if let Some(place) = self.placed.get(&key) {
            return Ok(*place);
        }
        let found = self.named.get(&key).copied();
        let schema = found.ok_or_else(|| format!("`{key}` is not defined"))?;
        let within = name.namespace().or(within);
        let place = self.list.len();
        self.list.push(Shape::Null);
        self.placed.insert(key, place);
        self.list[place] = self.shape(schema, within)?;
        Ok(place)
    }

    fn shape(&mut self, schema: &'a Schema, within: NamespaceRef<'a>) -> Result<Shape, String> {
        Ok(match schema {
            Schema::Null => Shape::Null,
            Schema::Boolean => Shape::Bool,
            Schema::Int | Schema::Long => Shape::Whole(Kind::Whole),
            Schema::Float => Shape::Float,
            Schema::Double => Shape::Double,
            Schema::Bytes => Shape::Bytes(Kind::Bytes),
            // A decimal that brings its scale along is not the specification's.
            Schema::BigDecimal => Shape::Bytes(Kind::Bytes),
            Schema::String | Schema::Uuid(UuidSchema::String) => Shape::Text,
            Schema::Uuid(UuidSchema::Bytes) => Shape::Bytes(Kind::Uuid),
            Schema::Uuid(UuidSchema::Fixed(fixed)) => Shape::Fixed(fixed.size, Kind::Uuid),
            Schema::Duration(fixed) => Shape::Fixed(fixed.size, Kind::Bytes),
            Schema::Fixed(fixed) => Shape::Fixed(fixed.size, Kind::Bytes),
            Schema::Decimal(decimal) => match &decimal.inner {
                InnerDecimalSchema::Bytes => Shape::Bytes(Kind::Decimal(decimal.scale)),
                InnerDecimalSchema::Fixed(fixed) => {
                    Shape::Fixed(fixed.size, Kind::Decimal(decimal.scale))
                }
            },
            Schema::Date => Shape::Whole(Kind::Date),
            Schema::TimeMillis => Shape::Whole(Kind::TimeOfDay(1_000)),
            Schema::TimeMicros => Shape::Whole(Kind::TimeOfDay(1_000_000)),
            Schema::TimestampMillis | Schema::LocalTimestampMillis => {
                Shape::Whole(Kind::Instant(1_000))
            }
            Schema::TimestampMicros | Schema::LocalTimestampMicros => {
                Shape::Whole(Kind::Instant(1_000_000))
            }
            Schema::TimestampNanos | Schema::LocalTimestampNanos => {
                Shape::Whole(Kind::Instant(1_000_000_000))
            }
            Schema::Array(array) => Shape::Array(self.place(&array.items, within)?),
            Schema::Map(map) => Shape::Map(self.place(&map.types, within)?),
            Schema::Union(union) => {
                let variants = union.variants().iter();
                let places = variants.map(|variant| self.place(variant, within));
                Shape::Union(places.collect::<Result<_, String>>()?)
            }
            Schema::Record(record) => Shape::Record(self.fields(record, within)?),
            Schema::Enum(symbols) => enumeration(symbols),
            Schema::Ref { name } => return Err(format!("`{}` is not defined", name.name())),
        })
    }

    fn fields(
        &mut self,
        record: &'a RecordSchema,
        within: NamespaceRef<'a>,
    ) -> Result<Vec<Field>, String> {
        let fields = record.fields.iter().map(|field| {
            Ok(Field {
                name: field.name.clone(),
                aliases: field.aliases.clone(),
                default: field.default.clone(),
                shape: self.place(&field.schema, within)?,
            })
        });
        fields.collect()
    }
}

fn enumeration(schema: &EnumSchema) -> Shape {
    Shape::Enum {
        symbols: schema.symbols.clone(),
        default: schema.default.clone(),
    }
}

fn full(name: &Name, within: NamespaceRef<'_>) -> String {
    name.fullname(within)
}
