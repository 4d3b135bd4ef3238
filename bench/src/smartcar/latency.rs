//! From a record that is written to a followed file, to the detection that it lets out, as a
//! client that has subscribed over RESP receives it.
//!
//! A window of 30 seconds of driving closes with the first record that lies `lateness` past its
//! end; the time of writing that record is what a detection's arrival is held against.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tachograph_connect::generate::write_lines;
use tachograph_engine::{Config, System, SystemOptions};
use tachograph_serve::RespServer;
use tachograph_time::{Clock, SystemClock};

use super::SmartcarArguments;

/// Driving time between two records of a car, in ms.
const TICK_MS: i64 = 2_000;
/// The topology's lateness, in ms.
const LATENESS_MS: i64 = 4_000;
/// How long records are written.
pub const SECONDS: f64 = 8.0;

/// Half and 99 of 100 detections were readable after so many milliseconds.
pub struct Latency {
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub detections: usize,
    pub records_per_second: f64,
}

/// Writes records at a rate and listens.
pub fn measure(arguments: &SmartcarArguments, folder: &Path, rate: f64) -> Result<Latency, String> {
    let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
    let ticks = (SECONDS * rate / f64::from(arguments.cars)).max(40.0) as usize;
    let records = ticks as u64 * u64::from(arguments.cars);
    let parts = lines(arguments, records)?;
    let paths: Vec<String> = (0..parts.len())
        .map(|p| format!("followed-{p}.csv"))
        .collect();
    let files = paths.iter().map(|p| File::create(folder.join(p)));
    let mut files = files.collect::<Result<Vec<File>, _>>().map_err(fault)?;
    let text = super::topology(&paths, arguments.tasks, true);
    let path = folder.join("followed.toml");
    std::fs::write(&path, text).map_err(fault)?;
    let config = Config::read(&path).map_err(|f| f.to_string())?;
    let options = SystemOptions::new(&folder.join("followed"));
    let system = System::start(&config, &options).map_err(|f| f.to_string())?;
    let clock = || u64::try_from(SystemClock.now()).unwrap_or(0);
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = RespServer::bind(any, Arc::clone(system.live()), Arc::new(clock));
    let server = server.map_err(|e| e.to_string())?;
    let listener = subscribe(server.local_addr()).map_err(|e| e.to_string())?;
    let listening = std::thread::spawn(move || arrivals(listener));
    let written = write_paced(&mut files, &parts, ticks, rate / f64::from(arguments.cars));
    let (written, first) = written.map_err(fault)?;
    while system.metrics().records() < records {
        std::thread::sleep(Duration::from_millis(5));
    }
    system.stop()?;
    server.shutdown();
    let arrivals = listening.join().map_err(|_| "the listener panicked")?;
    summary(&arrivals, &written, first, rate)
}

/// The text of each partition, by tick.
fn lines(arguments: &SmartcarArguments, records: u64) -> Result<Vec<Vec<u8>>, String> {
    let part = |part| {
        let mut text = Vec::new();
        let options = super::line_options(arguments, part, records);
        write_lines(&mut text, &options).map_err(|e| e.to_string())?;
        Ok(text)
    };
    (0..arguments.partitions).map(part).collect()
}

/// A client that has subscribed to the channel of the detections.
pub fn subscribe(address: SocketAddr) -> std::io::Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"*2\r\n$9\r\nSUBSCRIBE\r\n$9\r\noverspeed\r\n")?;
    let mut reader = BufReader::new(stream);
    // *3 $9 subscribe $9 overspeed :1
    let mut line = String::new();
    for _ in 0..6 {
        reader.read_line(&mut line)?;
    }
    Ok(reader)
}

/// The window's end in each message, and when it arrived; until the server closes.
pub fn arrivals(mut reader: BufReader<TcpStream>) -> Vec<(i64, Instant)> {
    let mut arrivals = Vec::new();
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|count| count > 0) {
        if let Some(end) = line.trim_end().strip_prefix("end=") {
            arrivals.extend(end.parse().ok().map(|end| (end, Instant::now())));
        }
        line.clear();
    }
    arrivals
}

/// Writes a tick at a time; gives when each was begun, and the event time of the first.
fn write_paced(
    files: &mut [File],
    parts: &[Vec<u8>],
    ticks: usize,
    ticks_per_second: f64,
) -> std::io::Result<(Vec<Instant>, i64)> {
    let first = first_time(&parts[0]);
    let mut rest: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let mut written = Vec::with_capacity(ticks);
    let began = Instant::now();
    for tick in 0..ticks {
        let due = began + Duration::from_secs_f64(tick as f64 / ticks_per_second);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        written.push(Instant::now());
        for (file, rest) in files.iter_mut().zip(&mut rest) {
            let (now, later) = rest.split_at(one_tick(rest));
            file.write_all(now)?;
            *rest = later;
        }
    }
    Ok((written, first))
}

/// Event time of the first line.
pub fn first_time(text: &[u8]) -> i64 {
    let pattern = tachograph_time::DatePattern::parse_pattern("yyyyMMddHHmmss");
    let date = text.get(..14).unwrap_or_default();
    pattern.ok().and_then(|p| p.parse(date)).unwrap_or(0)
}

/// Bytes of the lines that share the first line's date.
pub fn one_tick(text: &[u8]) -> usize {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.get(..14) != text.get(..14) {
            break;
        }
        at += line.len();
    }
    at
}

/// What the arrivals say; `first` is the event time of the first tick.
pub fn summary(
    arrivals: &[(i64, Instant)],
    written: &[Instant],
    first: i64,
    rate: f64,
) -> Result<Latency, String> {
    let latency = |(end, arrived): &(i64, Instant)| {
        let tick = (end + LATENESS_MS - first).div_euclid(TICK_MS);
        let written = written.get(usize::try_from(tick).ok()?)?;
        Some(arrived.saturating_duration_since(*written).as_secs_f64() * 1e3)
    };
    let mut all: Vec<f64> = arrivals.iter().filter_map(latency).collect();
    if all.is_empty() {
        return Err("no detection arrived".into());
    }
    all.sort_by(f64::total_cmp);
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
    Ok(Latency {
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        detections: all.len(),
        records_per_second: rate,
    })
}
