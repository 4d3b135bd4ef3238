//! The kinds of errors, and which of them pass by themselves.

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's own request cannot be sent: a row without a key, a name of wrong form.
    InvalidArgument,
    /// No connection to a server could be made.
    Connect,
    /// The server does not speak TLS, or not as somebody who is trusted.
    Untrusted,
    /// The connection broke while an answer was awaited; the request may have been carried out.
    ConnectionLost,
    /// One call took longer than a call may.
    CallTimeout,
    /// All attempts together took longer than the operation may; the last fault is the source.
    DeadlineExceeded,
    /// Bytes that are not of this protocol.
    Protocol,
    /// The region is not on that server: it was moved, split or is being opened.
    RegionNotServing,
    /// The region does not take writes now: its memstore is full.
    RegionTooBusy,
    /// The server has too many calls waiting.
    ServerOverloaded,
    /// The server or the master is starting or stopping.
    ServerNotReady,
    /// The scanner's lease is over, or it must be opened again.
    ScannerLost,
    /// The answer would be too large at once; the rest must be asked for again.
    ResultTooLarge,
    /// There is no such table.
    TableNotFound,
    /// There is such a table already.
    TableExists,
    /// The table is disabled.
    TableDisabled,
    /// The table is not disabled, as it would have to be.
    TableEnabled,
    /// There is no such column family.
    FamilyNotFound,
    /// There is no such namespace.
    NamespaceNotFound,
    /// There is such a namespace already.
    NamespaceExists,
    /// The user may not do this.
    AccessDenied,
    /// A procedure of the master failed.
    ProcedureFailed,
    /// Another exception of the server, which it does not forbid to try again.
    Remote,
    /// Another exception of the server, which would come again.
    RemoteFatal,
    /// The client, or the part of it that would answer, has been shut down.
    Closed,
}

impl ErrorKind {
    /// Whether the same request may succeed when sent again.
    pub fn is_retryable(self) -> bool {
        use ErrorKind::*;
        matches!(
            self,
            Connect
                | ConnectionLost
                | CallTimeout
                | RegionNotServing
                | RegionTooBusy
                | ServerOverloaded
                | ServerNotReady
                | ScannerLost
                | ResultTooLarge
                | Remote
        )
    }

    /// Whether where the region is should be asked anew.
    pub(crate) fn doubts_location(self) -> bool {
        use ErrorKind::*;
        matches!(
            self,
            Connect | ConnectionLost | CallTimeout | RegionNotServing | ServerNotReady
        )
    }

    /// Whether the server asks for more patience than usual.
    pub(crate) fn is_overload(self) -> bool {
        matches!(self, ErrorKind::ServerOverloaded | ErrorKind::RegionTooBusy)
    }
}
