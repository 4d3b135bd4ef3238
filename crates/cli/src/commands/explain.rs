//! `tacho explain`: the plan of each statement.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tachograph_engine::{Config, ConfigFaults, assemble, module};
use tachograph_time::SystemClock;

/// Arguments of `explain`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ExplainArguments {
    /// An .epl file, or a topology: then all its modules
    path: PathBuf,
}

const EXAMPLES: &str = "Examples:
  tacho explain examples/smartcar/overspeed.epl  how each statement is run, and what it keeps
  tacho explain examples/smartcar                all rules of a topology";

/// Prints a page a statement.
pub fn run(arguments: &ExplainArguments) -> Result<(), String> {
    let path = &arguments.path;
    let pages = match path.extension().is_some_and(|e| e == "epl") {
        true => module::alone(path).map(|plan| module::explain(&plan)),
        false => topology(path),
    };
    let pages = pages.map_err(|faults| faults.render(std::io::stderr().is_terminal()))?;
    print!("{}", pages.join("\n"));
    Ok(())
}

fn topology(path: &Path) -> Result<Vec<String>, ConfigFaults> {
    let config = Config::read(path)?;
    let assembly = assemble::check(&config, Arc::new(SystemClock))?;
    let plans = assembly.plans.values();
    Ok(plans.flat_map(|plan| module::explain(plan)).collect())
}
