//! From the body of a request to records: an entry of the journal each, without line ends.

use std::fmt;

use serde_json::value::RawValue;

use crate::formats::LONGEST_LINE;

/// Why a body is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyFault(pub String);

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Splits a body into records; empty lines are none.
///
/// # Errors
/// [`BodyFault`] where JSON is not well-formed, or a record is longer than [`LONGEST_LINE`].
pub fn split(body: &[u8], content_type: Option<&str>) -> Result<Vec<Vec<u8>>, BodyFault> {
    let media = content_type.map(|t| t.split(';').next().unwrap_or(t).trim());
    let records = match media {
        Some(media) if media.eq_ignore_ascii_case("application/json") => json(body)?,
        _ => lines(body),
    };
    match records.iter().position(|r| r.len() > LONGEST_LINE) {
        None => Ok(records),
        Some(place) => Err(BodyFault(format!(
            "record {place} is longer than {LONGEST_LINE} bytes"
        ))),
    }
}

fn lines(body: &[u8]) -> Vec<Vec<u8>> {
    let lines = body.split(|b| *b == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines
        .filter(|l| !l.is_empty())
        .map(<[u8]>::to_vec)
        .collect()
}

fn json(body: &[u8]) -> Result<Vec<Vec<u8>>, BodyFault> {
    let fault = |e: serde_json::Error| {
        BodyFault(format!(
            "the body is not JSON: {e}; lines of objects are sent as application/x-ndjson"
        ))
    };
    let is_array = body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
    let records: Vec<Box<RawValue>> = match is_array {
        true => serde_json::from_slice(body).map_err(fault)?,
        false => vec![serde_json::from_slice(body).map_err(fault)?],
    };
    Ok(records
        .iter()
        .map(|record| one_line(record.get()))
        .collect())
}

/// Line ends within JSON are white space between its parts, never inside a text.
fn one_line(record: &str) -> Vec<u8> {
    let blank = |b: u8| if b == b'\n' || b == b'\r' { b' ' } else { b };
    record.bytes().map(blank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str, content_type: Option<&str>) -> Vec<String> {
        let records = split(body.as_bytes(), content_type).expect("records");
        let text = |r: Vec<u8>| String::from_utf8(r).expect("text");
        records.into_iter().map(text).collect()
    }

    #[test]
    fn bodies_are_lines_or_json() {
        assert_eq!(texts("a\r\n\nb", None), ["a", "b"]);
        let json = Some("application/json; charset=utf-8");
        assert_eq!(
            texts(" [{\"a\":1},\n{\"b\":\n2}]", json),
            ["{\"a\":1}", "{\"b\": 2}"]
        );
        assert_eq!(texts("{\"a\":1}", json), ["{\"a\":1}"]);
        assert!(split(b"{\"a\":1}\n{\"b\":2}", json).is_err());
        assert!(split(&[b'x'; LONGEST_LINE + 1], None).is_err());
    }
}
