//! Writes a row, reads it back, counts and checks.
//!
//!     cargo run -p tachograph-hbase --example put_get -- localhost:16020

use tachograph_hbase::{
    Client, Condition, Config, Family, Get, Increment, Put, Result, TableDescriptor,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let server = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "localhost:16020".to_owned());
    let client = Client::connect(Config::bootstrap([server])).await?;
    let admin = client.admin();
    if !admin.table_exists("cars").await? {
        let schema = TableDescriptor::new("cars").family(Family::new("d"));
        admin.create_table(&schema, [""; 0]).await?;
    }
    let table = client.table("cars");
    table
        .put(
            Put::new("A0001")
                .column("d", "speed", "81.5")
                .column("d", "gear", "4"),
        )
        .await?;
    let row = table.get(Get::new("A0001")).await?;
    println!("{row:#?}");
    let counted = table
        .increment(Increment::new("A0001").column("d", "records", 1))
        .await?;
    println!("{counted:?}");
    let fifth = Put::new("A0001").column("d", "gear", "5");
    let fourth = Condition::equals("A0001", "d", "gear", "4");
    println!(
        "from fourth to fifth gear: {}",
        table.check_and_mutate(fourth, fifth).await?
    );
    Ok(())
}
