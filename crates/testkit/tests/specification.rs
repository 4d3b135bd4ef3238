//! Every case of the specification, in every mode.

use std::path::PathBuf;

use tachograph_testkit::run::{Tally, find, run};

#[test]
fn every_case_of_the_specification_passes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../spec/epl");
    let entries = find(&[folder]).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut tally = Tally::default();
    let mut told = String::new();
    for entry in &entries {
        let file = entry.path.display().to_string();
        for case in &entry.document.cases {
            let outcome = run(case);
            tally.add(&outcome);
            told.extend(outcome.to_text(&file, &case.name));
        }
    }
    assert!(tally.passed > 0, "no case was found");
    assert!(tally.is_good(), "{told}\n{tally}");
}
