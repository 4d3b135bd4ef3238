//! A harness that knows a third verdict: a test that this machine has not the means for is ignored,
//! with the reason beside its name, and is not counted with those that pass.

use libtest_mimic::{Completion, Failed};

/// Why a test was not run.
#[derive(Clone, Debug)]
pub struct Skipped(pub String);

/// A test's end; what is wrong it says by a panic.
pub type Verdict = Result<(), Skipped>;

/// A test is not run for this reason.
pub fn skip<T>(why: &str) -> Result<T, Skipped> {
    Err(Skipped(why.to_owned()))
}

/// A verdict as the runner knows it.
pub fn told(verdict: Verdict) -> Result<Completion, Failed> {
    Ok(match verdict {
        Ok(()) => Completion::Completed,
        Err(Skipped(why)) => Completion::ignored_with(why),
    })
}

/// Tests by their paths, which are their names; `$run` makes a verdict of what one gives.
macro_rules! trials {
    ($run:path; $($test:path),* $(,)?) => {
        vec![$(libtest_mimic::Trial::ignorable_test(stringify!($test), || {
            $crate::harness::told($run($test()))
        })),*]
    };
}
pub(crate) use trials;
