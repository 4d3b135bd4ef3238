//! What a batch is made of: changes and reads.

use crate::error::Result;
use crate::mutation::{Append, Delete, Increment, Mutation, Put};
use crate::read::Get;
use crate::wire;

/// One change or one read.
#[derive(Clone, Debug)]
pub enum Action {
    /// A change.
    Mutate(Mutation),
    /// A read.
    Get(Get),
}

impl Action {
    /// The row's key.
    pub fn row(&self) -> &[u8] {
        match self {
            Action::Mutate(mutation) => mutation.row(),
            Action::Get(get) => get.row(),
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Action::Mutate(mutation) => mutation.check(),
            Action::Get(get) => get.check(),
        }
    }

    /// About how many bytes it has on the wire.
    pub(crate) fn wire_size(&self) -> usize {
        16 + match self {
            Action::Mutate(mutation) => mutation.block().len(),
            Action::Get(get) => get.row().len(),
        }
    }

    /// Whether a server must recognise it when it comes a second time.
    pub(crate) fn needs_nonce(&self) -> bool {
        matches!(self, Action::Mutate(mutation) if mutation.needs_nonce())
    }

    /// The cells that go with the message.
    pub(crate) fn block(&self) -> &[u8] {
        match self {
            Action::Mutate(mutation) => mutation.block(),
            Action::Get(_) => &[],
        }
    }

    pub(crate) fn message(&self, index: u32, nonce: u64) -> wire::multi::Action {
        let nonce = self.needs_nonce().then_some(nonce);
        let (mutation, get) = match self {
            Action::Mutate(mutation) => (Some(mutation.message(nonce)), None),
            Action::Get(get) => (None, Some(Box::new(get.wire(false)))),
        };
        wire::multi::Action {
            index: Some(index),
            mutation,
            get,
        }
    }
}

impl From<Mutation> for Action {
    fn from(mutation: Mutation) -> Action {
        Action::Mutate(mutation)
    }
}

impl From<Put> for Action {
    fn from(put: Put) -> Action {
        Action::Mutate(put.into())
    }
}

impl From<Delete> for Action {
    fn from(delete: Delete) -> Action {
        Action::Mutate(delete.into())
    }
}

impl From<Increment> for Action {
    fn from(increment: Increment) -> Action {
        Action::Mutate(increment.into())
    }
}

impl From<Append> for Action {
    fn from(append: Append) -> Action {
        Action::Mutate(append.into())
    }
}

impl From<Get> for Action {
    fn from(get: Get) -> Action {
        Action::Get(get)
    }
}
