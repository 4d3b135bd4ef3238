//! Procedures: the long work of a master, which a client asks after until it is done.

/// Asks after a procedure.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetProcedureResultRequest {
    #[prost(uint64, required, tag = "1")]
    pub proc_id: u64,
}

/// How far a procedure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ProcedureState {
    NotFound = 0,
    Running = 1,
    Finished = 2,
}

/// How far a procedure is, and why it failed if it did.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetProcedureResultResponse {
    #[prost(enumeration = "ProcedureState", required, tag = "1")]
    pub state: i32,
    #[prost(message, optional, tag = "5")]
    pub exception: Option<ForeignException>,
}

/// An exception of the master's own work.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ForeignException {
    #[prost(string, optional, tag = "1")]
    pub source: Option<String>,
    #[prost(message, optional, tag = "2")]
    pub generic_exception: Option<GenericException>,
}

/// A Java exception.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GenericException {
    #[prost(string, optional, tag = "1")]
    pub class_name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub message: Option<String>,
}
