//! How long a memtable takes on its way to a file, in nanoseconds of one thread a row:
//! `cargo run --release -p tachograph-archive --example flush [ROWS] [ROUNDS]`.
//!
//! Rows are readings of a thousand cars in two partitions, as a file's spout hands them over:
//! columns cut from the text that was read, keyed by the date reversed and the car.

use std::sync::Arc;
use std::time::Instant;

use tachograph_archive::{ColumnConfig, Table, TableConfig};
use tachograph_event::strings::StringBuilder;
use tachograph_event::{Batch, Column, ColumnData, EventType, Origin, StringColumn, Type};

/// Rows of a batch.
const BATCH: usize = 7_000;

/// The columns, and what each holds.
const COLUMNS: [(&str, Type); 8] = [
    ("date", Type::Str),
    ("carNumber", Type::Str),
    ("speedPedal", Type::Int),
    ("breakPedal", Type::Int),
    ("steerAngle", Type::Str),
    ("directLight", Type::Str),
    ("speed", Type::Int),
    ("areaNumber", Type::Str),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let number = |at: usize| std::env::args().nth(at).map(|n| n.parse::<usize>());
    let rows = number(1).transpose()?.unwrap_or(1_000_000);
    let rounds = number(2).transpose()?.unwrap_or(5);
    let batches = batches(rows);
    for round in 0..rounds {
        let folder = tempfile::tempdir()?;
        let table = Table::open(folder.path(), config())?;
        let slots: Arc<[usize]> = (0..COLUMNS.len()).collect();
        for (keys, batch) in &batches {
            table.write(keys.clone(), Arc::clone(batch), &slots)?;
        }
        let start = Instant::now();
        table.flush()?;
        let took = start.elapsed().as_nanos() as f64;
        let bytes: u64 = table.files().iter().map(|file| file.bytes).sum();
        println!(
            "round {round}: {:.1} ns a row, {:.2} bytes a row",
            took / rows as f64,
            bytes as f64 / rows as f64
        );
    }
    Ok(())
}

fn config() -> TableConfig {
    let column = |(name, ty): &(&str, Type)| ColumnConfig {
        family: "cf1".into(),
        qualifier: (*name).into(),
        ty: ty.clone(),
    };
    TableConfig {
        name: "Readings".into(),
        columns: COLUMNS.iter().map(column).collect(),
        bucket_ms: 86_400_000,
        ttl_ms: None,
        versions: 1,
        memtable_bytes: usize::MAX,
    }
}

/// Batches of both partitions in turn, with the keys of their rows.
fn batches(rows: usize) -> Vec<(StringColumn, Arc<Batch>)> {
    let ty = Arc::new(EventType::new("Reading", COLUMNS));
    let mut cars = Cars { random: 1 };
    let mut batches = Vec::new();
    let mut written = [0_u64; 2];
    while batches.len() * BATCH < rows {
        let partition = batches.len() % 2;
        let count = BATCH.min(rows - batches.len() * BATCH) as u64;
        let from = written[partition];
        batches.push(cars.batch(&ty, partition as u32, from..from + count));
        written[partition] += count;
    }
    batches
}

/// What drives the cars.
struct Cars {
    random: u64,
}

impl Cars {
    /// A whole number below `below`.
    fn below(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005);
        self.random = self.random.wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }

    /// Readings `which` of a partition: of its 500 cars in turn, each once in two seconds.
    fn batch(
        &mut self,
        ty: &Arc<EventType>,
        partition: u32,
        which: std::ops::Range<u64>,
    ) -> (StringColumn, Arc<Batch>) {
        let mut lines = Lines::default();
        let mut keys = StringBuilder::default();
        let (mut times, mut origins) = (Vec::new(), Vec::new());
        for reading in which {
            let second = reading / 250;
            let car = reading % 500 * 2 + u64::from(partition);
            let date = format!(
                "20160101{:02}{:02}{:02}",
                second / 3_600,
                second / 60 % 60,
                second % 60
            );
            let number = format!("{}{:04}", (b'A' + (car / 100) as u8) as char, car % 100 + 1);
            keys.push(&format!(
                "{}-{number}",
                date.chars().rev().collect::<String>()
            ));
            times.push(1_451_606_400_000 + second as i64 * 1_000);
            origins.push(Origin {
                partition,
                position: lines.text.len() as u64 + reading * 36,
            });
            let area = self.below(60);
            let texts = [
                date,
                number,
                ["F", "L1", "L2", "L3", "R1", "R2", "R3"][self.below(7) as usize].to_string(),
                ["N", "L", "R"][self.below(3) as usize].to_string(),
                format!("{}{:02}", (b'A' + (area / 10) as u8) as char, area % 10 + 1),
            ];
            let numbers = [self.below(6), self.below(4), 40 + self.below(60)];
            lines.add(&texts, numbers.map(|n| n as i32));
        }
        let batch = Batch::new(Arc::clone(ty), times, origins, lines.finish());
        (keys.finish(), Arc::new(batch))
    }
}

/// Text of a batch, and where its fields stand.
#[derive(Default)]
struct Lines {
    text: String,
    spans: [Vec<(u32, u32)>; 5],
    numbers: [Vec<i32>; 3],
}

impl Lines {
    fn add(&mut self, texts: &[String; 5], numbers: [i32; 3]) {
        for (text, spans) in texts.iter().zip(&mut self.spans) {
            spans.push((self.text.len() as u32, text.len() as u32));
            self.text.push_str(text);
            self.text.push(',');
        }
        for (number, column) in numbers.iter().zip(&mut self.numbers) {
            column.push(*number);
        }
    }

    /// The columns in the order of [`COLUMNS`].
    fn finish(self) -> Vec<Column> {
        let text = Arc::new(self.text);
        let mut texts = self.spans.into_iter();
        let mut numbers = self.numbers.into_iter();
        let column = |(_, ty): &(&str, Type)| {
            let data = match ty {
                Type::Str => {
                    let spans = texts.next().expect("five texts");
                    ColumnData::Str(StringColumn::new(Arc::clone(&text), spans))
                }
                _ => ColumnData::Int(numbers.next().expect("three numbers").into()),
            };
            Column::new(data, None)
        };
        COLUMNS.iter().map(column).collect()
    }
}
