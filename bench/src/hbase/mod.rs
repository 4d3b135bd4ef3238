//! The client of HBase beside HBase's own: the same rows, in batches of as many rows, into a table that is
//! made anew each time, on the same real servers, in turn.
//!
//! A round counts only where both tables hold the same cells: a scan of each gives one digest. Never: a
//! round of which one side was not measured.

mod java;
mod ours;

use clap::Args;
use serde_json::{Value, json};
use tachograph_hbase::{Client, Error, Family, Mutation, TableDescriptor, WriterOptions};

use crate::{Format, maven, testbed};

/// Name of the testbed, so that it is no one else's.
const NAME: &str = "bench-hbase";
/// Name of the table.
const TABLE: &str = "load";

/// Arguments of the scenario.
#[derive(Args)]
pub struct HbaseArguments {
    /// Rows of a round
    #[arg(long, default_value_t = 500_000)]
    rows: usize,
    /// Rounds; the first one warms the servers up and is not reported
    #[arg(long, default_value_t = 4)]
    rounds: u32,
    /// The servers: `hbase` is one process, `hbase3` has three region servers
    #[arg(long, default_value = "hbase3", value_parser = ["hbase", "hbase3"])]
    servers: String,
    /// Bytes that a batch of ours takes in memory; the peer's batches have as many rows
    #[arg(long, default_value_t = WriterOptions::default().batch_bytes)]
    batch_bytes: usize,
    /// How figures are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What one side took.
struct Run {
    seconds: f64,
    /// CPU seconds of the client, from the first row to the last.
    cpu: f64,
    /// The same and the start of its process, where it has one of its own.
    cpu_with_start: Option<f64>,
    /// CPU seconds of the servers.
    servers_cpu: f64,
}

/// Runs the rounds and prints a line for each side.
pub fn run(arguments: &HbaseArguments) -> Result<(), String> {
    let folder = maven::build("load")?;
    let bed = Bed::up(&arguments.servers)?;
    let sample = Mutation::from(ours::put(0, 0)).size();
    let batch_rows = arguments.batch_bytes.div_ceil(sample);
    for round in 0..arguments.rounds {
        let (ours, first) = bed.side(arguments.rows, |bed| {
            ours::load(bed, arguments.rows, arguments.batch_bytes)
        })?;
        let (java, second) = bed.side(arguments.rows, |bed| {
            java::load(&folder, &bed.zookeeper()?, arguments.rows, batch_rows)
        })?;
        if first != second {
            return Err(format!("round {round}: the two tables differ"));
        }
        if round > 0 || arguments.rounds == 1 {
            print(round, "tachograph-hbase", arguments, &ours);
            print(round, "BufferedMutator", arguments, &java);
        }
    }
    Ok(())
}

/// Servers that run; put down with this value.
struct Bed {
    servers: String,
    status: Value,
}

impl Bed {
    fn up(servers: &str) -> Result<Bed, String> {
        testbed::run(NAME, &["down"])?;
        testbed::run(NAME, &["up", servers])?;
        Ok(Bed {
            servers: servers.to_string(),
            status: testbed::status(NAME)?[servers].clone(),
        })
    }

    /// The port of ZooKeeper, where Java's client begins.
    fn zookeeper(&self) -> Result<String, String> {
        let address = self.status["also"]["zookeeper"].as_str();
        let port = address.and_then(|a| a.rsplit(':').next());
        Ok(port.ok_or("no address of ZooKeeper")?.to_string())
    }

    /// Does something with a client.
    fn with<T>(&self, work: impl AsyncFnOnce(Client) -> Result<T, Error>) -> Result<T, String> {
        let address = self.status["address"].as_str();
        let address = address.ok_or_else(|| format!("no address of {}", self.servers))?;
        let servers: Vec<String> = address.split(',').map(String::from).collect();
        testbed::on_hbase(&servers, work)
    }

    /// One side's part of a round, on a table made anew; what it took, and the table's digest.
    fn side(
        &self,
        rows: usize,
        load: impl FnOnce(&Bed) -> Result<Run, String>,
    ) -> Result<(Run, u64), String> {
        self.with(async |client| recreate(&client, rows).await)?;
        let before = testbed::cpu(&self.status);
        let mut run = load(self)?;
        run.servers_cpu = testbed::cpu(&self.status) - before;
        let (found, digest) = self.with(async |client| ours::digest(&client).await)?;
        match found == rows {
            true => Ok((run, digest)),
            false => Err(format!(
                "{found} rows stand in the table, {rows} are wanted"
            )),
        }
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        // What cannot be put down is told by the next `up`.
        let _ = testbed::run(NAME, &["down"]);
    }
}

/// The table, empty, with HBase's own settings and four regions.
async fn recreate(client: &Client, rows: usize) -> Result<(), Error> {
    let admin = client.admin();
    if admin.table_exists(TABLE).await? {
        admin.disable_table(TABLE).await?;
        admin.delete_table(TABLE).await?;
    }
    let schema = TableDescriptor::new(TABLE).family(Family::new("d"));
    let splits = (1..4).map(|quarter| format!("{:010}", rows * quarter / 4));
    admin.create_table(&schema, splits).await
}

fn print(round: u32, name: &str, arguments: &HbaseArguments, run: &Run) {
    let million = |seconds: f64| seconds / arguments.rows as f64 * 1e6;
    let rate = arguments.rows as f64 / run.seconds;
    let started = run.cpu_with_start.map(million);
    match arguments.format {
        Format::Json => println!(
            "{}",
            json!({
                "round": round,
                "client": name,
                "rows_per_second": rate,
                "cpu_s_per_million": million(run.cpu),
                "cpu_s_per_million_with_start": started,
                "servers_cpu_s_per_million": million(run.servers_cpu),
            })
        ),
        Format::Text => println!(
            "round {round}: {name:<16} {rate:.0} rows/s, {:.2} CPU-s a million rows in the client{}, {:.1} in the \
             servers",
            million(run.cpu),
            started.map_or(String::new(), |s| format!(" ({s:.2} with its start)")),
            million(run.servers_cpu),
        ),
    }
}
