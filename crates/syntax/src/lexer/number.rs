//! Numbers.
//!
//! Nouns: the digits of a number and its suffix `L`, `f` or `d`. Hexadecimal whole numbers reach `0x7F`, as in
//! the language; binary numbers and `_` between digits are read and refused. Never: guesses a value.

use super::{Lexer, TokenKind, is_word_part};
use crate::ast::Literal;

impl Lexer<'_> {
    /// Reads a number that begins with a digit or with a point before a digit.
    pub(super) fn number(&mut self) {
        let start = self.at;
        let length = length_of_number(self.rest());
        let text = self.rest()[..length].to_string();
        self.at += length;
        let literal = match read_number(&text) {
            Ok(literal) => literal,
            Err(message) => {
                self.complain(start, message);
                Literal::Int(0)
            }
        };
        self.push(TokenKind::Literal(literal), start);
    }
}

/// How much of the text belongs to the number at its beginning, letters stuck to it included.
fn length_of_number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let hex = is_hex(text);
    let mut seen_point = false;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let exponent = at > 0 && is_exponent(bytes[at - 1], hex);
        let sign = (c == '+' || c == '-') && exponent && digit_at(bytes, at + 1);
        let point = c == '.' && !seen_point && !exponent && ends_after_point(&text[at + 1..], hex);
        if !(is_word_part(c) || sign || point) {
            break;
        }
        seen_point |= point;
        at += c.len_utf8();
    }
    at
}

fn is_hex(text: &str) -> bool {
    text.starts_with("0x") || text.starts_with("0X")
}

fn is_exponent(byte: u8, hex: bool) -> bool {
    let signs: &[u8] = if hex { b"pP" } else { b"eE" };
    signs.contains(&byte)
}

fn digit_at(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_digit)
}

/// Whether a point before this text belongs to the number: `1.5`, `1.`, `1.f`, but not `1.plus(…)`.
fn ends_after_point(rest: &str, hex: bool) -> bool {
    let word: String = rest.chars().take_while(|c| is_word_part(*c)).collect();
    match word.chars().next() {
        None => !rest.starts_with('.'),
        Some(first) => {
            first.is_ascii_digit() || hex || matches!(word.as_str(), "f" | "F" | "d" | "D")
        }
    }
}

fn read_number(text: &str) -> Result<Literal, String> {
    if text.contains('_') {
        return Err("`_` cannot stand within a number".to_string());
    }
    if text.starts_with("0b") || text.starts_with("0B") {
        return Err("binary numbers are not part of EPL".to_string());
    }
    let read = if is_hex(text) {
        read_hex(&text[2..])
    } else {
        read_decimal(text)
    };
    read.unwrap_or_else(|| Err(format!("`{text}` is not a number")))
}

fn read_decimal(text: &str) -> Option<Result<Literal, String>> {
    let (digits, suffix) = split_suffix(text);
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    let too_large = || Err(format!("`{text}` is too large for a number"));
    match suffix {
        Some('l') if whole => Some(digits.parse().map(Literal::Long).or_else(|_| too_large())),
        Some('f') => match digits.parse::<f32>().ok()? {
            value if value.is_finite() => Some(Ok(Literal::Float(value))),
            _ => Some(too_large()),
        },
        None if whole => Some(
            digits
                .parse()
                .map(Literal::Int)
                .or_else(|_| digits.parse().map(Literal::Long))
                .or_else(|_| too_large()),
        ),
        Some('l') => None,
        _ => match digits.parse::<f64>().ok()? {
            value if value.is_finite() => Some(Ok(Literal::Double(value))),
            _ => Some(too_large()),
        },
    }
}

fn split_suffix(text: &str) -> (&str, Option<char>) {
    let last = text.chars().next_back().map(|c| c.to_ascii_lowercase());
    match last {
        Some(c @ ('l' | 'f' | 'd')) => (&text[..text.len() - 1], Some(c)),
        _ => (text, None),
    }
}

fn read_hex(text: &str) -> Option<Result<Literal, String>> {
    let Some((mantissa, exponent)) = text.split_once(['p', 'P']) else {
        let small = || Err("hexadecimal numbers reach `0x7F` only".to_string());
        let value = u128::from_str_radix(text, 16).ok()?;
        return Some(
            i8::try_from(value)
                .map(|v| Literal::Int(v.into()))
                .or_else(|_| small()),
        );
    };
    let (exponent, suffix) = split_suffix(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let value = value * 2f64.powi(exponent.parse::<i32>().ok()?.checked_sub(shift)?);
    match suffix {
        Some('l') => None,
        _ if !(value as f32).is_finite() => Some(Err("this number is too large".to_string())),
        Some('f') => Some(Ok(Literal::Float(value as f32))),
        _ => Some(Ok(Literal::Double(value))),
    }
}
