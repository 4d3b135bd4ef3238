//! `tacho check`: compile and validate, run nothing.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tachograph_engine::{Config, ConfigFaults, assemble, module};
use tachograph_time::SystemClock;

/// Arguments of `check`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArguments {
    /// A folder with topology.toml, a topology file, or an .epl file
    path: PathBuf,
}

const EXAMPLES: &str = "Examples:
  tacho check examples/smartcar                  the topology, its schema and all its rules
  tacho check examples/smartcar/overspeed.epl    one file, with the schema.epl beside it";

/// Validates; prints a closing line.
pub fn run(arguments: &CheckArguments) -> Result<(), String> {
    let path = &arguments.path;
    let result = match path.extension().is_some_and(|e| e == "epl") {
        true => check_module(path),
        false => check_topology(path),
    };
    let color = std::io::stderr().is_terminal();
    println!("{}", result.map_err(|faults| faults.render(color))?);
    Ok(())
}

fn check_module(path: &std::path::Path) -> Result<String, ConfigFaults> {
    let plan = module::alone(path)?;
    Ok(format!(
        "{}: {} statements are in order",
        path.display(),
        plan.statements.len()
    ))
}

fn check_topology(path: &std::path::Path) -> Result<String, ConfigFaults> {
    let config = Config::read(path)?;
    let assembly = assemble::check(&config, Arc::new(SystemClock))?;
    let statements: usize = assembly.plans.values().map(|p| p.statements.len()).sum();
    Ok(format!(
        "{}: {} spouts, {} bolts, {statements} statements are in order",
        config.path.display(),
        assembly.topology.spouts.len(),
        assembly.topology.bolts.len(),
    ))
}
