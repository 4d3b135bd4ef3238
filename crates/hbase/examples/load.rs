//! Writes rows of eight short cells and says how fast, and what it cost this process.
//!
//!     cargo run --release -p tachograph-hbase --example load -- localhost:16020 1000000
//!
//! The table `load` is made anew, with four regions. A third argument keeps that many batches
//! under way to a server (2 if not given).

use std::time::{Duration, Instant};

use tachograph_hbase::{Client, Config, Family, Put, Result, TableDescriptor, WriterOptions};

const COLUMNS: [&[u8]; 8] = [
    b"accel", b"brake", b"gear", b"lamp", b"lat", b"lon", b"speed", b"wheel",
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let server = arguments
        .next()
        .unwrap_or_else(|| "localhost:16020".to_owned());
    let mut number = |default| {
        arguments
            .next()
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (rows, under_way) = (number(1_000_000), number(2));
    let client = Client::connect(Config::bootstrap([server])).await?;
    recreate(&client, rows).await?;
    let begun = (Instant::now(), cpu());
    load(&client, rows, under_way).await?;
    let (elapsed, spent) = (begun.0.elapsed().as_secs_f64(), cpu() - begun.1);
    let per_million = spent.as_secs_f64() * 1e6 / rows as f64;
    println!(
        "{rows} rows, {:.0} rows/s, {per_million:.2} CPU-s per million",
        rows as f64 / elapsed
    );
    Ok(())
}

async fn recreate(client: &Client, rows: usize) -> Result<()> {
    let admin = client.admin();
    if admin.table_exists("load").await? {
        admin.disable_table("load").await?;
        admin.delete_table("load").await?;
    }
    let schema = TableDescriptor::new("load").family(Family::new("d"));
    let splits = (1..4).map(|quarter| format!("{:010}", rows * quarter / 4));
    admin.create_table(&schema, splits).await
}

async fn load(client: &Client, rows: usize, under_way: usize) -> Result<()> {
    let options = WriterOptions {
        calls_per_server: under_way,
        ..WriterOptions::default()
    };
    let mut writer = client.writer("load", options);
    for n in 0..rows {
        // Neighbours in time are not neighbours in the table, as with records of many cars.
        writer.write(put(n * 7_919 % rows, n)).await?;
    }
    writer.flush().await
}

fn put(key: usize, n: usize) -> Put {
    let mut put = Put::new(format!("{key:010}")).timestamp(1_700_000_000_000 + n as i64);
    let mut digits = [b'0'; 4];
    for (index, column) in COLUMNS.iter().enumerate() {
        let value = (n + index * 37) % 10_000;
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = b'0' + (value / 10usize.pow(3 - place as u32) % 10) as u8;
        }
        put.add(b"d", column, &digits);
    }
    put
}

/// The time that this process has had of processors, in user and kernel mode.
fn cpu() -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: getrusage fills the struct that it is given, and cannot fail for this process.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let time = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1_000);
    time(usage.ru_utime) + time(usage.ru_stime)
}
