//! How statements depend on one another, and in which order that lets them work.
//!
//! A statement alone takes whole batches: its answer depends on its own input and clock, so it
//! may run ahead of the others. Statements whose streams meet (two writers of one stream, or a
//! circle of `insert into`) form an island, which is stepped event by event in the order that the
//! language gives.

use std::collections::{BTreeMap, BTreeSet};

use tachograph_plan::{Plan, TypeId};

/// Statements that are stepped together: one, or an island.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Numbers of the statements, in the order of the text.
    pub statements: Vec<usize>,
}

/// Who writes and who reads each stream that a statement inserts into.
struct Links {
    writers: BTreeMap<TypeId, Vec<usize>>,
    readers: BTreeMap<TypeId, Vec<usize>>,
    target: BTreeMap<usize, TypeId>,
}

impl Links {
    fn of(plan: &Plan) -> Links {
        let mut links = Links {
            writers: BTreeMap::new(),
            readers: BTreeMap::new(),
            target: BTreeMap::new(),
        };
        for (number, statement) in plan.statements.iter().enumerate() {
            if let Some(insert) = &statement.insert_into {
                links.writers.entry(insert.target).or_default().push(number);
                links.target.insert(number, insert.target);
            }
        }
        for (number, statement) in plan.statements.iter().enumerate() {
            let stream = statement.input.type_id;
            if links.writers.contains_key(&stream) {
                links.readers.entry(stream).or_default().push(number);
            }
        }
        links
    }

    fn next(&self, statement: usize) -> &[usize] {
        let stream = self.target.get(&statement);
        stream
            .and_then(|s| self.readers.get(s))
            .map_or(&[], Vec::as_slice)
    }

    /// Statements that can be reached by `insert into`, the first one only if it is in a circle.
    fn reached(&self, from: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut open = self.next(from).to_vec();
        while let Some(statement) = open.pop() {
            if reached.insert(statement) {
                open.extend(self.next(statement));
            }
        }
        reached
    }
}

/// Splits a plan into units, each after those that feed it.
pub fn units(plan: &Plan) -> Vec<Unit> {
    let links = Links::of(plan);
    let mut head: Vec<usize> = (0..plan.statements.len()).collect();
    for (stream, writers) in &links.writers {
        let readers = links.readers.get(stream).map_or(&[][..], Vec::as_slice);
        if writers.len() > 1 && !readers.is_empty() {
            writers
                .iter()
                .chain(readers)
                .for_each(|s| join(&mut head, writers[0], *s));
        }
    }
    join_circles(&links, &mut head);
    ordered(&links, &head)
}

fn join(head: &mut [usize], a: usize, b: usize) {
    let (low, high) = (head[a].min(head[b]), head[a].max(head[b]));
    head.iter_mut()
        .filter(|h| **h == high)
        .for_each(|h| *h = low);
}

/// Joins statements until no unit feeds itself through another.
fn join_circles(links: &Links, head: &mut [usize]) {
    loop {
        let mut joined = false;
        for &writer in links.target.keys() {
            for through in links.reached(writer) {
                let back = links.reached(through);
                let closes = back.iter().any(|s| head[*s] == head[writer]);
                if head[through] != head[writer] && closes {
                    join(head, writer, through);
                    joined = true;
                }
            }
        }
        if !joined {
            return;
        }
    }
}

/// Orders units so that each comes after its feeders; otherwise as in the text.
fn ordered(links: &Links, head: &[usize]) -> Vec<Unit> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (statement, head) in head.iter().enumerate() {
        members.entry(*head).or_default().push(statement);
    }
    let mut units = Vec::new();
    let mut done = BTreeSet::new();
    for unit in members.keys() {
        place(*unit, links, head, &members, &mut done, &mut units);
    }
    units
}

fn place(
    unit: usize,
    links: &Links,
    head: &[usize],
    members: &BTreeMap<usize, Vec<usize>>,
    done: &mut BTreeSet<usize>,
    units: &mut Vec<Unit>,
) {
    if !done.insert(unit) {
        return;
    }
    let feeds = |writer: &&usize| {
        let mut read = links.next(**writer).iter();
        head[**writer] != unit && read.any(|r| head[*r] == unit)
    };
    for writer in links.target.keys().filter(feeds) {
        place(head[*writer], links, head, members, done, units);
    }
    units.push(Unit {
        statements: members[&unit].clone(),
    });
}
