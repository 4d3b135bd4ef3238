//! Tables as a whole: created, described, switched on and off, emptied, deleted.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::{Admin, TableDescriptor};
use crate::error::{Error, ErrorKind, Result};
use crate::name::TableName;
use crate::wire::table::{
    CreateTableRequest, GetTableDescriptorsRequest, GetTableDescriptorsResponse,
    GetTableNamesRequest, GetTableNamesResponse, GetTableStateRequest, GetTableStateResponse,
    ModifyTableRequest, NamedTableRequest, State, TruncateTableRequest,
};

/// Whether a table serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableState {
    /// It serves.
    Enabled,
    /// It does not.
    Disabled,
    /// It is being switched off.
    Disabling,
    /// It is being switched on.
    Enabling,
}

impl Admin {
    /// Creates a table, cut into regions at the keys given, and waits until it serves.
    ///
    /// # Errors
    /// [`ErrorKind::TableExists`]; [`ErrorKind::InvalidArgument`] if a key is empty or comes twice; a schema
    /// or a name that the master refuses; or the deadline.
    pub async fn create_table<K: AsRef<[u8]>>(
        &self,
        table: &TableDescriptor,
        split_keys: impl IntoIterator<Item = K>,
    ) -> Result<()> {
        let copy = |key: K| Bytes::copy_from_slice(key.as_ref());
        let split_keys: Vec<Bytes> = split_keys.into_iter().map(copy).collect();
        check_split_keys(&split_keys)?;
        table.check()?;
        let (nonce_group, nonce) = self.nonce();
        let request = CreateTableRequest {
            table_schema: table.wire(),
            split_keys,
            nonce_group,
            nonce,
        };
        self.procedure("CreateTable", &request).await
    }

    /// Gives a table another schema, the whole of it, and waits until its regions have it. Begin with what
    /// [`Admin::describe_table`] gives to change a part.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], a schema that the master refuses, or the deadline.
    pub async fn modify_table(&self, table: &TableDescriptor) -> Result<()> {
        table.check()?;
        let (nonce_group, nonce) = self.nonce();
        let request = ModifyTableRequest {
            table_name: table.name().wire(),
            table_schema: table.wire(),
            nonce_group,
            nonce,
        };
        self.procedure("ModifyTable", &request).await
    }

    /// The names of all tables but HBase's own.
    ///
    /// # Errors
    /// What no further attempt could mend, or the deadline.
    pub async fn list_tables(&self) -> Result<Vec<TableName>> {
        let request = GetTableNamesRequest::default();
        let answer: GetTableNamesResponse = self.master("GetTableNames", &request).await?;
        Ok(answer
            .table_names
            .into_iter()
            .map(TableName::from)
            .collect())
    }

    /// Whether there is such a table.
    ///
    /// # Errors
    /// What no further attempt could mend, or the deadline.
    pub async fn table_exists(&self, table: impl Into<TableName>) -> Result<bool> {
        Ok(self.find(&table.into()).await?.is_some())
    }

    /// A table's schema.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], or the deadline.
    pub async fn describe_table(&self, table: impl Into<TableName>) -> Result<TableDescriptor> {
        let table = table.into();
        let missing = || {
            Error::new(
                ErrorKind::TableNotFound,
                format!("there is no table {table}"),
            )
        };
        self.find(&table).await?.ok_or_else(missing)
    }

    async fn find(&self, table: &TableName) -> Result<Option<TableDescriptor>> {
        let request = GetTableDescriptorsRequest {
            table_names: vec![table.wire()],
        };
        let answer: GetTableDescriptorsResponse =
            self.master("GetTableDescriptors", &request).await?;
        Ok(answer
            .table_schema
            .into_iter()
            .next()
            .map(TableDescriptor::from_wire))
    }

    /// Whether a table serves.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], or the deadline.
    pub async fn table_state(&self, table: impl Into<TableName>) -> Result<TableState> {
        let request = GetTableStateRequest {
            table_name: table.into().wire(),
        };
        let answer: GetTableStateResponse = self.master("GetTableState", &request).await?;
        match State::try_from(answer.table_state.state) {
            Ok(State::Enabled) => Ok(TableState::Enabled),
            Ok(State::Disabled) => Ok(TableState::Disabled),
            Ok(State::Disabling) => Ok(TableState::Disabling),
            Ok(State::Enabling) => Ok(TableState::Enabling),
            Err(_) => Err(Error::new(
                ErrorKind::Protocol,
                "a state of a table that is not known",
            )),
        }
    }

    /// Switches a table on and waits until it serves.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], [`ErrorKind::TableEnabled`] if it serves already, or the deadline.
    pub async fn enable_table(&self, table: impl Into<TableName>) -> Result<()> {
        self.named("EnableTable", &table.into()).await
    }

    /// Switches a table off and waits until it no longer serves.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], [`ErrorKind::TableDisabled`] if it does not serve, or the deadline.
    pub async fn disable_table(&self, table: impl Into<TableName>) -> Result<()> {
        self.named("DisableTable", &table.into()).await
    }

    /// Deletes a table that is switched off.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], [`ErrorKind::TableEnabled`] if it still serves, or the deadline.
    pub async fn delete_table(&self, table: impl Into<TableName>) -> Result<()> {
        self.named("DeleteTable", &table.into()).await
    }

    /// Empties a table that is switched off; it serves afterwards.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], [`ErrorKind::TableEnabled`] if it still serves, or the deadline.
    pub async fn truncate_table(
        &self,
        table: impl Into<TableName>,
        keep_splits: bool,
    ) -> Result<()> {
        let table = table.into();
        let (nonce_group, nonce) = self.nonce();
        let request = TruncateTableRequest {
            table_name: table.wire(),
            preserve_splits: Some(keep_splits),
            nonce_group,
            nonce,
        };
        self.cluster.regions(&table).clear();
        self.procedure("truncateTable", &request).await
    }

    async fn named(&self, method: &'static str, table: &TableName) -> Result<()> {
        let (nonce_group, nonce) = self.nonce();
        let request = NamedTableRequest {
            table_name: table.wire(),
            nonce_group,
            nonce,
        };
        self.cluster.regions(table).clear();
        self.procedure(method, &request).await
    }

    /// By which a master recognises a request that comes a second time.
    pub(super) fn nonce(&self) -> (Option<u64>, Option<u64>) {
        (
            Some(self.cluster.nonce_group()),
            Some(self.cluster.next_nonces(1)),
        )
    }
}

/// A master waits for ever for regions that begin at one key, or for one that begins and ends nowhere.
fn check_split_keys(keys: &[Bytes]) -> Result<()> {
    let different: BTreeSet<&Bytes> = keys.iter().collect();
    match different.len() == keys.len() && keys.iter().all(|key| !key.is_empty()) {
        true => Ok(()),
        false => Err(Error::new(
            ErrorKind::InvalidArgument,
            "a key to cut a table at is empty or comes twice",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_cut_at_different_keys() {
        let check = |keys: &[&'static str]| {
            let keys: Vec<Bytes> = keys
                .iter()
                .map(|key| Bytes::from_static(key.as_bytes()))
                .collect();
            check_split_keys(&keys).map_err(|error| error.kind())
        };
        assert!(check(&[]).is_ok() && check(&["b", "a"]).is_ok());
        assert_eq!(check(&["a", "b", "a"]), Err(ErrorKind::InvalidArgument));
        assert_eq!(check(&["a", ""]), Err(ErrorKind::InvalidArgument));
    }
}
