//! Writing replies, in the shapes of RESP2 or RESP3.

use tachograph_live::{Reply, format_double};

/// Appends a reply as protocol 2 or 3 writes it.
pub fn write_reply(reply: &Reply, protocol: u8, out: &mut Vec<u8>) {
    Writer {
        three: protocol >= 3,
        out,
    }
    .reply(reply);
}

struct Writer<'a> {
    three: bool,
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn line(&mut self, kind: u8, text: &[u8]) {
        self.out.push(kind);
        self.out.extend_from_slice(text);
        self.out.extend_from_slice(b"\r\n");
    }

    fn number(&mut self, kind: u8, number: i64) {
        self.line(kind, number.to_string().as_bytes());
    }

    fn head(&mut self, kind: u8, len: usize) {
        self.number(kind, len as i64);
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.head(b'$', bytes.len());
        self.out.extend_from_slice(bytes);
        self.out.extend_from_slice(b"\r\n");
    }

    fn list(&mut self, kind_of_three: u8, items: &[Reply]) {
        self.head(if self.three { kind_of_three } else { b'*' }, items.len());
        items.iter().for_each(|item| self.reply(item));
    }

    /// Pairs one after the other, after a head that was written.
    fn flat(&mut self, pairs: &[(Reply, Reply)]) {
        for (first, second) in pairs {
            self.reply(first);
            self.reply(second);
        }
    }

    /// An array of two-element arrays.
    fn nested(&mut self, pairs: &[(Reply, Reply)]) {
        self.head(b'*', pairs.len());
        for pair in pairs {
            self.head(b'*', 2);
            self.flat(std::slice::from_ref(pair));
        }
    }

    fn reply(&mut self, reply: &Reply) {
        match reply {
            Reply::Simple(text) => self.line(b'+', text.as_bytes()),
            Reply::Error(error) => self.line(b'-', error.text().as_bytes()),
            Reply::Int(number) => self.number(b':', *number),
            Reply::Bulk(bytes) => self.bulk(bytes),
            Reply::Null | Reply::NullArray if self.three => self.line(b'_', b""),
            Reply::Null => self.line(b'$', b"-1"),
            Reply::NullArray => self.line(b'*', b"-1"),
            Reply::Array(items) => self.list(b'*', items),
            Reply::Set(items) => self.list(b'~', items),
            Reply::Push(items) => self.list(b'>', items),
            Reply::Map(pairs) => self.map(pairs),
            Reply::Pairs(pairs) if self.three => self.nested(pairs),
            Reply::Pairs(pairs) => {
                self.head(b'*', pairs.len() * 2);
                self.flat(pairs);
            }
            Reply::Keyed(pairs) if self.three => self.map(pairs),
            Reply::Keyed(pairs) => self.nested(pairs),
            Reply::Double(value) if self.three => self.line(b',', format_double(*value).as_bytes()),
            Reply::Double(value) => self.bulk(format_double(*value).as_bytes()),
            Reply::Bool(value) if self.three => self.line(b'#', if *value { b"t" } else { b"f" }),
            Reply::Bool(value) => self.number(b':', i64::from(*value)),
            Reply::Verbatim(text) if self.three => {
                self.head(b'=', text.len() + 4);
                self.out.extend_from_slice(b"txt:");
                self.out.extend_from_slice(text.as_bytes());
                self.out.extend_from_slice(b"\r\n");
            }
            Reply::Verbatim(text) => self.bulk(text.as_bytes()),
            Reply::Many(items) => items.iter().for_each(|item| self.reply(item)),
        }
    }

    fn map(&mut self, pairs: &[(Reply, Reply)]) {
        if self.three {
            self.head(b'%', pairs.len());
        } else {
            self.head(b'*', pairs.len() * 2);
        }
        self.flat(pairs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_differ_between_the_protocols() {
        let pair = || vec![(Reply::bulk("a"), Reply::Double(1.5))];
        for (reply, two, three) in [
            (Reply::Null, "$-1\r\n", "_\r\n"),
            (Reply::NullArray, "*-1\r\n", "_\r\n"),
            (Reply::Bool(true), ":1\r\n", "#t\r\n"),
            (
                Reply::Map(pair()),
                "*2\r\n$1\r\na\r\n$3\r\n1.5\r\n",
                "%1\r\n$1\r\na\r\n,1.5\r\n",
            ),
            (
                Reply::Pairs(pair()),
                "*2\r\n$1\r\na\r\n$3\r\n1.5\r\n",
                "*1\r\n*2\r\n$1\r\na\r\n,1.5\r\n",
            ),
            (
                Reply::Keyed(pair()),
                "*1\r\n*2\r\n$1\r\na\r\n$3\r\n1.5\r\n",
                "%1\r\n$1\r\na\r\n,1.5\r\n",
            ),
            (Reply::Push(vec![]), "*0\r\n", ">0\r\n"),
            (
                Reply::Verbatim("x".into()),
                "$1\r\nx\r\n",
                "=5\r\ntxt:x\r\n",
            ),
        ] {
            for (protocol, text) in [(2, two), (3, three)] {
                let mut out = Vec::new();
                write_reply(&reply, protocol, &mut out);
                assert_eq!(String::from_utf8_lossy(&out), text);
            }
        }
    }
}
