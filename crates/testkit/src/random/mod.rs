//! Cases made by chance, for judges to hold against each other.
//!
//! A seed gives a schema-bound module of one or two statements and a trace with ties in time,
//! nulls and clock jumps. Everything is drawn from [`Dice`], so a case is known by its seed.
//! Expected rows are left out: a judge writes them.

mod dice;
mod expression;
mod statement;
mod trace;

pub use dice::Dice;

/// The event type of every case.
const SCHEMA: &str = "create schema S(k string, v int, w long, d double, b boolean, ts long);";

/// A document of cases made from a seed.
pub fn document(seed: u64, cases: usize) -> String {
    (0..cases as u64).map(|n| case(seed, n)).collect()
}

/// One case, as a section of a document.
fn case(seed: u64, number: u64) -> String {
    let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let module = statement::module(&mut dice);
    let trace = trace::trace(&mut dice, &module.iterated);
    format!(
        "## Seed {seed}, case {number}\n\n```epl\n{SCHEMA}\n{}```\n\n```trace\n{trace}```\n\n",
        module.text
    )
}
