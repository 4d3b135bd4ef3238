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

/// Runs a test in a runtime of its own.
pub fn run(test: impl Future<Output = Verdict>) -> Result<Completion, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    verdict(runtime.block_on(test))
}

/// A verdict as the runner knows it.
pub fn verdict(verdict: Verdict) -> Result<Completion, Failed> {
    Ok(match verdict {
        Ok(()) => Completion::Completed,
        Err(Skipped(why)) => Completion::ignored_with(why),
    })
}
