//! Why a thread ends before its work does.

use super::outlet::Stopped;
use crate::bolt::BoltError;
use crate::journal::JournalError;
use crate::spout::SpoutError;

pub(crate) enum Fault {
    /// The topology stops.
    Stopped,
    /// It cannot go on, for this reason.
    Failed(String),
}

impl From<Stopped> for Fault {
    fn from(_: Stopped) -> Fault {
        Fault::Stopped
    }
}

impl From<SpoutError> for Fault {
    fn from(error: SpoutError) -> Fault {
        Fault::Failed(error.message)
    }
}

impl From<BoltError> for Fault {
    fn from(error: BoltError) -> Fault {
        Fault::Failed(error.0)
    }
}

impl From<JournalError> for Fault {
    fn from(error: JournalError) -> Fault {
        Fault::Failed(format!("a decision cannot be written down: {error}"))
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        Fault::Failed(format!("a ledger cannot be written: {error}"))
    }
}
