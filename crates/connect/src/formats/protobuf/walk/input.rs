//! A message as it stands on the wire: fields one after the other, each with its number, in any order,
//! see <https://protobuf.dev/programming-guides/encoding>. Nothing is copied.

use super::super::super::varint::varint;

/// A value by the way in which it stands there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Raw<'a> {
    /// A number of seven bits a byte, the lowest first.
    Varint(u64),
    /// Eight bytes, the lowest first.
    Eight([u8; 8]),
    /// Four bytes, the lowest first.
    Four([u8; 4]),
    /// Bytes with their length before them.
    Bytes(&'a [u8]),
}

/// Cuts the next field off. None where the bytes are none, and where the field is a group.
#[inline]
pub fn field<'a>(rest: &mut &'a [u8]) -> Option<(u32, Raw<'a>)> {
    let tag = u32::try_from(varint(rest)?).ok()?;
    let raw = match tag & 7 {
        0 => Raw::Varint(varint(rest)?),
        1 => Raw::Eight(array(rest)?),
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            let (bytes, left) = rest.split_at_checked(length)?;
            *rest = left;
            Raw::Bytes(bytes)
        }
        5 => Raw::Four(array(rest)?),
        _ => return None,
    };
    let number = tag >> 3;
    (number > 0).then_some((number, raw))
}

#[inline]
fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (array, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*array)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(mut bytes: &[u8]) -> Option<(u32, Raw<'_>)> {
        let found = field(&mut bytes)?;
        bytes.is_empty().then_some(found)
    }

    #[test]
    fn each_way_is_cut_where_it_ends() {
        assert_eq!(one(&[0x08, 0x96, 0x01]), Some((1, Raw::Varint(150))));
        assert_eq!(one(&[0x12, 1, b'a']), Some((2, Raw::Bytes(b"a"))));
        assert_eq!(one(&[0x1d, 1, 2, 3, 4]), Some((3, Raw::Four([1, 2, 3, 4]))));
        let eight = [0x21, 1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(one(&eight), Some((4, Raw::Eight([1, 2, 3, 4, 5, 6, 7, 8]))));
        let most = [0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert_eq!(one(&most), Some((1, Raw::Varint(u64::MAX))));
    }

    #[test]
    fn what_is_no_field_is_none() {
        let more_than_64_bits = [0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2];
        let strange: [&[u8]; 7] = [
            &[],
            &[0x08],
            &[0x00, 1],
            &[0x12, 2, b'a'],
            &[0x1d, 1, 2, 3],
            &[0x0b],
            &more_than_64_bits,
        ];
        for bytes in strange {
            assert_eq!(one(bytes), None, "{bytes:?}");
        }
    }
}
