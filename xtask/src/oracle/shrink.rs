//! Cuts failing cases down to what still fails, the engine being asked about many cuts at once.
//!
//! In each round every case offers its small cuts. Those after which it still fails are then tried
//! together: all of them, half of them, a quarter, … down to the heaviest alone.

use tachograph_testkit::run::{Outcome, run};
use tachograph_testkit::shrink::{Cut, Draft, cuts};
use tachograph_testkit::spec::{Case, Document};

use super::judge::Judge;
use super::{question, record};

/// A round asks at most so many cuts of a case.
const CUTS_MAX: usize = 120;
/// A case that is still being cut then stays as it is.
const ROUNDS_MAX: usize = 14;

/// A case that fails and becomes smaller.
struct Failing {
    name: String,
    draft: Draft,
    kind: Failure,
    is_done: bool,
}

/// How a case fails. What is cut must fail in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// Columns have other names or types.
    Types,
    /// The module is refused.
    Refused,
    /// The machine panics.
    Panic,
    /// Other rows are posted.
    Rows,
}

/// Makes failing cases small; gives each as a section of a document, with the engine's answers.
///
/// # Errors
/// The engine does not answer.
pub fn shrink(judge: &mut Judge, cases: &[&Case]) -> Result<Vec<String>, String> {
    let failing = cases.iter().filter_map(|case| {
        Some(Failing {
            name: case.name.clone(),
            draft: Draft::of(case)?,
            kind: failure(case)?,
            is_done: false,
        })
    });
    let mut failing: Vec<Failing> = failing.collect();
    for _ in 0..ROUNDS_MAX {
        if failing.iter().all(|f| f.is_done) {
            break;
        }
        round(judge, &mut failing)?;
    }
    let drafts: Vec<Draft> = failing.iter().map(|f| f.draft.clone()).collect();
    let judged = judge_all(judge, &drafts)?;
    let sections = judged.into_iter().zip(&failing);
    Ok(sections
        .map(|(judged, failing)| match judged {
            Some(judged) => judged
                .section
                .replacen("## 0", &format!("## {}", failing.name), 1),
            None => failing.draft.section(&failing.name),
        })
        .collect())
}

fn round(judge: &mut Judge, failing: &mut [Failing]) -> Result<(), String> {
    let offered = failing.iter().map(|f| match f.is_done {
        true => Vec::new(),
        false => offers(&f.draft),
    });
    let offered: Vec<Vec<Cut>> = offered.collect();
    let singles = failing_cuts(judge, failing, &offered)?;
    let together = singles.iter().map(|cuts| unions(cuts));
    let together: Vec<Vec<Cut>> = together.collect();
    let best = failing_cuts(judge, failing, &together)?;
    for (n, case) in failing.iter_mut().enumerate() {
        let heaviest = best[n]
            .iter()
            .chain(&singles[n])
            .max_by_key(|cut| cut.weight());
        match heaviest.and_then(|cut| case.draft.without(cut)) {
            Some(draft) => case.draft = draft,
            None => case.is_done = true,
        }
    }
    Ok(())
}

/// The cuts of a draft that change it, heaviest first.
fn offers(draft: &Draft) -> Vec<Cut> {
    let mut offers = cuts(draft);
    offers.sort_by_key(|cut| std::cmp::Reverse(cut.weight()));
    offers.dedup();
    offers.truncate(CUTS_MAX);
    offers
}

/// The heaviest half of the cuts, quarter, … as one cut each, and all of them.
fn unions(cuts: &[Cut]) -> Vec<Cut> {
    let mut cuts: Vec<&Cut> = cuts.iter().collect();
    cuts.sort_by_key(|cut| std::cmp::Reverse(cut.weight()));
    let mut unions = Vec::new();
    let mut count = cuts.len();
    while count > 1 {
        unions.push(Cut::all(&cuts[..count]));
        unions.push(Cut::all(&cuts[cuts.len() - count..]));
        count = count * 2 / 3;
    }
    unions
}

/// For each case: those of its cuts after which it fails.
fn failing_cuts(
    judge: &mut Judge,
    failing: &[Failing],
    cuts: &[Vec<Cut>],
) -> Result<Vec<Vec<Cut>>, String> {
    let mut drafts = Vec::new();
    let mut places = Vec::new();
    for (n, cuts) in cuts.iter().enumerate() {
        for (c, cut) in cuts.iter().enumerate() {
            let draft = failing[n].draft.without(cut);
            if let Some(draft) = draft.filter(|d| *d != failing[n].draft) {
                places.push((n, c));
                drafts.push(draft);
            }
        }
    }
    let judged = judge_all(judge, &drafts)?;
    let mut found = vec![Vec::new(); cuts.len()];
    for ((n, c), judged) in places.into_iter().zip(judged) {
        if judged.is_some_and(|j| j.failure == Some(failing[n].kind)) {
            found[n].push(cuts[n][c].clone());
        }
    }
    Ok(found)
}

/// A draft with the engine's answers, and how our machine fails it.
struct Judged {
    section: String,
    failure: Option<Failure>,
}

fn judge_all(judge: &mut Judge, drafts: &[Draft]) -> Result<Vec<Option<Judged>>, String> {
    let sections = drafts.iter().map(|draft| draft.section("0"));
    let sections: Vec<String> = sections.collect();
    let fault = |e: tachograph_testkit::spec::SyntaxFault| e.to_string();
    let documents = sections.iter().map(|text| Document::parse("0", text));
    let documents = documents.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let questions = documents
        .iter()
        .map(|document| question::of(&document.cases[0], 0));
    let questions = questions.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let answers = judge.ask(&questions)?;
    let judged = questions.iter().zip(&answers).zip(&sections);
    Ok(judged
        .map(|((question, answer), section)| {
            let edits = record::edits(question, answer).ok()?;
            let section = record::edited(section, edits);
            let document = Document::parse("0", &section).ok()?;
            let failure = failure(&document.cases[0]);
            Some(Judged { section, failure })
        })
        .collect())
}

/// How our machine fails a case, if it does.
fn failure(case: &Case) -> Option<Failure> {
    match std::panic::catch_unwind(|| run(case)) {
        Err(_) => Some(Failure::Panic),
        Ok(Outcome::Failed(detail)) if detail.contains("the types of") => Some(Failure::Types),
        Ok(Outcome::Failed(detail)) if detail.contains("is refused") => Some(Failure::Refused),
        Ok(Outcome::Failed(_)) => Some(Failure::Rows),
        Ok(Outcome::Passed | Outcome::Unsupported(_)) => None,
    }
}
