//! Operators on text: concatenation, `like`, `regexp`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex_lite::Regex;
use tachograph_event::Value;

use super::{Evaluated, convert};
use crate::fault::Fault;

/// Most patterns that a thread remembers in compiled form.
const REMEMBERED_PATTERNS: usize = 256;

thread_local! {
    /// Compiled patterns by text: a memory of pure results, no state.
    static PATTERNS: RefCell<BTreeMap<String, Regex>> = const { RefCell::new(BTreeMap::new()) };
}

/// `a || b`; null if a part is null.
pub fn concat(parts: &[Value]) -> Evaluated {
    let mut text = String::new();
    for part in parts {
        match part.as_str() {
            Some(part) => text.push_str(part),
            None => return Ok(Value::Null),
        }
    }
    Ok(Value::str(text))
}

/// Turns a known truth value round if `negated`.
pub fn negate(value: Option<bool>, negated: bool) -> Value {
    value.map_or(Value::Null, |b| Value::Bool(b != negated))
}

/// SQL's `like`: `%` any characters, `_` one, `escape` takes the next one literally.
pub fn like(subject: &Value, pattern: &Value, escape: Option<char>) -> Option<bool> {
    let subject = convert::text(subject);
    let subject: Vec<char> = subject.as_str()?.chars().collect();
    let pattern = tokens(pattern.as_str()?, escape);
    Some(matches(&subject, &pattern))
}

enum Token {
    Char(char),
    One,
    Many,
}

fn tokens(pattern: &str, escape: Option<char>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            c if Some(c) == escape => match chars.next() {
                Some(next) => Token::Char(next),
                None => Token::Char(c),
            },
            '%' => Token::Many,
            '_' => Token::One,
            c => Token::Char(c),
        });
    }
    tokens
}

/// Greedy matching with one step back to the last `%`: linear in practice, never exponential.
fn matches(subject: &[char], pattern: &[Token]) -> bool {
    let (mut s, mut p, mut retry) = (0, 0, None);
    while s < subject.len() {
        match pattern.get(p) {
            Some(Token::Many) => {
                retry = Some((p, s));
                p += 1;
            }
            Some(Token::One) => (s, p) = (s + 1, p + 1),
            Some(Token::Char(c)) if *c == subject[s] => (s, p) = (s + 1, p + 1),
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    (s, p) = (from + 1, star + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|t| matches!(t, Token::Many))
}

/// `regexp`: the whole text must match.
pub fn regexp(subject: &Value, pattern: &Value) -> Result<Option<bool>, Fault> {
    let subject = convert::text(subject);
    let (Some(subject), Some(pattern)) = (subject.as_str(), pattern.as_str()) else {
        return Ok(None);
    };
    PATTERNS.with_borrow_mut(|patterns| {
        if !patterns.contains_key(pattern) {
            if patterns.len() >= REMEMBERED_PATTERNS {
                patterns.clear();
            }
            let compiled = Regex::new(&format!("^(?:{pattern})$"))
                .map_err(|e| Fault(format!("bad regular expression '{pattern}': {e}")))?;
            patterns.insert(pattern.to_string(), compiled);
        }
        Ok(Some(patterns[pattern].is_match(subject)))
    })
}
