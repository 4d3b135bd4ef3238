//! The fleet as a source: a partition is the cars that share a rest; positions count its
//! readings. What it decodes are the very lines that the cars would send.

use std::sync::Arc;
use std::time::Duration;

use tachograph_event::Millis;
use tachograph_time::Clock;
use tachograph_topology::{Decoded, PartitionReader, Read, SpoutError};

use super::fleet::{Fleet, FleetOptions, Reading};
use super::lines::{Format, Line};
use crate::formats::{Chunk, LineDecoder};

/// Reads one partition of a fleet.
pub struct GenerateReader {
    options: FleetOptions,
    /// Readings of the partition in all; none for no end.
    ticks: Option<u64>,
    part: (u32, u32),
    partition: u32,
    decoder: Box<dyn LineDecoder>,
    fleet: Fleet,
    line: Line,
    /// Driving time per wall time; none for as fast as it goes.
    pace: Option<(f64, Arc<dyn Clock>, Millis)>,
}

impl GenerateReader {
    /// A partition of a fleet: the cars whose number gives `part.0` when divided by `part.1`.
    pub fn new(
        options: FleetOptions,
        ticks: Option<u64>,
        part: (u32, u32),
        partition: u32,
        decoder: Box<dyn LineDecoder>,
    ) -> GenerateReader {
        GenerateReader {
            fleet: Fleet::new(options.clone()),
            options,
            ticks,
            part,
            partition,
            decoder,
            line: Line::new(Format::Delimited),
            pace: None,
        }
    }

    /// Lets driving time pass at most `factor` times as fast as the clock.
    pub fn with_pace(mut self, factor: f64, clock: Arc<dyn Clock>) -> GenerateReader {
        let start = clock.now();
        self.pace = Some((factor, clock, start));
        self
    }

    fn is_ahead(&self) -> bool {
        let Some((factor, clock, start)) = &self.pace else {
            return false;
        };
        let driven = (self.fleet.time() - self.options.start) as f64;
        driven > (clock.now() - start) as f64 * factor
    }

    /// What was driven before counts as driven in time: nobody waits for it again.
    fn keep_pace_from_here(&mut self) {
        let driven = (self.fleet.time() - self.options.start) as f64;
        if let Some((factor, clock, start)) = &mut self.pace {
            *start = clock.now() - (driven / *factor) as i64;
        }
    }

    fn cars(&self) -> u64 {
        let (rest, parts) = self.part;
        u64::from(self.options.cars.saturating_sub(rest).div_ceil(parts))
    }
}

impl PartitionReader for GenerateReader {
    /// Positions are `tick × cars of the partition`; a read gives whole ticks.
    fn read(&mut self, max_rows: usize) -> Result<Read, SpoutError> {
        if self.ticks.is_some_and(|ticks| self.fleet.tick() >= ticks) || self.cars() == 0 {
            return Ok(Read::End);
        }
        if self.is_ahead() {
            std::thread::sleep(Duration::from_millis(20));
            return Ok(Read::Idle);
        }
        let first = self.fleet.tick() * self.cars();
        let mut bytes = Vec::new();
        let mut starts = Vec::new();
        while starts.len() < max_rows.max(1) {
            if self.ticks.is_some_and(|ticks| self.fleet.tick() >= ticks) || self.is_ahead() {
                break;
            }
            self.line.set_time(self.fleet.time());
            let (line, part) = (&mut self.line, self.part);
            self.fleet.drive(|reading: Reading| {
                if reading.car % part.1 == part.0 {
                    starts.push(bytes.len() as u64);
                    line.write(&mut bytes, &reading)
                        .expect("a vector takes all bytes");
                }
            });
        }
        let chunk = Chunk {
            bytes,
            position: 0,
            partition: self.partition,
        };
        let (batch, rejects) = self.decoder.decode(chunk);
        let numbered = batch.with_positions(|position| {
            first + starts.partition_point(|start| *start < position) as u64
        });
        Ok(Read::Batch(Decoded {
            next_position: self.fleet.tick() * self.cars(),
            batch: numbered,
            rejects,
        }))
    }

    fn seek(&mut self, position: u64) -> Result<(), SpoutError> {
        self.fleet = Fleet::new(self.options.clone());
        let ticks = position / self.cars().max(1);
        for _ in 0..ticks {
            self.fleet.drive(|_| {});
        }
        self.keep_pace_from_here();
        Ok(())
    }
}
