//! What a client may ask of the server before it is turned away.

/// Bounds that keep one client from using up the process.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Clients at the same time.
    pub connections_max: usize,
    /// Bytes of one argument.
    pub bulk_bytes_max: usize,
    /// Bytes of all arguments of one command together.
    pub command_bytes_max: usize,
    /// Arguments of one command.
    pub args_max: usize,
    /// Bytes of one command that comes as a line.
    pub inline_bytes_max: usize,
    /// Messages that wait for a client which does not read; with more it is disconnected.
    pub pushes_waiting_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            bulk_bytes_max: 512 * 1024 * 1024,
            command_bytes_max: 1024 * 1024 * 1024,
            args_max: 1024 * 1024,
            inline_bytes_max: 64 * 1024,
            pushes_waiting_max: 100_000,
        }
    }
}
