//! Prints the rows of a table whose keys begin so, or counts all.
//!
//!     cargo run -p tachograph-hbase --example scan -- localhost:16020 cars A00

use std::time::Instant;

use tachograph_hbase::{Client, Config, Result, Scan};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let server = arguments
        .next()
        .unwrap_or_else(|| "localhost:16020".to_owned());
    let table = arguments.next().unwrap_or_else(|| "cars".to_owned());
    let client = Client::connect(Config::bootstrap([server])).await?;
    match arguments.next() {
        Some(prefix) => print(&client, &table, &prefix).await,
        None => count(&client, &table).await,
    }
}

async fn print(client: &Client, table: &str, prefix: &str) -> Result<()> {
    let mut scanner = client.table(table).scan(Scan::new().prefix(prefix));
    while let Some(row) = scanner.next().await? {
        println!("{:?}", row.cells());
    }
    Ok(())
}

async fn count(client: &Client, table: &str) -> Result<()> {
    let begun = Instant::now();
    let mut scanner = client.table(table).scan(Scan::new());
    let (mut rows, mut cells) = (0u64, 0u64);
    while let Some(answer) = scanner.next_rows().await? {
        rows += answer.len() as u64;
        cells += answer
            .iter()
            .map(|row| row.cells().len() as u64)
            .sum::<u64>();
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{rows} rows, {cells} cells, {:.0} rows/s",
        rows as f64 / seconds
    );
    Ok(())
}
