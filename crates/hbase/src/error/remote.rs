//! What a Java exception means, by the name of its class. Pure: no state.

use super::ErrorKind;
use crate::wire::basic::NameBytesPair;
use crate::wire::rpc::ExceptionResponse;

/// An exception as a server sent it.
#[derive(Debug, Default)]
pub(crate) struct Remote {
    /// The full name of the class.
    pub class: String,
    /// Its stack trace, whose first line has the message.
    pub trace: String,
    /// The server forbids to try again.
    pub do_not_retry: bool,
    /// Where the region is now, if the server said so in fields of their own.
    pub moved: Option<(String, u16)>,
}

impl From<ExceptionResponse> for Remote {
    fn from(sent: ExceptionResponse) -> Remote {
        let port = sent.port.and_then(|p| u16::try_from(p).ok());
        Remote {
            class: sent.exception_class_name.unwrap_or_default(),
            trace: sent.stack_trace.unwrap_or_default(),
            do_not_retry: sent.do_not_retry.unwrap_or(false),
            moved: sent.hostname.zip(port.filter(|p| *p != 0)),
        }
    }
}

impl From<NameBytesPair> for Remote {
    fn from(sent: NameBytesPair) -> Remote {
        Remote {
            class: sent.name,
            trace: String::from_utf8_lossy(&sent.value.unwrap_or_default()).into_owned(),
            ..Remote::default()
        }
    }
}

impl Remote {
    /// The kind: by class, and else by whether the server forbids to try again.
    pub fn kind(&self) -> ErrorKind {
        let simple = simple_name(&self.class);
        let fatal = self.do_not_retry || forbids_retry(simple) || self.blames_the_request();
        by_class(simple).unwrap_or(match fatal {
            true => ErrorKind::RemoteFatal,
            false => ErrorKind::Remote,
        })
    }

    /// What a request says wrongly is found while it is read. Servers send that as any exception, which
    /// could be tried again; only its cause tells.
    fn blames_the_request(&self) -> bool {
        let causes = [
            "Caused by: java.lang.IllegalArgumentException",
            "Caused by: java.lang.NumberFormatException",
        ];
        let named = |line: &str| causes.iter().any(|cause| line.starts_with(cause));
        self.class == "java.io.IOException" && self.trace.lines().any(named)
    }

    /// The first line of the trace, which names class and message.
    pub fn message(&self) -> String {
        let line = self.trace.lines().next().unwrap_or_default().trim();
        match (line.is_empty(), line.contains(&self.class)) {
            (true, _) => self.class.clone(),
            (false, true) => line.to_owned(),
            (false, false) => format!("{}: {line}", self.class),
        }
    }

    /// Where the region is now: by the fields, or by the text of the exception.
    pub fn moved_to(&self) -> Option<(String, u16)> {
        if !self.class.ends_with("RegionMovedException") {
            return None;
        }
        self.moved.clone().or_else(|| address(&self.trace))
    }
}

/// Reads `hostname=H port=P` out of a text.
fn address(text: &str) -> Option<(String, u16)> {
    let after = |key: &str| {
        let rest = &text[text.find(key)? + key.len()..];
        rest.split([' ', ',', '.', '\n']).next()
    };
    let host = text.find("hostname=").map(|at| &text[at + 9..])?;
    let host = host.split([' ', ',', '\n']).next()?;
    Some((host.to_owned(), after("port=")?.parse().ok()?))
}

/// The kind of what has failed for good, such as a procedure: none for what would pass by itself.
pub(super) fn kind_of_class(class: &str) -> Option<ErrorKind> {
    let kind = by_class(simple_name(class))?;
    (!kind.is_retryable()).then_some(kind)
}

fn simple_name(class: &str) -> &str {
    class.rsplit(['.', '$']).next().unwrap_or_default()
}

fn by_class(simple: &str) -> Option<ErrorKind> {
    use ErrorKind::*;
    Some(match simple {
        "NotServingRegionException"
        | "RegionMovedException"
        | "RegionOpeningException"
        | "RegionInRecoveryException"
        | "RegionOfflineException"
        | "WrongRegionException" => RegionNotServing,
        "RegionTooBusyException" => RegionTooBusy,
        "CallQueueTooBigException" | "CallDroppedException" | "RpcThrottlingException" => {
            ServerOverloaded
        }
        "ServerNotRunningYetException"
        | "PleaseHoldException"
        | "MasterNotRunningException"
        | "NotActiveMasterException"
        | "MasterStoppedException"
        | "RegionServerStoppedException"
        | "RegionServerAbortedException"
        | "RegionServerRunningException"
        | "ConnectionClosedException"
        | "ConnectionClosingException" => ServerNotReady,
        "UnknownScannerException"
        | "OutOfOrderScannerNextException"
        | "ScannerResetException"
        | "LeaseException" => ScannerLost,
        "MultiActionResultTooLarge" | "RetryImmediatelyException" => ResultTooLarge,
        "TableNotFoundException" => TableNotFound,
        "TableExistsException" => TableExists,
        "TableNotEnabledException" => TableDisabled,
        "TableNotDisabledException" => TableEnabled,
        "NoSuchColumnFamilyException" => FamilyNotFound,
        "NamespaceNotFoundException" => NamespaceNotFound,
        "NamespaceExistException" => NamespaceExists,
        "AccessDeniedException" => AccessDenied,
        _ => return None,
    })
}

/// Exceptions that come inside a `Multi`, where no flag tells whether they may be tried again.
fn forbids_retry(simple: &str) -> bool {
    matches!(
        simple,
        "DoNotRetryIOException"
            | "DoNotRetryRegionException"
            | "InvalidFamilyOperationException"
            | "UnsupportedOperationException"
            | "IllegalArgumentException"
            | "FailedSanityCheckException"
            | "ConstraintException"
            | "OperationConflictException"
            | "RequestTooBigException"
            | "MergeRegionException"
            | "UnknownProtocolException"
            | "BadAuthException"
            | "UnknownRegionException"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(class: &str, trace: &str) -> Remote {
        Remote {
            class: class.to_owned(),
            trace: trace.to_owned(),
            ..Remote::default()
        }
    }

    #[test]
    fn a_class_decides_the_kind() {
        let kind = |class| remote(class, "").kind();
        assert_eq!(
            kind("org.apache.hadoop.hbase.NotServingRegionException"),
            ErrorKind::RegionNotServing
        );
        assert_eq!(
            kind("org.apache.hadoop.hbase.RegionTooBusyException"),
            ErrorKind::RegionTooBusy
        );
        assert_eq!(
            kind("org.apache.hadoop.hbase.ipc.ServerNotRunningYetException"),
            ErrorKind::ServerNotReady
        );
        assert!(!kind("org.apache.hadoop.hbase.TableNotFoundException").is_retryable());
        assert!(kind("java.io.IOException").is_retryable());
        assert!(!kind("org.apache.hadoop.hbase.DoNotRetryIOException").is_retryable());
    }

    #[test]
    fn the_server_may_forbid_to_try_again() {
        let forbidden = Remote {
            do_not_retry: true,
            ..remote("java.io.IOException", "")
        };
        assert_eq!(forbidden.kind(), ErrorKind::RemoteFatal);
    }

    #[test]
    fn a_request_that_is_wrong_stays_so() {
        let trace = "java.io.IOException: Illegal character code:32\n\tat somewhere\n\
                     Caused by: java.lang.IllegalArgumentException: Illegal character code:32\n";
        let kind = |class, trace| remote(class, trace).kind();
        assert_eq!(kind("java.io.IOException", trace), ErrorKind::RemoteFatal);
        assert_eq!(kind("java.io.IOException", "disk full"), ErrorKind::Remote);
    }

    #[test]
    fn a_procedure_fails_for_a_reason() {
        let kind = |class: &str| kind_of_class(&format!("org.apache.hadoop.hbase.{class}"));
        let found = kind("TableNotFoundException");
        assert_eq!(found, Some(ErrorKind::TableNotFound));
        // A procedure that failed is not tried again by the master.
        assert_eq!(kind("NotServingRegionException"), None);
        assert_eq!(kind("DoNotRetryIOException"), None);
    }

    #[test]
    fn a_moved_region_tells_where_it_is() {
        let text = "org.apache.hadoop.hbase.exceptions.RegionMovedException: Region moved to: \
                    hostname=node-7.example.org port=16020 startCode=1700000000000. As of \
                    locationSeqNum=12.\n\tat somewhere";
        let moved = remote(
            "org.apache.hadoop.hbase.exceptions.RegionMovedException",
            text,
        );
        assert_eq!(
            moved.moved_to(),
            Some(("node-7.example.org".to_owned(), 16020))
        );
        assert!(moved.message().ends_with("locationSeqNum=12."));
    }
}
