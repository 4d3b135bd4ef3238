//! Measurements that anyone can repeat: `cargo run --release -p tachograph-bench -- SCENARIO`.
//!
//! | scenario | what it measures |
//! |---|---|
//! | `smartcar` | the reference job in one process: decode, rule, live store |
//! | `engine` | the rule engine alone, one thread, batches of columns |
//! | `cluster` | the reference job through real Kafka, HBase and Redis (feature `kafka`) |
//! | `hbase` | the client of HBase beside HBase's own `BufferedMutator`, on real servers |
//! | `state` | memory a car, and the pause of a checkpoint |
//! | `live` | the pause of a checkpoint of the live store |
//! | `epl` | the rule engine beside the real Esper, workload by workload |

mod allocation;
#[cfg(feature = "kafka")]
mod cluster;
mod engine;
mod epl;
mod hbase;
mod live;
mod maven;
mod peer;
mod process;
mod smartcar;
mod state;
mod testbed;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

#[global_allocator]
static ALLOCATOR: allocation::Counting = allocation::Counting;

/// Measures Tachograph.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Subcommand)]
enum Scenario {
    /// The reference job, in one process with two partitions
    Smartcar(smartcar::SmartcarArguments),
    /// The reference job through real Kafka, HBase and Redis
    #[cfg(feature = "kafka")]
    Cluster(cluster::ClusterArguments),
    /// The client of HBase beside HBase's own, on real servers
    Hbase(hbase::HbaseArguments),
    /// The rule engine alone
    Engine(engine::EngineArguments),
    /// The rule engine beside the real Esper
    Epl(epl::EplArguments),
    /// What the reference rule keeps of a million cars, and what a checkpoint of it costs
    State(state::StateArguments),
    /// What a checkpoint of a live store of a million keys costs its writers
    Live(live::LiveArguments),
}

/// How figures are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// An object a line
    Json,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().scenario {
        Scenario::Smartcar(arguments) => smartcar::run(&arguments),
        #[cfg(feature = "kafka")]
        Scenario::Cluster(arguments) => cluster::run(&arguments),
        Scenario::Hbase(arguments) => hbase::run(&arguments),
        Scenario::Engine(arguments) => engine::run(&arguments),
        Scenario::Epl(arguments) => epl::run(&arguments),
        Scenario::State(arguments) => state::run(&arguments),
        Scenario::Live(arguments) => live::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
