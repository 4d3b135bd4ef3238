//! Readings as lines: the text or JSON that the cars send.

use std::io::{self, Write};

use tachograph_event::Millis;
use tachograph_time::DatePattern;

use super::fleet::{Fleet, FleetOptions, Reading};
use super::random::Random;

/// How readings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Eight fields with commas.
    Delimited,
    /// An object a line.
    Json,
}

/// What is written besides readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOptions {
    /// The fleet.
    pub fleet: FleetOptions,
    /// Number of readings in all.
    pub records: u64,
    /// How they are written.
    pub format: Format,
    /// Does each car send a line of headings first?
    pub headers: bool,
    /// Malformed lines in a thousand.
    pub malformed_per_mille: u32,
    /// Only cars whose number gives this rest when divided by the second number.
    pub part: (u32, u32),
}

const HEADER: &str =
    "Driver Status Infomation,CarNum,AccStep,BrkStep,WheelStep,DirLight,Speed,AreaNum";
const STEERING: [&str; 7] = ["F", "L1", "L2", "L3", "R1", "R2", "R3"];

/// Writes lines; gives the number of readings written.
///
/// # Errors
/// What the writer says.
pub fn write_lines(out: &mut impl Write, options: &LineOptions) -> io::Result<u64> {
    let mut fleet = Fleet::new(options.fleet.clone());
    let mut chance = Random::new(options.fleet.seed ^ 0x5EED);
    let mut line = Line::new(options.format);
    let (rest, parts) = options.part;
    let mut left = options.records;
    let mut written = 0;
    if options.headers {
        for _ in (0..options.fleet.cars).filter(|car| car % parts == rest) {
            writeln!(out, "{HEADER}")?;
        }
    }
    while left > 0 {
        line.set_time(fleet.time());
        let mut result = Ok(());
        fleet.drive(|reading| {
            if left == 0 || result.is_err() {
                return;
            }
            left -= 1;
            if reading.car % parts == rest {
                written += 1;
                result = line.write(out, &reading);
                if result.is_ok() && chance.chance(options.malformed_per_mille) {
                    result = write_malformed(out, &mut chance);
                }
            }
        });
        result?;
    }
    Ok(written)
}

fn write_malformed(out: &mut impl Write, chance: &mut Random) -> io::Result<()> {
    match chance.below(4) {
        0 => writeln!(out, "{HEADER}"),
        1 => writeln!(out, "2016010100,A0"),
        2 => writeln!(out, "20160101000000,A0001,3,0,F,N,fast,D02"),
        _ => out.write_all(b"\xff\xfe\x00garbage,\x80\n"),
    }
}

/// A line under construction; its date is written once a tick.
pub(super) struct Line {
    format: Format,
    pattern: Option<DatePattern>,
    date: String,
    buffer: Vec<u8>,
}

impl Line {
    pub(super) fn new(format: Format) -> Line {
        Line {
            format,
            pattern: DatePattern::parse_pattern("yyyyMMddHHmmss").ok(),
            date: String::new(),
            buffer: Vec::with_capacity(256),
        }
    }

    pub(super) fn set_time(&mut self, time: Millis) {
        self.date = self
            .pattern
            .as_ref()
            .map_or_else(String::new, |p| p.format(time));
    }

    #[inline]
    pub(super) fn write(&mut self, out: &mut impl Write, reading: &Reading) -> io::Result<()> {
        self.buffer.clear();
        match self.format {
            Format::Delimited => self.delimited(reading),
            Format::Json => self.json(reading)?,
        }
        out.write_all(&self.buffer)
    }

    fn delimited(&mut self, r: &Reading) {
        let b = &mut self.buffer;
        b.extend_from_slice(self.date.as_bytes());
        b.push(b',');
        push_car(b, r.car);
        b.extend_from_slice(&[b',', b'0' + r.accelerator, b',', b'0' + r.brake, b',']);
        b.extend_from_slice(STEERING[usize::from(r.steering)].as_bytes());
        b.extend_from_slice(&[b',', r.signal, b',']);
        push_number(b, u32::from(r.speed));
        b.extend_from_slice(&[
            b',',
            b'A' + r.district,
            b'0' + r.area / 10,
            b'0' + r.area % 10,
            b'\n',
        ]);
    }

    fn json(&mut self, r: &Reading) -> io::Result<()> {
        let mut car = Vec::new();
        push_car(&mut car, r.car);
        writeln!(
            self.buffer,
            "{{\"date\":\"{}\",\"carNumber\":\"{}\",\"speedPedal\":{},\"breakPedal\":{},\
             \"steerAngle\":\"{}\",\"directLight\":\"{}\",\"speed\":{},\"areaNumber\":\"{}{:02}\"}}",
            self.date,
            String::from_utf8_lossy(&car),
            r.accelerator,
            r.brake,
            STEERING[usize::from(r.steering)],
            char::from(r.signal),
            r.speed,
            char::from(b'A' + r.district),
            r.area,
        )
    }
}

/// A letter and four digits: `A0001` to `A9999`, then `B0000` and on; past `Z` the digits grow.
fn push_car(out: &mut Vec<u8>, car: u32) {
    let number = car + 1;
    let letter = (number / 10_000).min(25);
    let rest = number - letter * 10_000;
    out.push(b'A' + letter as u8);
    let digits = if rest < 10_000 { 4 } else { 9 };
    for place in (0..digits).rev() {
        out.push(b'0' + (rest / 10_u32.pow(place) % 10) as u8);
    }
}

fn push_number(out: &mut Vec<u8>, value: u32) {
    if value >= 100 {
        out.push(b'0' + (value / 100) as u8);
    }
    if value >= 10 {
        out.push(b'0' + (value / 10 % 10) as u8);
    }
    out.push(b'0' + (value % 10) as u8);
}
