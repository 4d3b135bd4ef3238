//! The one error of this crate: a kind to decide by, a text to read, and the Java exception where a
//! server sent one. It is cheap to clone, since one broken connection fails many calls.

mod kind;
mod remote;

pub use kind::ErrorKind;
pub(crate) use remote::Remote;

use std::fmt;
use std::sync::Arc;

/// What went wrong.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    class: Option<String>,
    moved_to: Option<(String, u16)>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Arc::new(Inner {
            kind,
            message: message.into(),
            class: None,
            moved_to: None,
            source: None,
        }))
    }

    /// An error with the cause that it comes from.
    pub(crate) fn caused(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        Error(Arc::new(Inner {
            kind,
            message: message.into(),
            class: None,
            moved_to: None,
            source: Some(Arc::new(source)),
        }))
    }

    /// An exception that a server sent.
    pub(crate) fn remote(remote: Remote) -> Error {
        let kind = remote.kind();
        Error(Arc::new(Inner {
            kind,
            message: remote.message(),
            moved_to: remote.moved_to(),
            class: Some(remote.class),
            source: None,
        }))
    }

    /// A procedure of the master failed, with an exception of this class.
    pub(crate) fn of_procedure(class: String, message: String) -> Error {
        Error(Arc::new(Inner {
            kind: remote::kind_of_class(&class).unwrap_or(ErrorKind::ProcedureFailed),
            message,
            class: Some(class),
            moved_to: None,
            source: None,
        }))
    }

    /// The kind, to decide by.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same request may succeed when sent again. The client has then already done so
    /// until its deadline.
    pub fn is_retryable(&self) -> bool {
        self.0.kind.is_retryable()
    }

    /// The full name of the Java exception, if a server sent one.
    pub fn class(&self) -> Option<&str> {
        self.0.class.as_deref()
    }

    /// Where the region is now, if the server knew.
    pub(crate) fn moved_to(&self) -> Option<(&str, u16)> {
        self.0.moved_to.as_ref().map(|(h, p)| (h.as_str(), *p))
    }

    /// The deadline has passed; `last` is what the last attempt met.
    pub(crate) fn exhausted(what: &str, attempts: u32, last: Error) -> Error {
        let message = format!("{what}: the deadline passed after {attempts} attempts");
        Error::caused(ErrorKind::DeadlineExceeded, message, last)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
