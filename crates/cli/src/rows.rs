//! Rows on a screen or in a pipe. A reader that goes away (`| head`) ends the program quietly.

use std::io::{self, BufWriter, Stdout, Write};

use serde_json::Value as Json;
use tachograph_engine::query::AnswerRow;

use crate::commands::table::Format;

/// Rows whose widths decide the columns' widths.
const LOOKED_AT: usize = 200;

/// Prints rows.
pub struct Printer {
    format: Format,
    to: BufWriter<Stdout>,
    /// Rows that wait until the widths are known.
    waiting: Vec<Vec<String>>,
    widths: Vec<usize>,
    rows: u64,
}

impl Printer {
    /// A printer to standard output.
    pub fn new(format: Format) -> Printer {
        Printer {
            format,
            to: BufWriter::new(io::stdout()),
            waiting: Vec::new(),
            widths: Vec::new(),
            rows: 0,
        }
    }

    /// Prints a row.
    ///
    /// # Errors
    /// Where standard output takes no more.
    pub fn row(&mut self, row: AnswerRow) -> Result<(), String> {
        self.rows += 1;
        let first = self.rows == 1;
        let written = match self.format {
            Format::Json => serde_json::to_writer(&mut self.to, &row)
                .map_err(io::Error::from)
                .and_then(|()| self.to.write_all(b"\n")),
            Format::Csv => self.csv(&row, first),
            Format::Text => self.text(&row, first),
        };
        written.or_else(closed)
    }

    /// Prints what waits.
    ///
    /// # Errors
    /// Where standard output takes no more.
    pub fn finish(&mut self) -> Result<(), String> {
        let release = self.release();
        release.and_then(|()| self.to.flush()).or_else(closed)
    }

    fn csv(&mut self, row: &AnswerRow, first: bool) -> io::Result<()> {
        if first {
            let names = names(row).into_iter().map(|n| quoted(&n));
            writeln!(self.to, "{}", names.collect::<Vec<_>>().join(","))?;
        }
        let cells = cells(row).into_iter().map(|cell| quoted(&cell));
        writeln!(self.to, "{}", cells.collect::<Vec<_>>().join(","))
    }

    fn text(&mut self, row: &AnswerRow, first: bool) -> io::Result<()> {
        if first {
            self.waiting.push(names(row));
        }
        self.waiting.push(cells(row));
        match self.widths.is_empty() && self.waiting.len() <= LOOKED_AT {
            true => Ok(()),
            false => self.release(),
        }
    }

    fn release(&mut self) -> io::Result<()> {
        for line in &self.waiting {
            self.widths.resize(line.len().max(self.widths.len()), 0);
            for (width, cell) in self.widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for line in std::mem::take(&mut self.waiting) {
            let padded = line.iter().zip(&self.widths);
            let padded: Vec<String> = padded.map(|(c, w)| format!("{c:<w$}")).collect();
            writeln!(self.to, "{}", padded.join("  ").trim_end())?;
        }
        Ok(())
    }
}

fn names(row: &AnswerRow) -> Vec<String> {
    let fixed = ["row key", "time"].map(String::from);
    fixed
        .into_iter()
        .chain(row.columns.keys().cloned())
        .collect()
}

fn cells(row: &AnswerRow) -> Vec<String> {
    let fixed = [row.key.clone(), row.time.clone()];
    fixed
        .into_iter()
        .chain(row.columns.values().map(cell))
        .collect()
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A cell as RFC 4180 wants it.
fn quoted(cell: &str) -> String {
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_string(),
    }
}

fn closed(error: io::Error) -> Result<(), String> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    Err(format!("standard output: {error}"))
}
