//! Bytes that stand for more than bytes: decimal numbers and UUIDs.

use num_bigint::BigInt;
use tachograph_event::{Type, Value};

use super::super::scalar::{self, Kind};

/// Bytes of a kind as a value of a type; none where it does not fit into it.
pub fn value(kind: Kind, bytes: &[u8], ty: &Type) -> Option<Value> {
    match (kind, ty) {
        (Kind::Decimal(scale), Type::Str) => Some(Value::str(text(bytes, scale))),
        (Kind::Decimal(scale), Type::Float | Type::Double) => {
            scalar::real(text(bytes, scale).parse().ok()?, ty)
        }
        (Kind::Decimal(_), _) => {
            let number = i64::try_from(BigInt::from_signed_bytes_be(bytes)).ok()?;
            scalar::whole(Kind::Whole, number, ty)
        }
        (Kind::Uuid, _) => Some(Value::str(uuid(bytes)?)),
        _ => scalar::bytes(bytes, ty),
    }
}

/// A decimal number, all of its digits.
fn text(bytes: &[u8], scale: usize) -> String {
    let number = BigInt::from_signed_bytes_be(bytes).to_string();
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number.as_str()),
    };
    if scale == 0 {
        return number;
    }
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

fn uuid(bytes: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_digits() {
        assert_eq!(text(&[0x04, 0xd2], 2), "12.34");
        assert_eq!(text(&[0xff], 2), "-0.01");
        assert_eq!(text(&[5], 0), "5");
        assert_eq!(text(&[], 1), "0.0");
        let whole = value(Kind::Decimal(0), &[0x04, 0xd2], &Type::Int);
        assert_eq!(whole, Some(Value::Int(1_234)));
        let large = value(Kind::Decimal(0), &[1; 9], &Type::Long);
        assert_eq!(large, None);
        let real = value(Kind::Decimal(2), &[0x04, 0xd2], &Type::Double);
        assert_eq!(real, Some(Value::Double(12.34)));
    }

    #[test]
    fn a_uuid_is_shown_as_one() {
        let bytes: Vec<u8> = (0..16).collect();
        let shown = value(Kind::Uuid, &bytes, &Type::Str);
        let wanted = "00010203-0405-0607-0809-0a0b0c0d0e0f";
        assert_eq!(shown, Some(Value::str(wanted)));
        assert_eq!(value(Kind::Uuid, &[1], &Type::Str), None);
    }
}
