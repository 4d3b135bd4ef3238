//! Rows of several runs in the order of a file, with what a row of any table has, its key and its
//! version, gathered once.

use std::sync::Arc;

use tachograph_event::{Millis, Origin};

use super::Place;
use super::gather::{Texts, at};
use crate::run::Run;

/// Some rows, each by its place; all lists have as many entries.
pub(crate) struct Rows<'a> {
    pub runs: &'a [Arc<Run>],
    pub places: Vec<Place>,
    pub keys: Vec<&'a [u8]>,
    pub times: Vec<Millis>,
    pub origins: Vec<Origin>,
}

impl<'a> Rows<'a> {
    /// The rows at some places.
    pub fn gather(runs: &'a [Arc<Run>], places: &[Place]) -> Rows<'a> {
        let keys = Texts::of(runs.iter().map(|run| run.keys()));
        let times: Vec<&[Millis]> = runs.iter().map(|run| run.times()).collect();
        let origins: Vec<&[Origin]> = runs.iter().map(|run| run.origins()).collect();
        Rows {
            runs,
            places: places.to_vec(),
            keys: places.iter().map(|place| keys.at(place)).collect(),
            times: places.iter().map(|place| at(&times, place)).collect(),
            origins: places.iter().map(|place| at(&origins, place)).collect(),
        }
    }

    /// Leaves out the rows that are not `kept`.
    pub fn retain(&mut self, kept: &[bool]) {
        retain(&mut self.places, kept);
        retain(&mut self.keys, kept);
        retain(&mut self.times, kept);
        retain(&mut self.origins, kept);
    }
}

fn retain<T>(values: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    values.retain(|_| *kept.next().expect("an entry a row"));
}
