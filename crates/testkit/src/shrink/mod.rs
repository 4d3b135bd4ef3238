//! Smaller forms of a case.
//!
//! A [`Draft`] is a case as tokens and steps; a [`Cut`] leaves some of them out or writes them
//! more simply; [`cuts`] gives those after which the module still compiles. Who calls decides
//! which of them keep what is interesting about the case. Every cut makes a draft smaller, so that
//! cutting ends.

mod cut;
mod draft;
mod events;
mod module;

pub use cut::Cut;
pub use draft::Draft;

/// Everything small that can be cut from a draft.
pub fn cuts(draft: &Draft) -> Vec<Cut> {
    let mut cuts = module::cuts(draft);
    cuts.extend(events::cuts(draft));
    cuts
}
