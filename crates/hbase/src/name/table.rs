//! A table's name, with its namespace. Plain data.

use std::fmt;

use bytes::Bytes;

use crate::wire;

/// The namespace of names that are written without one.
const DEFAULT: &str = "default";

/// A table's name: `table`, or `namespace:table`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName {
    namespace: String,
    qualifier: String,
}

impl TableName {
    /// The namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name within its namespace.
    pub fn qualifier(&self) -> &str {
        &self.qualifier
    }

    pub(crate) fn meta() -> TableName {
        TableName::from("hbase:meta")
    }

    /// Whether HBase keeps its own things there; calls for it are more urgent to servers.
    pub(crate) fn is_system(&self) -> bool {
        self.namespace == "hbase"
    }

    pub(crate) fn wire(&self) -> wire::basic::TableName {
        wire::basic::TableName {
            namespace: Bytes::copy_from_slice(self.namespace.as_bytes()),
            qualifier: Bytes::copy_from_slice(self.qualifier.as_bytes()),
        }
    }
}

impl From<&str> for TableName {
    fn from(name: &str) -> TableName {
        let (namespace, qualifier) = name.split_once(':').unwrap_or((DEFAULT, name));
        TableName {
            namespace: namespace.to_owned(),
            qualifier: qualifier.to_owned(),
        }
    }
}

impl From<String> for TableName {
    fn from(name: String) -> TableName {
        TableName::from(name.as_str())
    }
}

impl From<&TableName> for TableName {
    fn from(name: &TableName) -> TableName {
        name.clone()
    }
}

impl From<wire::basic::TableName> for TableName {
    fn from(sent: wire::basic::TableName) -> TableName {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        TableName {
            namespace: text(&sent.namespace),
            qualifier: text(&sent.qualifier),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace == DEFAULT {
            true => f.write_str(&self.qualifier),
            false => write!(f, "{}:{}", self.namespace, self.qualifier),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_namespace_or_the_default_one() {
        assert_eq!(TableName::from("cars").namespace(), "default");
        assert_eq!(TableName::from("cars").to_string(), "cars");
        assert_eq!(TableName::from("fleet:cars").to_string(), "fleet:cars");
        assert!(TableName::meta().is_system());
    }
}
