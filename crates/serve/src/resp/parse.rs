//! Reading commands from bytes that come in pieces.
//!
//! A command is an array of byte strings (`*2\r\n$3\r\nGET\r\n$1\r\nk\r\n`) or a line of words. The reader
//! keeps where it is, so that a large command is not read again with every piece.

use std::fmt;

use super::words::split_words;
use crate::Limits;

/// The client does not speak RESP; the connection ends after this text was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtocolError(String);

impl ProtocolError {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ERR Protocol error: {}", self.0)
    }
}

impl std::error::Error for ProtocolError {}

/// A command: its name and its arguments.
pub(super) type Command = Vec<Vec<u8>>;

/// The longest line that announces a number.
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// Room that is made for one reading of the socket.
const READ_BYTES: usize = 16 * 1024;

/// Commands, read from a buffer that is filled from outside.
#[derive(Debug)]
pub struct CommandReader {
    limits: Limits,
    buffer: Vec<u8>,
    read: usize,
    /// How many arguments are still missing in the command that is being read.
    missing: usize,
    args: Command,
    /// Bytes of the arguments that were read.
    arg_bytes: usize,
}

impl CommandReader {
    /// A reader without bytes.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
            read: 0,
            missing: 0,
            args: Vec::new(),
            arg_bytes: 0,
        }
    }

    /// Where bytes are appended.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        if self.read > 0 {
            self.buffer.drain(..self.read);
            self.read = 0;
        }
        self.buffer.reserve(READ_BYTES);
        &mut self.buffer
    }

    /// Whether more bytes should be read while no command is taken.
    pub(crate) fn has_room(&self) -> bool {
        self.buffer.len() - self.read < self.limits.inline_bytes_max
    }

    /// The next whole command, if it is there.
    ///
    /// # Errors
    /// When the bytes are no command, or one beyond the limits.
    pub fn next_command(&mut self) -> Result<Option<Command>, ProtocolError> {
        loop {
            if self.missing > 0 {
                if !self.read_args()? {
                    return Ok(None);
                }
                return Ok(Some(std::mem::take(&mut self.args)));
            }
            match self.buffer.get(self.read) {
                None => return Ok(None),
                Some(b'*') => {
                    let Some(count) = self.read_header("invalid multibulk length")? else {
                        return Ok(None);
                    };
                    if count > self.limits.args_max as i64 {
                        return Err(ProtocolError::new("invalid multibulk length"));
                    }
                    // An empty array is no command and has no reply.
                    self.arg_bytes = 0;
                    self.missing = usize::try_from(count).unwrap_or(0);
                    self.args = Vec::with_capacity(self.missing.min(64));
                }
                Some(_) => {
                    let Some(words) = self.read_inline()? else {
                        return Ok(None);
                    };
                    if !words.is_empty() {
                        return Ok(Some(words));
                    }
                }
            }
        }
    }

    /// Reads missing arguments; whether all are there now.
    fn read_args(&mut self) -> Result<bool, ProtocolError> {
        while self.missing > 0 {
            let begin = self.read;
            match self.buffer.get(begin) {
                None => return Ok(false),
                Some(b'$') => {}
                Some(&other) => {
                    let shown = char::from(other);
                    return Err(ProtocolError::new(format!("expected '$', got '{shown}'")));
                }
            }
            let Some(length) = self.read_header("invalid bulk length")? else {
                return Ok(false);
            };
            let length = usize::try_from(length)
                .ok()
                .filter(|&length| length <= self.limits.bulk_bytes_max)
                .ok_or_else(|| ProtocolError::new("invalid bulk length"))?;
            if self.arg_bytes + length > self.limits.command_bytes_max {
                return Err(ProtocolError::new("too big request"));
            }
            if self.buffer.len() < self.read + length + 2 {
                self.read = begin;
                return Ok(false);
            }
            self.args
                .push(self.buffer[self.read..self.read + length].to_vec());
            self.read += length + 2;
            self.arg_bytes += length;
            self.missing -= 1;
        }
        Ok(true)
    }

    /// Reads the number after the byte at the front, and its line end.
    fn read_header(&mut self, fault: &str) -> Result<Option<i64>, ProtocolError> {
        let line = &self.buffer[self.read..];
        let Some(end) = line.iter().position(|&b| b == b'\r') else {
            if line.len() > HEADER_BYTES_MAX {
                return Err(ProtocolError::new("too big mbulk count string"));
            }
            return Ok(None);
        };
        if line.len() < end + 2 {
            return Ok(None);
        }
        let digits = std::str::from_utf8(&line[1..end]).ok();
        let number = digits.and_then(|digits| digits.parse().ok());
        self.read += end + 2;
        number.map(Some).ok_or_else(|| ProtocolError::new(fault))
    }

    fn read_inline(&mut self) -> Result<Option<Command>, ProtocolError> {
        let rest = &self.buffer[self.read..];
        let Some(end) = rest.iter().position(|&b| b == b'\n') else {
            if rest.len() > self.limits.inline_bytes_max {
                return Err(ProtocolError::new("too big inline request"));
            }
            return Ok(None);
        };
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        let words = split_words(line);
        self.read += end + 1;
        words
            .map(Some)
            .ok_or_else(|| ProtocolError::new("unbalanced quotes in request"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads all commands of a text that comes in pieces of some size.
    fn read(bytes: &[u8], piece: usize) -> Result<Vec<Command>, ProtocolError> {
        let mut reader = CommandReader::new(Limits::default());
        let mut commands = Vec::new();
        for piece in bytes.chunks(piece) {
            reader.buffer().extend_from_slice(piece);
            while let Some(command) = reader.next_command()? {
                commands.push(command);
            }
        }
        Ok(commands)
    }

    #[test]
    fn pieces_of_any_size_give_the_same_commands() {
        let bytes =
            b"*2\r\n$3\r\nGET\r\n$3\r\na\r\n\r\n*0\r\n\r\nPING \"a \\x41\"\r\n*1\r\n$0\r\n\r\n";
        let expect = vec![
            vec![b"GET".to_vec(), b"a\r\n".to_vec()],
            vec![b"PING".to_vec(), b"a A".to_vec()],
            vec![b"".to_vec()],
        ];
        for piece in 1..=bytes.len() {
            assert_eq!(
                read(bytes, piece).as_ref(),
                Ok(&expect),
                "pieces of {piece}"
            );
        }
    }

    #[test]
    fn nonsense_is_an_error() {
        for (bytes, text) in [
            (&b"*x\r\n"[..], "invalid multibulk length"),
            (b"*99999999\r\n", "invalid multibulk length"),
            (b"*1\r\n$-1\r\n", "invalid bulk length"),
            (b"*1\r\n$536870913\r\n", "invalid bulk length"),
            (b"*1\r\n:1\r\n", "expected '$', got ':'"),
            (b"SET \"a\r\n", "unbalanced quotes in request"),
        ] {
            assert_eq!(read(bytes, 99), Err(ProtocolError::new(text)));
        }
    }
}
