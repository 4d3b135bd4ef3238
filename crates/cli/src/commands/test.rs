//! `tacho test`: rule tests.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tachograph_testkit::run::{Outcome, Tally, find, run as run_case};

/// Arguments of `test`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct TestArguments {
    /// Markdown documents, or folders of them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// How outcomes are told
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "Examples:
  tacho test spec/epl                            every case below a folder
  tacho test rules.md --format json              an object a case";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// What failed, and a closing line
    Text,
    /// An object a case, one a line
    Json,
}

/// Runs every case; success when all passed, 2 when a document cannot be read.
pub fn run(arguments: &TestArguments) -> ExitCode {
    let entries = match find(&arguments.paths) {
        Ok(entries) => entries,
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("error: {fault}"));
            return ExitCode::from(2);
        }
    };
    let mut tally = Tally::default();
    for entry in &entries {
        let file = entry.path.display().to_string();
        for case in &entry.document.cases {
            let outcome = run_case(case);
            tally.add(&outcome);
            tell(&outcome, &file, &case.name, arguments.format);
        }
    }
    if arguments.format == Format::Text {
        println!("{tally}");
    }
    match tally {
        _ if tally == Tally::default() => {
            eprintln!("error: no case was found; a case is an `epl` block and a `trace` block");
            ExitCode::from(2)
        }
        _ if tally.is_good() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn tell(outcome: &Outcome, file: &str, case: &str, format: Format) {
    match format {
        Format::Json => println!("{}", outcome.to_json(file, case)),
        Format::Text => outcome
            .to_text(file, case)
            .iter()
            .for_each(|text| println!("{text}")),
    }
}
