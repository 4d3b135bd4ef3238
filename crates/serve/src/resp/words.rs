//! Commands that come as a line of words, as people type them; a word may stand in quotes.

use super::parse::Command;

/// Splits a line at spaces; words may be quoted. `None` if a quote is not closed as it must be.
pub(super) fn split_words(line: &[u8]) -> Option<Command> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < line.len() {
        if line[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (word, end) = match line[at] {
            quote @ (b'"' | b'\'') => quoted(line, at + 1, quote)?,
            _ => {
                let rest = &line[at..];
                let end = rest
                    .iter()
                    .position(u8::is_ascii_whitespace)
                    .unwrap_or(rest.len());
                (rest[..end].to_vec(), at + end)
            }
        };
        if line.get(end).is_some_and(|b| !b.is_ascii_whitespace()) {
            return None;
        }
        words.push(word);
        at = end;
    }
    Some(words)
}

/// A quoted word from `at` on, and the place after its closing quote.
fn quoted(line: &[u8], mut at: usize, quote: u8) -> Option<(Vec<u8>, usize)> {
    let mut word = Vec::new();
    loop {
        match *line.get(at)? {
            b if b == quote => return Some((word, at + 1)),
            b'\\' if quote == b'"' => {
                let (byte, used) = escape(&line[at + 1..])?;
                word.push(byte);
                at += 1 + used;
            }
            b'\\' if line.get(at + 1) == Some(&b'\'') => {
                word.push(b'\'');
                at += 2;
            }
            b => {
                word.push(b);
                at += 1;
            }
        }
    }
}

/// The byte that an escape means, and how many bytes it takes after the backslash.
fn escape(rest: &[u8]) -> Option<(u8, usize)> {
    if let [b'x', high, low, ..] = rest
        && let (Some(high), Some(low)) = (
            char::from(*high).to_digit(16),
            char::from(*low).to_digit(16),
        )
    {
        return Some(((high * 16 + low) as u8, 3));
    }
    let byte = match *rest.first()? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        other => other,
    };
    Some((byte, 1))
}
