//! Output rate limiting: `output [after …] [all|first|last|snapshot] every …`.

use crate::window::Period;

/// Which rows an output gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// Every row of the interval.
    Default,
    /// `all`
    All,
    /// `first`
    First,
    /// `last`
    Last,
    /// `snapshot`
    Snapshot,
}

/// When an output is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// After so many events.
    Events(u64),
    /// After so long.
    Time(Period),
}

/// Silence before the first output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// So many events.
    Events(u64),
    /// So long from deployment.
    Time(Period),
}

/// The output clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputLimit {
    /// Which rows.
    pub kind: OutputKind,
    /// When; none for a bare `output after`.
    pub every: Option<Every>,
    /// From when on.
    pub after: Option<After>,
}
