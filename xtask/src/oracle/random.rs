//! Cases made by chance: the engine answers them, and our machine is held to its answers.

use std::path::Path;

use tachograph_testkit::random::document;
use tachograph_testkit::run::{Outcome, Tally, find, run};

use super::{judge, pairs, question, record};

/// Runs `random SEED CASES`; none where the arguments are not numbers.
pub fn command(root: &Path, arguments: &[String]) -> Option<Result<String, String>> {
    let [seed, cases] = arguments else {
        return None;
    };
    let (seed, cases) = (seed.parse().ok()?, cases.parse().ok()?);
    Some(compare(root, seed, cases))
}

/// Writes the cases below `target/oracle/`, lets the engine record its answers there, and runs
/// our machine on what it recorded.
fn compare(root: &Path, seed: u64, cases: usize) -> Result<String, String> {
    let folder = root.join("target/oracle");
    let path = folder.join(format!("random-{seed}.md"));
    let fault = |e: std::io::Error| format!("{}: {e}", path.display());
    std::fs::create_dir_all(&folder).map_err(fault)?;
    std::fs::write(&path, document(seed, cases)).map_err(fault)?;
    let refused = answer(root, &path)?;
    let mut tally = Tally::default();
    let mut told = Vec::new();
    for entry in read(&path)? {
        for case in &entry.document.cases {
            if refused.contains(&case.name) {
                continue;
            }
            // A panic is a failure of its case, not of the whole run.
            let outcome = std::panic::catch_unwind(|| run(case))
                .unwrap_or_else(|_| Outcome::Failed("the machine panics".into()));
            tally.add(&outcome);
            if let (Some(text), true) = (outcome.to_text("", &case.name), told.len() < 200) {
                told.push(format!("{text}{}", case.epl.text));
            }
        }
    }
    let closing = format!(
        "{tally}, {} not answered; {}",
        refused.len(),
        path.display()
    );
    match tally.failed {
        0 => Ok(closing),
        _ => Err(format!("{}\n{closing}", told.join("\n"))),
    }
}

fn read(path: &Path) -> Result<Vec<super::Entry>, String> {
    find(&[path.to_path_buf()]).map_err(|faults| faults[0].to_string())
}

/// Records answers; gives the names of the cases that the engine does not answer.
fn answer(root: &Path, path: &Path) -> Result<Vec<String>, String> {
    let entries = read(path)?;
    let questions = question::all(&entries)?;
    let answers = judge::ask(root, &questions)?;
    let (mut edits, mut refused) = (Vec::new(), Vec::new());
    for (question, answer) in pairs(&questions, &answers, 0) {
        match record::edits(question, answer) {
            Ok(more) => edits.extend(more),
            Err(fault) => {
                eprintln!(
                    "{}: {fault}\n{}",
                    question.case.name, question.case.epl.text
                );
                refused.push(question.case.name.clone());
            }
        }
    }
    record::apply(path, edits)?;
    Ok(refused)
}
