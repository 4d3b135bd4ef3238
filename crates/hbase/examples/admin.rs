//! Lists the servers, and the tables with their families and regions.
//!
//!     cargo run -p tachograph-hbase --example admin -- localhost:16020

use tachograph_hbase::{Client, Config, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let server = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "localhost:16020".to_owned());
    let client = Client::connect(Config::bootstrap([server])).await?;
    let admin = client.admin();
    println!(
        "cluster {}, master {}",
        client.cluster_id(),
        admin.active_master().await?
    );
    for server in admin.servers().await? {
        println!("  server {server}");
    }
    for name in admin.list_tables().await? {
        println!("table {name}, {:?}", admin.table_state(&name).await?);
        for family in admin.describe_table(&name).await?.families() {
            println!("  family {}: {:?}", family.name(), family.settings());
        }
        for at in admin.regions(&name).await? {
            println!(
                "  region {:?} on {:?}",
                at.region,
                at.server.map(|server| server.to_string())
            );
        }
    }
    Ok(())
}
