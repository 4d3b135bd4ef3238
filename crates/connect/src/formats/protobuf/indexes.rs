//! Which message of its schema a record is: the number of a message of the file, and of messages
//! within it.

use prost_reflect::{DescriptorPool, MessageDescriptor};

use super::super::varint::signed;

/// Deepest place of a message.
const DEEPEST: i64 = 64;

/// The place of the message as it is written, and the message.
pub fn split(record: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let mut rest = record;
    let count = number(&mut rest)?;
    if !(0..=DEEPEST).contains(&count) {
        return Err(format!("the place of its message has {count} numbers"));
    }
    for _ in 0..count {
        number(&mut rest)?;
    }
    Ok(record.split_at(record.len() - rest.len()))
}

/// The numbers of a place.
pub fn numbers(place: &[u8]) -> Result<Vec<i32>, String> {
    let mut rest = place;
    // The first message of a file is so common that no number is written for it.
    if number(&mut rest)? == 0 {
        return Ok(vec![0]);
    }
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        let number = i32::try_from(number(&mut rest)?);
        numbers.push(number.map_err(|_| "there is no such message".to_string())?);
    }
    Ok(numbers)
}

/// The message at a place; none where the file has none.
pub fn message(pool: &DescriptorPool, file: &str, indexes: &[i32]) -> Option<MessageDescriptor> {
    let at = |n: &i32| usize::try_from(*n).ok();
    let (first, inner) = indexes.split_first()?;
    let found = pool.get_file_by_name(file)?.messages().nth(at(first)?)?;
    inner
        .iter()
        .try_fold(found, |outer, n| outer.child_messages().nth(at(n)?))
}

/// A whole number as Avro writes it, which is how Confluent writes these too.
fn number(rest: &mut &[u8]) -> Result<i64, String> {
    let mut bits: u64 = 0;
    for n in 0..10 {
        let (byte, left) = rest
            .split_first()
            .ok_or("too short for the place of its message")?;
        *rest = left;
        bits |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Ok(signed(bits));
        }
    }
    Err("the place of its message is no number".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        let whole = |record: &'static [u8]| {
            let (place, message) = split(record)?;
            Ok((numbers(place)?, message))
        };
        assert_eq!(whole(&[0, 9]), Ok((vec![0], &[9][..])));
        assert_eq!(whole(&[2, 0, 9]), Ok((vec![0], &[9][..])));
        assert_eq!(whole(&[4, 2, 4]), Ok((vec![1, 2], &[][..])));
        let beyond: Result<_, String> = whole(&[2, 0x80, 0x80, 0x80, 0x80, 0x10]);
        assert_eq!(beyond, Err("there is no such message".to_string()));
        assert!(split(&[]).is_err());
        assert!(split(&[4, 2]).is_err());
        assert!(split(&[1]).is_err());
        assert!(split(&[0xff; 20]).is_err());
    }
}
