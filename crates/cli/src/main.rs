//! The `tacho` command: arguments, screens, exit status. No logic of its own.
//!
//! Exit status: 0 good, 1 the job failed, 2 wrong usage.

mod commands;
mod numbers;
mod rows;
mod screen;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Archives every record of a stream, and in the same instant runs rules over it.
#[derive(Parser)]
#[command(name = "tacho", version, about, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  tacho run examples/smartcar                 run the reference job until Ctrl-C
  tacho run examples/smartcar --until-end     stop when every source has ended
  tacho check examples/smartcar               validate all of it, run nothing
  tacho scan DriverCarInfo --limit 20         read the archive, running or stopped
  tacho inspect                               watermarks, lag, late records, table files
  tacho test spec/epl                         run rule tests
  tacho generate smartcar --records 1000000 > cars.csv

Exit status: 0 good, 1 the job failed, 2 wrong usage.";

#[derive(Subcommand)]
enum Command {
    /// Run a topology: a folder with topology.toml, or the file
    Run(commands::run::RunArguments),
    /// Compile and validate a topology or an .epl file, run nothing
    Check(commands::check::CheckArguments),
    /// Print a row of a table, of the archive or of HBase
    Get(commands::table::GetArguments),
    /// Print rows of a table, of the archive or of HBase: by key, by time, by a condition
    Scan(commands::table::ScanArguments),
    /// Show how far a topology is: watermarks, lag, ledgers, checkpoints, table files
    Inspect(commands::inspect::InspectArguments),
    /// Run rule tests: Markdown documents of rules, events, and what they must post
    Test(commands::test::TestArguments),
    /// Show the plan of each statement of an .epl file, or of all rules of a topology
    Explain(commands::explain::ExplainArguments),
    /// Write reference records to standard output
    Generate(commands::generate::GenerateArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Get(arguments) => commands::table::get(&arguments),
        Command::Scan(arguments) => commands::table::scan(&arguments),
        Command::Inspect(arguments) => commands::inspect::run(&arguments),
        Command::Test(arguments) => return commands::test::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Generate(arguments) => commands::generate::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}
