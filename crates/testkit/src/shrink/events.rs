//! Cuts of the trace: steps, and properties of events.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::cut::Cut;
use super::draft::{Draft, event};

/// Halves, quarters and single steps; properties of one event, and of all.
pub fn cuts(draft: &Draft) -> Vec<Cut> {
    let count = draft.steps.len();
    let mut cuts = Vec::new();
    for parts in [2, 4, count] {
        let size = count.div_ceil(parts.max(1)).max(1);
        let starts = (0..count).step_by(size);
        cuts.extend(starts.map(|start| Cut::of_steps(start..(start + size).min(count))));
    }
    let mut by_name: BTreeMap<String, Cut> = BTreeMap::new();
    for (number, step) in draft.steps.iter().enumerate() {
        let Some((_, Json::Object(fields))) = event(step) else {
            continue;
        };
        for name in fields.keys() {
            let mut cut = Cut::default();
            cut.fields.insert((number, name.clone()));
            let all = by_name.entry(name.clone()).or_default();
            all.fields.extend(cut.fields.clone());
            cuts.push(cut);
        }
    }
    cuts.extend(by_name.into_values());
    cuts
}
