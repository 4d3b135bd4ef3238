//! Cases made by chance: the engine answers them, and our machine is held to its answers.

use std::path::{Path, PathBuf};

use tachograph_testkit::random::{Known, document, known};
use tachograph_testkit::run::{Outcome, Tally, find, run};
use tachograph_testkit::spec::Case;

use super::judge::Judge;
use super::shrink::shrink;
use super::{pairs, question, record};

/// At most so many failing cases are made small.
const KEPT_MAX: usize = 12;

/// What is asked for.
struct Options {
    seed: u64,
    cases: usize,
    /// Known differences whose forms may occur.
    open: Vec<Known>,
    /// Where failing cases go when they are small.
    keep: Option<PathBuf>,
}

/// Runs `random SEED CASES [--open NAME]… [--keep FILE]`; none where the arguments are others.
pub fn command(root: &Path, arguments: &[String]) -> Option<Result<String, String>> {
    let options = options(arguments)?;
    Some(compare(root, &options))
}

fn options(arguments: &[String]) -> Option<Options> {
    let [seed, cases, rest @ ..] = arguments else {
        return None;
    };
    let mut options = Options {
        seed: seed.parse().ok()?,
        cases: cases.parse().ok()?,
        open: Vec::new(),
        keep: None,
    };
    for pair in rest.chunks(2) {
        match pair {
            [flag, name] if flag == "--open" => options.open.push(known::named(name)?),
            [flag, file] if flag == "--keep" => options.keep = Some(PathBuf::from(file)),
            _ => return None,
        }
    }
    Some(options)
}

/// Writes the cases below `target/oracle/`, lets the engine record its answers there, and runs
/// our machine on what it recorded.
fn compare(root: &Path, options: &Options) -> Result<String, String> {
    let folder = root.join("target/oracle");
    let path = folder.join(format!("random-{}.md", options.seed));
    let fault = |e: std::io::Error| format!("{}: {e}", path.display());
    std::fs::create_dir_all(&folder).map_err(fault)?;
    let text = document(options.seed, options.cases, &options.open);
    std::fs::write(&path, text).map_err(fault)?;
    let mut judge = Judge::start(root)?;
    let refused = answer(&mut judge, &path)?;
    let mut tally = Tally::default();
    let mut told = Vec::new();
    let entries = read(&path)?;
    let cases = entries.iter().flat_map(|entry| &entry.document.cases);
    let mut failing = Vec::new();
    for case in cases.filter(|case| !refused.contains(&case.name)) {
        let outcome = outcome(case);
        tally.add(&outcome);
        if let Some(text) = outcome.to_text("", &case.name) {
            told.push(format!("{text}{}", case.epl.text));
            failing.push(case);
        }
    }
    if let Some(file) = &options.keep {
        keep(&mut judge, &failing, file)?;
    }
    let (path, refused) = (path.display(), refused.len());
    let closing = format!("{tally}, {refused} not answered; {path}");
    told.truncate(200);
    match failing.is_empty() {
        true => Ok(closing),
        false => Err(format!("{}\n{closing}", told.join("\n"))),
    }
}

/// A panic is a failure of its case, not of the whole run.
fn outcome(case: &Case) -> Outcome {
    std::panic::catch_unwind(|| run(case))
        .unwrap_or_else(|_| Outcome::Failed("the machine panics".into()))
}

fn keep(judge: &mut Judge, failing: &[&Case], file: &Path) -> Result<(), String> {
    let first = &failing[..failing.len().min(KEPT_MAX)];
    let small = shrink(judge, first)?;
    let fault = |e: std::io::Error| format!("{}: {e}", file.display());
    std::fs::write(file, small.concat()).map_err(fault)
}

fn read(path: &Path) -> Result<Vec<super::Entry>, String> {
    find(&[path.to_path_buf()]).map_err(|faults| faults[0].to_string())
}

/// Records answers; gives the names of the cases that the engine does not answer.
fn answer(judge: &mut Judge, path: &Path) -> Result<Vec<String>, String> {
    let entries = read(path)?;
    let questions = question::all(&entries)?;
    let answers = judge.ask(&questions)?;
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
