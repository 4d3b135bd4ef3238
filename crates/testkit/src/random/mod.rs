//! Cases made by chance, for judges to hold against each other.
//!
//! A seed gives event types, a module of one to three statements over them, and a trace with ties
//! in time, nulls and jumps of the clock. Everything is drawn from [`Dice`], so a case is known by
//! its seed. A module with the form of a [`known`] difference is drawn again, unless that form is
//! asked for. Expected rows are left out: a judge writes them.

mod aggregate;
mod column;
mod dice;
mod expression;
pub mod known;
mod output;
mod schema;
mod statement;
mod trace;
mod window;

pub use dice::Dice;
pub use known::Known;

/// A document of cases made from a seed; forms of the differences in `open` may occur.
pub fn document(seed: u64, cases: usize, open: &[Known]) -> String {
    (0..cases as u64).map(|n| case(seed, n, open)).collect()
}

/// One case, as a section of a document.
fn case(seed: u64, number: u64, open: &[Known]) -> String {
    let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let (schema, module) = loop {
        let schema = schema::schema(&mut dice);
        let module = statement::module(&mut dice, &schema);
        let found = known::forms(&module.text);
        // Where a form is asked for, every case has it.
        let asked = open.is_empty() || found.iter().any(|k| open.contains(k));
        if asked && found.iter().all(|k| open.contains(k)) {
            break (schema, module);
        }
    };
    let hidden = known::not_iterated(&module.text);
    let mut iterated = module.iterated;
    iterated.retain(|name| !hidden.contains(name));
    let trace = trace::trace(&mut dice, &schema, &iterated);
    format!(
        "## Seed {seed}, case {number}\n\n```epl\n{}{}```\n\n```trace\n{trace}```\n\n",
        schema.epl(),
        module.text
    )
}
