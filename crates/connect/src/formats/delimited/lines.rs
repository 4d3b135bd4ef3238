//! A chunk cut into lines and fields: where each field of each record stands.

use tachograph_event::Origin;
use tachograph_topology::Reject;

use super::scan::scan;
use crate::formats::LONGEST_LINE;

/// A field: its place in the text and its length, in bytes.
pub(super) type Span = (u32, u32);

/// Records with the expected number of fields, and what else there was.
pub(super) struct Lines {
    /// Fields of all records, one record after the other.
    pub spans: Vec<Span>,
    /// Place of each record's line in the text.
    pub starts: Vec<u32>,
    pub rejects: Vec<Reject>,
}

/// Cuts a text. `bad` names the starts of lines that are no text, with their bytes, in order.
pub(super) fn cut(
    text: &[u8],
    separator: u8,
    fields: usize,
    position: u64,
    bad: Vec<(usize, Vec<u8>)>,
) -> Lines {
    let mut cutter = Cutter {
        lines: Lines {
            spans: Vec::with_capacity(text.len() / 4),
            starts: Vec::with_capacity(text.len() / 4 / fields.max(1)),
            rejects: Vec::new(),
        },
        text,
        fields,
        position,
        bad: bad.into_iter().peekable(),
        line: 0,
        field: 0,
        kept: 0,
    };
    scan(text, separator, |place| match text[place] {
        b'\n' => cutter.end_line(place),
        _ => cutter.end_field(place),
    });
    if cutter.line < text.len() {
        cutter.end_line(text.len());
    }
    cutter.lines
}

struct Cutter<'a> {
    lines: Lines,
    text: &'a [u8],
    fields: usize,
    position: u64,
    bad: std::iter::Peekable<std::vec::IntoIter<(usize, Vec<u8>)>>,
    /// Start of the line at hand.
    line: usize,
    /// Start of the field at hand.
    field: usize,
    /// Spans of the records before the line at hand.
    kept: usize,
}

impl Cutter<'_> {
    #[inline]
    fn end_field(&mut self, end: usize) {
        let span = (self.field as u32, (end - self.field) as u32);
        self.lines.spans.push(span);
        self.field = end + 1;
    }

    #[inline]
    fn end_line(&mut self, end: usize) {
        let cut = usize::from(end > self.line && self.text[end - 1] == b'\r');
        self.end_field((end - cut).max(self.field));
        let found = self.lines.spans.len() - self.kept;
        let is_plain = found == self.fields && end - self.line <= LONGEST_LINE;
        if is_plain && self.bad.peek().is_none() && end - cut > self.line {
            self.lines.starts.push(self.line as u32);
            self.kept += found;
        } else {
            self.judge(end - cut, found);
        }
        (self.line, self.field) = (end + 1, end + 1);
    }

    /// A line that is perhaps no record: kept, passed over where it is empty, or rejected.
    #[cold]
    fn judge(&mut self, end: usize, found: usize) {
        let raw = &self.text[self.line..end];
        let is_bad = self.bad.next_if(|(start, _)| *start == self.line);
        let (reason, raw) = match is_bad {
            Some((_, raw)) => ("not UTF-8".to_string(), raw),
            None if raw.is_empty() => {
                self.lines.spans.truncate(self.kept);
                return;
            }
            None if raw.len() > LONGEST_LINE => {
                let reason = format!("the line is longer than {LONGEST_LINE} bytes");
                (reason, raw.to_vec())
            }
            None if found != self.fields => {
                let reason = format!("{} fields expected, {found} found", self.fields);
                (reason, raw.to_vec())
            }
            None => {
                self.lines.starts.push(self.line as u32);
                self.kept += found;
                return;
            }
        };
        self.lines.spans.truncate(self.kept);
        let position = self.position + self.line as u64;
        self.lines.rejects.push(Reject {
            position,
            raw,
            reason,
        });
    }
}

impl Lines {
    /// The origin of each record.
    pub fn origins(&self, partition: u32, position: u64) -> Vec<Origin> {
        let origin = |start: &u32| Origin {
            partition,
            position: position + u64::from(*start),
        };
        self.starts.iter().map(origin).collect()
    }
}
