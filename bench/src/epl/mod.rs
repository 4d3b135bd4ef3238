//! The engine beside the real Esper: the same rules, the same events, the same listener.
//!
//! Each workload runs in rounds; ours and the peer's alternate, after rounds of warm-up that are
//! not counted. Both must give the same number of rows and the same sum, or the bench fails.

mod ours;
mod peer;
mod table;
mod workload;

use clap::{Args, ValueEnum};

use crate::{Format, maven};
use ours::Ours;
use peer::Peer;
use table::Line;
use workload::{WORKLOADS, Workload};

/// Arguments of the scenario.
#[derive(Args)]
pub struct EplArguments {
    /// Measure the real engine beside ours (needs a JDK 17 and Maven)
    #[arg(long, value_enum)]
    peer: Option<PeerName>,
    /// Only these workloads, by name, such as W1
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Rounds that are counted; the median is printed
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Rounds before those
    #[arg(long, default_value_t = 5)]
    warm_up: usize,
    /// Events a batch of ours
    #[arg(long, default_value_t = 1_024)]
    batch: usize,
    /// Leave the rounds of one event at a time out (for profiles; `--batch 1` has those alone)
    #[arg(long)]
    without_single: bool,
    /// How figures are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What ours is measured against.
#[derive(Clone, Copy, ValueEnum)]
enum PeerName {
    /// Esper 9.0.0
    Esper,
}

/// What one round gave.
#[derive(Debug, Clone, Copy, Default)]
pub struct Round {
    /// How long it took.
    pub nanos: u64,
    /// Bytes allocated meanwhile; 0 where they were not counted.
    pub allocated: u64,
    /// Rows that the listener saw.
    pub rows: u64,
    /// Sum of the column `v` of those rows.
    pub sum: f64,
}

/// Runs the workloads and prints a line each.
///
/// # Errors
/// A workload does not compile, the peer fails, or the two disagree.
pub fn run(arguments: &EplArguments) -> Result<(), String> {
    let folder = match arguments.peer {
        Some(PeerName::Esper) => Some(maven::build("peer")?),
        None => None,
    };
    if arguments.format == Format::Text {
        let (rounds, warm_up) = (arguments.rounds, arguments.warm_up);
        println!(
            "{rounds} rounds are counted, alternating, after {warm_up} that are not; batches of {}",
            arguments.batch
        );
    }
    table::head(arguments.format, folder.is_some());
    let mut lines = Vec::new();
    for workload in WORKLOADS {
        let wanted = |name: &String| name.eq_ignore_ascii_case(workload.name);
        if !arguments.only.is_empty() && !arguments.only.iter().any(wanted) {
            continue;
        }
        let peer = folder.as_ref().map(|f| Peer::start(f, &workload));
        let line = measure(arguments, &workload, peer.transpose()?)?;
        table::print(arguments.format, &line);
        lines.push(line);
    }
    table::close(arguments.format, &lines);
    Ok(())
}

fn measure(
    arguments: &EplArguments,
    workload: &Workload,
    mut peer: Option<Peer>,
) -> Result<Line, String> {
    let mut whole = Ours::new(workload, arguments.batch)?;
    let mut single = match workload.deploys > 0 || arguments.without_single {
        true => None,
        false => Some(Ours::new(workload, 1)?),
    };
    let mut line = Line::new(workload, whole.evaluator());
    line.preparation = peer.as_ref().map(|peer| peer.preparation);
    for number in 0..arguments.warm_up + arguments.rounds {
        let counts = number >= arguments.warm_up;
        // Counting takes time, so it is done in the last round that is not counted itself.
        let metered = number + 1 == arguments.warm_up;
        let round = whole.round(metered)?;
        if metered {
            line.allocated = round.allocated as f64 / workload.units() as f64;
        }
        if counts {
            line.ours.push(rate(workload.units(), &round));
        }
        // One at a time is slower; fewer rounds warm it up.
        if let Some(single) = &mut single {
            let other = single.round(false)?;
            agree(workload, "batches of one", &round, &other)?;
            if counts {
                line.single.push(rate(workload.units(), &other));
            }
        }
        if let Some(peer) = &mut peer {
            let other = peer.round()?;
            if workload.deploys == 0 {
                agree(workload, "the peer", &round, &other)?;
            }
            if counts {
                line.peer.push(rate(workload.peer_units(), &other));
                line.peer_allocated = other.allocated as f64 / workload.peer_units() as f64;
            }
        }
    }
    Ok(line)
}

/// Units a second.
fn rate(units: usize, round: &Round) -> f64 {
    units as f64 * 1e9 / round.nanos as f64
}

fn agree(workload: &Workload, name: &str, ours: &Round, other: &Round) -> Result<(), String> {
    let near = (ours.sum - other.sum).abs() <= 1e-6 * ours.sum.abs().max(1.0);
    match ours.rows == other.rows && near {
        true => Ok(()),
        false => Err(format!(
            "{}: ours has {} rows with sum {}, {name} {} with {}",
            workload.name, ours.rows, ours.sum, other.rows, other.sum
        )),
    }
}
