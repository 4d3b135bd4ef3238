//! Our side: the rows, the writer, and the digest of a table. The rows are those of
//! `tools/load`, to the byte.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Instant;

use tachograph_hbase::{Cell, Client, Error, Put, Scan, WriterOptions};

use super::{Bed, Run, TABLE};
use crate::process::cpu_seconds;

const COLUMNS: [&[u8]; 8] = [
    b"accel", b"brake", b"gear", b"lamp", b"lat", b"lon", b"speed", b"wheel",
];

/// Writes the rows.
pub fn load(bed: &Bed, rows: usize, batch_bytes: usize) -> Result<Run, String> {
    bed.with(async |client| {
        let options = WriterOptions {
            batch_bytes,
            ..WriterOptions::default()
        };
        let mut writer = client.writer(TABLE, options);
        let begun = (Instant::now(), cpu_seconds().unwrap_or(f64::NAN));
        for n in 0..rows {
            // Neighbours in time are not neighbours in the table, as with records of many cars.
            writer.write(put(n * 7_919 % rows, n)).await?;
        }
        writer.flush().await?;
        Ok(Run {
            seconds: begun.0.elapsed().as_secs_f64(),
            cpu: cpu_seconds().unwrap_or(f64::NAN) - begun.1,
            cpu_with_start: None,
            servers_cpu: 0.0,
        })
    })
}

/// A row of eight short cells.
pub fn put(key: usize, n: usize) -> Put {
    let mut put = Put::new(digits::<10>(key)).timestamp(1_700_000_000_000 + n as i64);
    for (index, column) in COLUMNS.iter().enumerate() {
        put.add(b"d", column, &digits::<4>((n + index * 37) % 10_000));
    }
    put
}

/// A number in so many digits.
fn digits<const N: usize>(mut number: usize) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    digits
}

/// How many rows a table has, and a number made of every part of every cell.
pub async fn digest(client: &Client) -> Result<(usize, u64), Error> {
    let mut scanner = client.table(TABLE).scan(Scan::new());
    let (mut rows, mut hasher) = (0, DefaultHasher::new());
    while let Some(answer) = scanner.next_rows().await? {
        rows += answer.len();
        let cells = answer.iter().flat_map(|row| row.cells());
        cells.for_each(|cell| add(cell, &mut hasher));
    }
    Ok((rows, hasher.finish()))
}

fn add(cell: &Cell, hasher: &mut DefaultHasher) {
    let name = (cell.row(), cell.family(), cell.qualifier());
    (name, cell.timestamp(), cell.value()).hash(hasher);
}
