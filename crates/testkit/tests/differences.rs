//! Every known difference from the real engine has a paragraph of the manual and a case of the
//! specification, and no case names another.

use std::path::PathBuf;

use tachograph_testkit::random::known;
use tachograph_testkit::run::find;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn told_in_cases() -> Vec<String> {
    let entries = find(&[root().join("spec/epl")]).expect("the specification can be read");
    let cases = entries.iter().flat_map(|entry| &entry.document.cases);
    let names = cases.filter_map(|case| case.differs().map(String::from));
    names.collect()
}

#[test]
fn every_difference_has_a_case_and_a_paragraph() {
    let manual = std::fs::read_to_string(root().join("docs/manual/differences.md"));
    let manual = manual.expect("the manual can be read");
    let told = told_in_cases();
    for known in known::ALL {
        let name = known.name();
        assert!(told.iter().any(|t| t == name), "no case differs by {name}");
        let paragraph = format!("`{name}`");
        assert!(manual.contains(&paragraph), "the manual lacks {name}");
    }
}

#[test]
fn no_case_differs_by_what_is_not_known() {
    for name in told_in_cases() {
        assert!(
            known::named(&name).is_some(),
            "{name} is no known difference"
        );
    }
}

#[test]
fn a_case_has_the_form_that_it_names() {
    let entries = find(&[root().join("spec/epl")]).expect("the specification can be read");
    for case in entries.iter().flat_map(|entry| &entry.document.cases) {
        let forms = known::forms(&case.epl.text);
        if let Some(known) = case.differs().and_then(known::named) {
            assert!(forms.contains(&known), "{}", case.name);
        }
    }
}
