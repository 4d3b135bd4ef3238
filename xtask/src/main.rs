//! Chores of the repository: `cargo xtask COMMAND`.
//!
//! | command | what it does |
//! |---|---|
//! | `layers` | checks that crates depend on each other only as `xtask/layers.toml` allows |
//! | `oracle record PATH…` | writes the real engine's answers into specifications |
//! | `oracle check PATH…` | holds specifications against the real engine |
//! | `oracle random SEED CASES …` | asks both engines about cases made by chance |
//! | `testbed up|down|kill|status` | real Kafka, ZooKeeper, HBase and Redis on loopback ports |
//! | `tidy` | checks headers, long lines, leftovers and machine paths in the sources |

mod layers;
mod oracle;
mod testbed;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("layers") => layers::check(&root()),
        Some("oracle") => oracle::command(&root(), &arguments[1..]),
        Some("testbed") => testbed::command(&root(), &arguments[1..]),
        Some("tidy") => tidy::check(&root()),
        _ => Err(
            "usage: cargo xtask layers | oracle record PATH… | oracle check PATH… | testbed … | tidy"
                .to_string(),
        ),
    };
    match result {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root folder.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}
