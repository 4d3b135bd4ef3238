//! A table is made where there is none, and looked at before anything is written.

use tachograph_hbase::{Admin, Client, ErrorKind, Family, TableDescriptor};

use super::config::HBaseConfig;
use super::fault::HBaseFault;

/// Makes the table of a configuration where there is none.
///
/// # Errors
/// [`HBaseFault`] where the cluster cannot be reached, or the table lacks the family.
pub(super) async fn create(config: &HBaseConfig) -> Result<(), HBaseFault> {
    let table = config.table.as_str();
    let fault = |e| HBaseFault::of(table, &e);
    let client = Client::connect(config.client()).await.map_err(fault)?;
    let admin = client.admin();
    if !admin.table_exists(table).await.map_err(fault)? {
        make(&admin, config).await?;
    }
    let described = admin.describe_table(table).await.map_err(fault)?;
    let known = |family: &Family| family.name() == config.family;
    if !described.families().iter().any(known) {
        return Err(HBaseFault(format!(
            "table {table} of HBase has no family `{}`; name one of its own, or alter the table",
            config.family
        )));
    }
    Ok(())
}

async fn make(admin: &Admin, config: &HBaseConfig) -> Result<(), HBaseFault> {
    let family = Family::new(&config.family).versions(config.versions);
    let family = match config.ttl {
        Some(ttl) => family.ttl(ttl),
        None => family,
    };
    let descriptor = TableDescriptor::new(config.table.as_str()).family(family);
    match admin.create_table(&descriptor, &config.splits).await {
        // Another worker of the same topology was faster.
        Err(error) if error.kind() == ErrorKind::TableExists => Ok(()),
        made => made.map_err(|e| HBaseFault::of(&config.table, &e)),
    }
}
