//! A harness that knows a third verdict: a test that this machine has not the means for is ignored,
//! with the reason beside its name, and is not counted with those that pass.

use libtest_mimic::{Completion, Trial};

/// Why a test was not run.
#[derive(Debug)]
pub struct Skipped(pub String);

/// A test's end; what is wrong it says by a panic.
pub type Verdict = Result<(), Skipped>;

/// A test of a name.
pub fn trial(name: &str, test: fn() -> Verdict) -> Trial {
    Trial::ignorable_test(name, move || match test() {
        Ok(()) => Ok(Completion::Completed),
        Err(Skipped(why)) => Ok(Completion::ignored_with(why)),
    })
}
