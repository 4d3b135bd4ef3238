//! A schema as a registry keeps it: a text with the texts that it refers to.

/// A schema under an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Its id.
    pub id: u32,
    /// A subject that it is registered under, where the registry tells.
    pub subject: Option<String>,
    /// The language that it is written in.
    pub kind: SchemaKind,
    /// The text.
    pub text: String,
    /// What it refers to, each before those that refer to it.
    pub references: Vec<Referenced>,
}

/// A schema that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referenced {
    /// The name by which it is referred to: an imported file, a full name.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The language of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaKind {
    /// Avro, in JSON.
    Avro,
    /// Protocol Buffers, in their own language.
    Protobuf,
    /// Anything else.
    Other,
}

impl SchemaKind {
    /// As a registry names it; Avro is the kind that need not be named.
    pub fn parse(name: Option<&str>) -> SchemaKind {
        match name {
            None | Some("AVRO") => SchemaKind::Avro,
            Some("PROTOBUF") => SchemaKind::Protobuf,
            Some(_) => SchemaKind::Other,
        }
    }

    /// The name for a registry.
    pub fn name(self) -> &'static str {
        match self {
            SchemaKind::Avro => "AVRO",
            SchemaKind::Protobuf => "PROTOBUF",
            SchemaKind::Other => "of another language",
        }
    }
}

impl Schema {
    /// The schema as messages name it: its id and its subject.
    pub fn title(&self) -> String {
        match &self.subject {
            Some(subject) => format!("schema {} (subject {subject})", self.id),
            None => format!("schema {}", self.id),
        }
    }
}
