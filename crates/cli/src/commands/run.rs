//! `tacho run`: a topology at work, with a screen.

use std::io::IsTerminal;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use tachograph_engine::config::{BoltConfig, BoltKind};
use tachograph_engine::data_folder::taken as taken_folder;
use tachograph_engine::status::{Observer, keep};
use tachograph_engine::{Config, DataFolder, System, SystemOptions, assemble};
use tachograph_serve::RespServer;
use tachograph_serve::query::QueryServer;
use tachograph_time::{Clock, SystemClock};

use super::starting::start;
use crate::screen::Screen;

/// Arguments of `run`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct RunArguments {
    /// A folder with topology.toml, or the file
    topology: PathBuf,
    /// Stop when every finite source has ended and all effects are written
    #[arg(long)]
    until_end: bool,
    /// Folder for checkpoints, tables and ledgers [default: data/NAME]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Port of the live store, instead of the topology's; 0 takes a free one
    #[arg(long)]
    port: Option<u16>,
}

const EXAMPLES: &str = "Examples:
  tacho run examples/smartcar                        until Ctrl-C; then go on from there
  tacho run examples/smartcar --until-end            stop when every finite source has ended
  tacho run examples/smartcar --data /tmp/d --port 0 in another folder, on a free port";

/// Runs until the end, or until it is interrupted.
pub fn run(arguments: &RunArguments) -> Result<(), String> {
    let color = std::io::stderr().is_terminal();
    let config = Config::read(&arguments.topology).map_err(|f| f.render(color))?;
    // All that is wrong is told before anything is opened.
    assemble::check(&config, Arc::new(SystemClock)).map_err(|f| f.render(color))?;
    let data = arguments
        .data
        .clone()
        .unwrap_or_else(|| PathBuf::from("data").join(&config.name));
    // Told first: that a port is taken as well would lead astray.
    if let Some(holder) = DataFolder::holder(&data) {
        return Err(format!("error: {}", taken_folder(&data, holder)));
    }
    let port = arguments.port.or(config.live_port());
    // The port is taken first: a clear error beats half an hour of work without a reader.
    let listener = port.map(reserve).transpose()?;
    let system = start(&config, &SystemOptions::new(&data)).map_err(|f| f.render(color))?;
    for warning in system.warnings() {
        eprintln!("warning: {warning}");
    }
    let server = match listener {
        None => None,
        Some(address) => Some(serve(&system, address)?),
    };
    let queries = QueryServer::bind(system.observer());
    if let Err(error) = &queries {
        eprintln!("warning: `tacho scan` will not see rows before their checkpoint: {error}");
    }
    let address = server.as_ref().map(RespServer::local_addr);
    let is_stdout = |b: &BoltConfig| matches!(b.kind, BoltKind::Stdout { .. });
    let rows_go_out = config.bolts.iter().any(is_stdout);
    let mut screen = Screen::new(Arc::clone(system.observer()), address, rows_go_out);
    let interrupted = interruption()?;
    follow(
        arguments,
        &system,
        address.is_some(),
        &interrupted,
        &mut screen,
    );
    let observer = Arc::clone(system.observer());
    drop(queries);
    let result = system.stop();
    if let Some(server) = server {
        server.shutdown();
    }
    leave_status(&observer);
    screen.finish();
    result.map_err(|fault| format!("error: {fault}"))
}

/// Shows progress until the end, or until it is interrupted. Where sources have ended and
/// somebody may read, what was detected is served on.
fn follow(
    arguments: &RunArguments,
    system: &System,
    is_served: bool,
    interrupted: &AtomicBool,
    screen: &mut Screen,
) {
    let observer = system.observer();
    let mut checkpoints = 0;
    let stays = is_served && !arguments.until_end;
    let mut told = false;
    while !interrupted.load(Ordering::SeqCst) && (stays || !system.is_finished()) {
        if system.has_failed() {
            break;
        }
        if system.is_finished() && !std::mem::replace(&mut told, true) {
            screen.note("every source has ended; readers are served until Ctrl-C");
        }
        let completed = observer.counts().checkpoints;
        if std::mem::replace(&mut checkpoints, completed) != completed {
            leave_status(observer);
        }
        screen.show();
        std::thread::sleep(Duration::from_millis(100));
    }
    screen.show();
}

/// What `tacho inspect` reads when no process runs; a disk that is full has worse to say.
fn leave_status(observer: &Observer) {
    if let Err(error) = keep(&observer.data, &observer.status()) {
        eprintln!("warning: no status is left for `tacho inspect`: {error}");
    }
}

/// Checks that a port is free, without keeping it.
fn reserve(port: u16) -> Result<SocketAddr, String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    std::net::TcpListener::bind(address).map_err(|e| taken(address, &e))?;
    Ok(address)
}

fn taken(address: SocketAddr, error: &std::io::Error) -> String {
    format!(
        "error: the live store cannot listen on {address}: {error}\n  = help: is another one running? \
         Choose a port with --port, or `port` in [live]"
    )
}

fn serve(system: &System, address: SocketAddr) -> Result<RespServer, String> {
    let clock = || u64::try_from(SystemClock.now()).unwrap_or(0);
    RespServer::bind(address, Arc::clone(system.live()), Arc::new(clock))
        .map_err(|e| taken(address, &e))
}

fn interruption() -> Result<Arc<AtomicBool>, String> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&flag))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)))
            .map_err(|e| format!("signals cannot be watched: {e}"))?;
    }
    Ok(flag)
}
