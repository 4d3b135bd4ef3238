//! The real engine as judge: `oracle record PATH…` and `oracle check PATH…` of specifications,
//! `oracle random SEED CASES` of cases made by chance.
//!
//! A [`Question`] is a case and the steps of its trace; an [`Answer`] is what the engine did with it.
//! `record` writes answers into the documents, `check` holds documents against them. The engine runs
//! as a separate process (`tools/oracle`); nothing of it is part of what is shipped.

mod answer;
mod check;
mod judge;
mod order;
mod question;
mod random;
mod record;
mod shrink;

use std::path::{Path, PathBuf};

use answer::Answer;
use question::Question;
use tachograph_testkit::run::{Entry, find};

/// Runs the command line after `oracle`; gives a closing line, or what went wrong.
pub fn command(root: &Path, arguments: &[String]) -> Result<String, String> {
    let usage = || {
        "usage: cargo xtask oracle record PATH… | check PATH… | random SEED CASES [--open NAME]… [--keep FILE]".to_string()
    };
    let (verb, paths) = arguments.split_first().ok_or_else(usage)?;
    if verb == "random" {
        return random::command(root, paths).ok_or_else(usage)?;
    }
    if paths.is_empty() || !matches!(verb.as_str(), "record" | "check") {
        return Err(usage());
    }
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let entries = find(&paths).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })?;
    let questions = question::all(&entries)?;
    let answers = judge::ask(root, &questions)?;
    match verb.as_str() {
        "record" => record_all(&entries, &questions, &answers),
        _ => check_all(&entries, &questions, &answers),
    }
}

fn record_all(
    entries: &[Entry],
    questions: &[Question<'_>],
    answers: &[Answer],
) -> Result<String, String> {
    let (mut recorded, mut skipped, mut changed) = (0, 0, 0);
    let mut faults = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let mut edits = Vec::new();
        for (question, answer) in pairs(questions, answers, number) {
            match record::edits(question, answer) {
                _ if question.case.differs().is_some() => skipped += 1,
                Ok(more) => {
                    recorded += 1;
                    edits.extend(more);
                }
                Err(fault) => faults.push(told(entry, question, &fault)),
            }
        }
        changed += usize::from(record::apply(&entry.path, edits)?);
    }
    close(
        format!(
            "{recorded} recorded, {} failed, {skipped} skipped; {changed} files changed",
            faults.len()
        ),
        faults,
    )
}

fn check_all(
    entries: &[Entry],
    questions: &[Question<'_>],
    answers: &[Answer],
) -> Result<String, String> {
    let (mut passed, mut differ) = (0, 0);
    let mut faults = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        for (question, answer) in pairs(questions, answers, number) {
            match (check::check(question, answer), question.case.differs()) {
                (Err(_), Some(_)) => differ += 1,
                (Ok(()), Some(name)) => {
                    let fault = format!(
                        "the engine answers the same; its `differs: {name}` is no longer true"
                    );
                    faults.push(told(entry, question, &fault));
                }
                (Ok(()), None) => passed += 1,
                (Err(fault), None) => faults.push(told(entry, question, &fault)),
            }
        }
    }
    let tally = format!(
        "{passed} passed, {} failed, {differ} differ as they say",
        faults.len()
    );
    close(tally, faults)
}

/// The questions of a document with their answers.
fn pairs<'a>(
    questions: &'a [Question<'a>],
    answers: &'a [Answer],
    document: usize,
) -> impl Iterator<Item = (&'a Question<'a>, &'a Answer)> {
    let all = questions.iter().zip(answers);
    all.filter(move |(question, _)| question.document == document)
}

fn told(entry: &Entry, question: &Question<'_>, fault: &str) -> String {
    let fault = fault.trim_end().replace('\n', "\n  ");
    let path = entry.path.display();
    format!("failed: {path}: {}\n  {fault}\n", question.case.name)
}

fn close(tally: String, mut faults: Vec<String>) -> Result<String, String> {
    if faults.is_empty() {
        return Ok(tally);
    }
    faults.push(tally);
    Err(faults.join("\n"))
}
