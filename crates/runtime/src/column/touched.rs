//! Which groups an interval has touched, each once.
//!
//! State: the groups, in the order of first touch, and a flag for each number of a group.

use tachograph_event::{CodecError, Decoder, Encoder};

/// Groups of an interval.
#[derive(Debug, Default)]
pub struct TouchedGroups {
    groups: Vec<u32>,
    flags: Vec<bool>,
}

impl TouchedGroups {
    /// Notes the groups of events; all numbers lie below `slots`.
    pub fn touch(&mut self, groups: &[u32], slots: usize) {
        if self.flags.len() < slots {
            self.flags.resize(slots, false);
        }
        for &group in groups {
            let flag = &mut self.flags[group as usize];
            if !*flag {
                *flag = true;
                self.groups.push(group);
            }
        }
    }

    /// Was a group touched?
    pub fn has(&self, group: u32) -> bool {
        self.flags.get(group as usize).is_some_and(|flag| *flag)
    }

    /// The groups, in the order of first touch.
    pub fn groups(&self) -> &[u32] {
        &self.groups
    }

    /// Takes the groups out: the next interval has touched none.
    pub fn take(&mut self) -> Vec<u32> {
        let groups = std::mem::take(&mut self.groups);
        groups.iter().for_each(|g| self.flags[*g as usize] = false);
        groups
    }

    /// Writes the groups.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.groups.iter(), |to, g| to.u32(*g));
    }

    /// Reads what [`TouchedGroups::save`] wrote.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let groups = from.list(Decoder::u32)?;
        let slots = groups.iter().max().map_or(0, |g| *g as usize + 1);
        self.touch(&groups, slots);
        Ok(())
    }
}
