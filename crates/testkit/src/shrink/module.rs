//! Cuts of the module: runs of tokens without which it still compiles, brackets around what stays,
//! and smaller constants.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::cut::Cut;
use super::draft::Draft;

/// A run longer than this is found as several shorter ones.
const LONGEST_RUN: usize = 60;

/// All cuts after which the module compiles.
pub fn cuts(draft: &Draft) -> Vec<Cut> {
    let mut cuts = runs(draft);
    cuts.extend(hoisted(draft));
    cuts.extend(smaller(draft));
    cuts
}

fn compiles(draft: &Draft, cut: &Cut) -> bool {
    draft.without(cut).is_some()
}

/// Runs that can go, but for those that are two others one behind the other.
fn runs(draft: &Draft) -> Vec<Cut> {
    let count = draft.tokens.len();
    // By end: the starts of the runs that can go.
    let mut known: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut cuts = Vec::new();
    for length in 1..=LONGEST_RUN.min(count) {
        for start in 0..=count - length {
            let run = start..start + length;
            if !is_balanced(draft, &run) || is_two(&known, &run) {
                continue;
            }
            let cut = Cut::of_tokens(run.clone());
            if compiles(draft, &cut) {
                known.entry(run.end).or_default().insert(run.start);
                cuts.push(cut);
            }
        }
    }
    cuts
}

fn is_two(known: &BTreeMap<usize, BTreeSet<usize>>, run: &Range<usize>) -> bool {
    let Some(starts) = known.get(&run.end) else {
        return false;
    };
    let mut middles = starts.iter().filter(|middle| **middle > run.start);
    middles.any(|middle| known.get(middle).is_some_and(|s| s.contains(&run.start)))
}

fn is_balanced(draft: &Draft, run: &Range<usize>) -> bool {
    let mut depth = 0;
    for token in &draft.tokens[run.clone()] {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Brackets, and the name of the call before them; the words of `case` around one of its parts.
fn hoisted(draft: &Draft) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut open = Vec::new();
    for (n, token) in draft.tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" => open.push(n),
            ")" => {
                if let Some(start) = open.pop() {
                    cuts.push(Cut::of_tokens([start, n]));
                    cuts.push(Cut::of_tokens([start.saturating_sub(1), start, n]));
                }
            }
            "end" => cuts.extend(branches(draft, n)),
            _ => {}
        }
    }
    cuts.retain(|cut| compiles(draft, cut));
    cuts
}

/// For the `case` that ends at a token: each of its parts alone.
fn branches(draft: &Draft, end: usize) -> Vec<Cut> {
    let word = |n: usize| draft.tokens[n].text.as_str();
    let Some(start) = (0..end).rev().find(|n| word(*n) == "case") else {
        return Vec::new();
    };
    let parts =
        (start..=end).filter(|n| matches!(word(*n), "case" | "when" | "then" | "else" | "end"));
    let parts: Vec<usize> = parts.collect();
    let alone = |pair: &[usize]| {
        let (from, to) = (pair[0] + 1, pair[1]);
        (to > from).then(|| Cut::of_tokens((start..from).chain(to..=end)))
    };
    parts.windows(2).filter_map(alone).collect()
}

/// Whole numbers above one as one.
fn smaller(draft: &Draft) -> Vec<Cut> {
    let tokens = draft.tokens.iter().enumerate();
    let large = tokens.filter(|(_, t)| t.is_literal && t.text.parse::<u64>().is_ok_and(|n| n > 1));
    let cut = |(n, _): (usize, &_)| Cut {
        replaced: BTreeMap::from([(n, "1".to_string())]),
        ..Cut::default()
    };
    let cuts = large.map(cut);
    cuts.filter(|cut| compiles(draft, cut)).collect()
}
