//! `tacho run`: a topology at work, with a screen.

use std::io::IsTerminal;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use tachograph_engine::{Config, System, SystemOptions};
use tachograph_serve::RespServer;
use tachograph_serve::query::QueryServer;
use tachograph_time::{Clock, SystemClock};

use crate::screen::Screen;

/// Arguments of `run`.
#[derive(Args)]
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

/// Runs until the end, or until it is interrupted.
pub fn run(arguments: &RunArguments) -> Result<(), String> {
    let color = std::io::stderr().is_terminal();
    let config = Config::read(&arguments.topology).map_err(|f| f.render(color))?;
    let data = arguments
        .data
        .clone()
        .unwrap_or_else(|| PathBuf::from("data").join(&config.name));
    let port = arguments.port.or(config.live_port());
    // The port is taken first: a clear error beats half an hour of work without a reader.
    let listener = port.map(reserve).transpose()?;
    let system = System::start(&config, &SystemOptions::new(&data)).map_err(|f| f.render(color))?;
    let server = match listener {
        None => None,
        Some(address) => Some(serve(&system, address)?),
    };
    let queries = QueryServer::bind(&data, system.tables().clone());
    if let Err(error) = &queries {
        eprintln!("warning: `tacho scan` will not see rows before their checkpoint: {error}");
    }
    let mut screen = Screen::new(
        &config.name,
        &data,
        server.as_ref().map(RespServer::local_addr),
    );
    let interrupted = interruption()?;
    let mut told_end = false;
    while !system.is_finished() && !interrupted.load(Ordering::SeqCst) {
        screen.show(system.metrics(), &system);
        std::thread::sleep(Duration::from_millis(200));
    }
    if system.is_finished() && !arguments.until_end {
        // Sources have ended; what was detected can still be read.
        screen.show(system.metrics(), &system);
        while server.is_some() && !interrupted.load(Ordering::SeqCst) {
            if !told_end {
                screen.note("every source has ended; readers are served until Ctrl-C");
                told_end = true;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    screen.show(system.metrics(), &system);
    let metrics = Arc::clone(system.metrics());
    drop(queries);
    let result = system.stop();
    if let Some(server) = server {
        server.shutdown();
    }
    screen.finish(&metrics);
    result.map_err(|fault| format!("error: {fault}"))
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
