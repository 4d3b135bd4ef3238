//! `tacho get` and `tacho scan`: rows of the archive, of a running process or a stopped folder, and
//! rows of a real HBase.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use tachograph_engine::query::{
    AnswerRow, HBasePlace, HBaseTableReader, TableQuery, TableReader, answer, locate,
};
use tachograph_engine::tables::open_read_only;
use tachograph_engine::{Config, DataFolder};
use tachograph_serve::query::{ask, connect};
use tachograph_time::{Millis, parse_instant};

use crate::rows::Printer;

/// How long a process that works on a folder may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

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
  tacho get DriverCarInfo 00000010106102-A0001 --columns speed --format json
  tacho get cars A0078-1 --servers node-1:16020           a table of any HBase";

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
    /// The topology that writes the table: it says whether that is in HBase, and the columns' types
    #[arg(long, value_name = "TOPOLOGY", conflicts_with_all = ["servers", "zookeeper"])]
    topology: Option<PathBuf>,
    /// Servers of the HBase that has the table, with commas between; its columns are strings
    #[arg(
        long,
        value_name = "HOST:PORT",
        value_delimiter = ',',
        conflicts_with = "data"
    )]
    servers: Vec<String>,
    /// The same, by the servers of its ZooKeeper
    #[arg(
        long,
        value_name = "HOST:PORT",
        value_delimiter = ',',
        conflicts_with_all = ["data", "servers"]
    )]
    zookeeper: Vec<String>,
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
  tacho scan Drives --prefix A0078- --columns speed,area_number --format json
  tacho scan DriverCarInfo --topology my-topology --where \"speed > 150\"    where an hbase bolt writes it
  tacho scan cars --servers node-1:16020,node-2:16020 --where \"area = '7'\"   a table of any HBase";

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
    let mut printer = Printer::new(common.format);
    let mut rows = 0;
    let mut take = |row: AnswerRow| {
        rows += 1;
        printer.row(row)
    };
    let remark = match hbase(query, common).map_err(failed)? {
        Some(table) => {
            read(&table, query, &mut take).map_err(failed)?;
            table.remark()
        }
        None => {
            archive(query, common, &mut take).map_err(failed)?;
            None
        }
    };
    printer.finish()?;
    for line in remark.iter().flat_map(|remark| remark.lines()) {
        eprintln!("warning: {line}");
    }
    Ok(rows)
}

type Take<'a> = &'a mut dyn FnMut(AnswerRow) -> Result<(), String>;

/// The table of HBase that is meant; none where it is one of the archive.
fn hbase(query: &TableQuery, common: &Common) -> Result<Option<HBaseTableReader>, String> {
    let place = HBasePlace {
        servers: common.servers.clone(),
        zookeeper: common.zookeeper.clone(),
    };
    match &common.topology {
        _ if place != HBasePlace::default() => HBaseTableReader::found(&place, query).map(Some),
        Some(topology) => HBaseTableReader::of_topology(&config(topology)?, &query.table),
        None => Ok(None),
    }
}

fn config(topology: &Path) -> Result<Config, String> {
    Config::read(topology).map_err(|faults| faults.render(false))
}

fn archive(query: &TableQuery, common: &Common, take: Take<'_>) -> Result<(), String> {
    let data = match (&common.data, &common.topology) {
        (None, Some(topology)) => Some(Path::new("data").join(config(topology)?.name)),
        (data, _) => data.clone(),
    };
    let place = locate(data.as_deref(), &query.table)?;
    match answering(&place.data) {
        Some(stream) => ask(stream, query, take).map(|_| ()),
        None => read(&open_read_only(&place.folder)?.view(), query, take),
    }
}

/// The process that works on a data folder; none where none does. One that starts or stops does
/// not answer, so it is waited for: what it does to the folder meanwhile is its own.
fn answering(data: &Path) -> Option<UnixStream> {
    let began = Instant::now();
    loop {
        let stream = connect(data);
        let holder = DataFolder::holder(data);
        match holder.filter(|_| stream.is_none()) {
            None => return stream,
            Some(holder) if began.elapsed() > PATIENCE => {
                eprintln!(
                    "warning: {holder} works on {} and does not answer: rows since its last \
                     checkpoint are not seen",
                    data.display()
                );
                return None;
            }
            Some(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn read(table: &dyn TableReader, query: &TableQuery, take: Take<'_>) -> Result<(), String> {
    for row in answer(table, query)? {
        take(row?)?;
    }
    Ok(())
}
