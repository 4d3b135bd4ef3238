//! What a table is like.

use tachograph_event::{CodecError, Decoder, Encoder, EventType, Type};

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnConfig {
    /// Column family.
    pub family: String,
    /// Qualifier within the family.
    pub qualifier: String,
    /// Type of its values.
    pub ty: Type,
}

impl ColumnConfig {
    /// `family:qualifier`
    pub fn name(&self) -> String {
        format!("{}:{}", self.family, self.qualifier)
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableConfig {
    /// Name of the table.
    pub name: String,
    /// Its columns.
    pub columns: Vec<ColumnConfig>,
    /// Length of a bucket of event time, in ms.
    pub bucket_ms: i64,
    /// Age in ms of event time at which rows may be dropped; none for never.
    pub ttl_ms: Option<i64>,
    /// Versions kept of a row.
    pub versions: u32,
    /// Bytes that the memtable may take before a flush is wanted.
    pub memtable_bytes: usize,
}

impl TableConfig {
    /// The rows' type: a property a column, named by its qualifier.
    pub fn event_type(&self) -> EventType {
        let columns = self
            .columns
            .iter()
            .map(|c| (c.qualifier.clone(), stored(&c.ty)));
        EventType::new(self.name.clone(), columns)
    }

    pub(crate) fn save(&self, to: &mut Encoder) {
        to.str(&self.name);
        to.list(self.columns.iter(), |to, column| {
            to.str(&column.family);
            to.str(&column.qualifier);
            to.str(&stored(&column.ty).to_string());
        });
        to.i64(self.bucket_ms);
        to.option(self.ttl_ms, Encoder::i64);
        to.u32(self.versions);
        to.u64(self.memtable_bytes as u64);
    }

    pub(crate) fn load(from: &mut Decoder<'_>) -> Result<TableConfig, CodecError> {
        Ok(TableConfig {
            name: from.str()?.to_string(),
            columns: from.list(|from| {
                Ok(ColumnConfig {
                    family: from.str()?.to_string(),
                    qualifier: from.str()?.to_string(),
                    ty: Type::from_name(from.str()?).ok_or(CodecError::Corrupt("column type"))?,
                })
            })?,
            bucket_ms: from.i64()?,
            ttl_ms: from.option(Decoder::i64)?,
            versions: from.u32()?,
            memtable_bytes: from.size()?,
        })
    }

    /// May a table of this configuration read files of another? Only the columns must agree.
    pub(crate) fn fits(&self, other: &TableConfig) -> bool {
        let columns = |c: &TableConfig| -> Vec<(String, Type)> {
            c.columns
                .iter()
                .map(|c| (c.name(), stored(&c.ty)))
                .collect()
        };
        columns(self) == columns(other) && self.bucket_ms == other.bucket_ms
    }
}

/// The type in which a value is kept: what has no form of its own is kept as text.
pub fn stored(ty: &Type) -> Type {
    match ty {
        Type::Bool | Type::Int | Type::Long | Type::Float | Type::Double => ty.clone(),
        Type::Byte | Type::Short => Type::Int,
        _ => Type::Str,
    }
}
