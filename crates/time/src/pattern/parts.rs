//! A pattern's letters, compiled.

use std::fmt;

/// Most letters of one kind in a row: more digits than a number has.
const LONGEST: usize = 18;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(pub String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// What a letter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
    Offset,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// So many digits of a field.
    Digits(Field, usize),
    /// The byte itself.
    Literal(u8),
}

/// Compiles a pattern.
///
/// # Errors
/// [`PatternError`] that names the letter that means nothing, or stands too often.
pub fn parts(text: &str) -> Result<Vec<Part>, PatternError> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let c = bytes[i];
        if c == b'\'' {
            let end = text[i + 1..].find('\'');
            let end = end.ok_or_else(|| PatternError("a quote is not closed".into()))?;
            parts.extend(bytes[i + 1..i + 1 + end].iter().map(|b| Part::Literal(*b)));
            i += end + 2;
            continue;
        }
        let run = bytes[i..].iter().take_while(|b| **b == c).count();
        if c.is_ascii_alphabetic() {
            let letter = char::from(c);
            let known = field(letter);
            let field = known.ok_or_else(|| {
                PatternError(format!("the letter '{letter}' of \"{text}\" means nothing"))
            })?;
            if run > LONGEST {
                return Err(PatternError(format!(
                    "the letter '{letter}' of \"{text}\" stands {run} times, {LONGEST} are the most"
                )));
            }
            parts.push(Part::Digits(field, run));
        } else {
            parts.extend(std::iter::repeat_n(Part::Literal(c), run));
        }
        i += run;
    }
    Ok(parts)
}

fn field(letter: char) -> Option<Field> {
    Some(match letter {
        'y' | 'u' => Field::Year,
        'M' => Field::Month,
        'd' => Field::Day,
        'H' => Field::Hour,
        'm' => Field::Minute,
        's' => Field::Second,
        'S' => Field::Fraction,
        'X' => Field::Offset,
        _ => return None,
    })
}
