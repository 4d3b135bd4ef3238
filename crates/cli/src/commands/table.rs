//! `tacho get` and `tacho scan`: rows of the archive, of a running process or a stopped folder.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tachograph_engine::query::{AnswerRow, TableQuery, answer, locate};
use tachograph_engine::tables::open_read_only;
use tachograph_serve::query::{ask, connect};
use tachograph_time::{Millis, parse_instant};

use crate::rows::Printer;

/// Arguments of `get`.
#[derive(Args)]
#[command(after_help = GET_EXAMPLES)]
pub struct GetArguments {
    /// Name of the table
    table: String,
    /// The row key
    key: String,
    #[command(flatten)]
    common: Common,
}

const GET_EXAMPLES: &str = "Examples:
  tacho get DriverCarInfo 00000010106102-A0001
  tacho get DriverCarInfo 00000010106102-A0001 --columns speed --format json";

/// Arguments of `scan`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ScanArguments {
    /// Name of the table
    table: String,
    /// Row keys that begin so
    #[arg(long)]
    prefix: Option<String>,
    /// Row keys at or above
    #[arg(long, value_name = "KEY")]
    from: Option<String>,
    /// Row keys below
    #[arg(long, value_name = "KEY")]
    to: Option<String>,
    /// Event times at or after: 2016-01-01T00:00:00Z, or milliseconds
    #[arg(long, value_name = "TIME", value_parser = instant)]
    since: Option<Millis>,
    /// Event times before
    #[arg(long, value_name = "TIME", value_parser = instant)]
    until: Option<Millis>,
    /// An EPL expression over the columns that must be true
    #[arg(long = "where", value_name = "EXPRESSION")]
    condition: Option<String>,
    /// Most rows
    #[arg(long)]
    limit: Option<usize>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Common {
    /// The columns to print, with commas between; all without
    #[arg(long, value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Folder that `tacho run` writes to [default: the one below data/ that has the table]
    #[arg(long)]
    data: Option<PathBuf>,
    /// How rows are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns side by side
    Text,
    /// An object a row, one a line
    Json,
    /// Comma-separated values with a line of names
    Csv,
}

const EXAMPLES: &str = "Examples:
  tacho scan DriverCarInfo --limit 20
  tacho scan DriverCarInfo --since 2016-01-01T00:00:00Z --until 2016-01-01T00:01:00Z --where \"speed > 150\"
  tacho scan Drives --prefix A0078- --columns speed,area_number --format json";

fn instant(text: &str) -> Result<Millis, String> {
    let instant = text.parse().ok().or_else(|| parse_instant(text));
    instant.ok_or_else(|| "write it like 2016-01-01T00:00:00Z, or as milliseconds".into())
}

/// Prints one row; a failure where there is none.
pub fn get(arguments: &GetArguments) -> Result<(), String> {
    let query = TableQuery {
        table: arguments.table.clone(),
        key: Some(arguments.key.clone()),
        columns: arguments.common.columns.clone(),
        ..TableQuery::default()
    };
    match print(&query, &arguments.common)? {
        0 => Err(format!(
            "error: no row of {} has the key {}",
            arguments.table, arguments.key
        )),
        _ => Ok(()),
    }
}

/// Prints the rows of a range.
pub fn scan(arguments: &ScanArguments) -> Result<(), String> {
    let query = TableQuery {
        table: arguments.table.clone(),
        key: None,
        prefix: arguments.prefix.clone(),
        from: arguments.from.clone(),
        to: arguments.to.clone(),
        since: arguments.since,
        until: arguments.until,
        condition: arguments.condition.clone(),
        columns: arguments.common.columns.clone(),
        limit: arguments.limit,
    };
    if print(&query, &arguments.common)? == 0 {
        eprintln!("no row of {} fits", arguments.table);
    }
    Ok(())
}

fn print(query: &TableQuery, common: &Common) -> Result<u64, String> {
    let failed = |message: String| match message.starts_with("error: ") {
        true => message,
        false => format!("error: {message}"),
    };
    let place = locate(common.data.as_deref(), &query.table).map_err(failed)?;
    let mut printer = Printer::new(common.format);
    let mut rows = 0;
    let mut take = |row: AnswerRow| {
        rows += 1;
        printer.row(row)
    };
    match connect(&place.data) {
        Some(stream) => {
            ask(stream, query, &mut take).map_err(failed)?;
        }
        None => {
            let table = open_read_only(&place.folder).map_err(failed)?;
            for row in answer(&table.view(), query).map_err(failed)? {
                take(row.map_err(failed)?)?;
            }
        }
    }
    printer.finish()?;
    Ok(rows)
}
