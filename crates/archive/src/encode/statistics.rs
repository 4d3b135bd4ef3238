//! Least and greatest value of a page or a chunk, in the order that Parquet gives to the type.
//! Floating-point numbers have bounds for the chunk alone, and a NaN takes no part in them.

use parquet::basic::Type as Physical;
use parquet::data_type::ByteArray;
use parquet::file::statistics::Statistics;

/// Bounds of some values; nulls take no part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Bounds {
    /// No value.
    #[default]
    None,
    /// Whole numbers.
    Number(i64, i64),
    /// Floating-point numbers.
    Float(f64, f64),
    /// Texts, by their bytes.
    Text(Vec<u8>, Vec<u8>),
}

impl Bounds {
    pub fn number(&mut self, value: i64) {
        *self = match *self {
            Bounds::Number(least, greatest) => {
                Bounds::Number(least.min(value), greatest.max(value))
            }
            _ => Bounds::Number(value, value),
        };
    }

    pub fn float(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        *self = match *self {
            Bounds::Float(least, greatest) => Bounds::Float(least.min(value), greatest.max(value)),
            _ => Bounds::Float(value, value),
        };
    }

    pub fn text(&mut self, value: &[u8]) {
        match self {
            Bounds::Text(least, greatest) => {
                if value < least.as_slice() {
                    *least = value.to_vec();
                } else if value > greatest.as_slice() {
                    *greatest = value.to_vec();
                }
            }
            _ => *self = Bounds::Text(value.to_vec(), value.to_vec()),
        }
    }

    pub fn merge(&mut self, other: Bounds) {
        match other {
            Bounds::None => {}
            Bounds::Number(least, greatest) => {
                self.number(least);
                self.number(greatest);
            }
            Bounds::Float(least, greatest) => {
                self.float(least);
                self.float(greatest);
            }
            Bounds::Text(least, greatest) => {
                self.text(&least);
                self.text(&greatest);
            }
        }
    }

    /// Both bounds as they stand in a page index.
    pub fn bytes(&self, physical: Physical) -> (Vec<u8>, Vec<u8>) {
        let number = |value: i64| match physical {
            Physical::INT32 => (value as i32).to_le_bytes().to_vec(),
            _ => value.to_le_bytes().to_vec(),
        };
        match self {
            Bounds::Number(least, greatest) => (number(*least), number(*greatest)),
            Bounds::Text(least, greatest) => (least.clone(), greatest.clone()),
            Bounds::None | Bounds::Float(..) => (Vec::new(), Vec::new()),
        }
    }

    /// Statistics of a chunk of a physical type.
    pub fn statistics(&self, physical: Physical, nulls: u64) -> Option<Statistics> {
        let nulls = Some(nulls);
        let text = |bytes: &Vec<u8>| Some(ByteArray::from(bytes.clone()));
        Some(match (self, physical) {
            (Bounds::Number(a, b), Physical::INT32) => {
                Statistics::int32(Some(*a as i32), Some(*b as i32), None, nulls, false)
            }
            (Bounds::Number(a, b), _) => Statistics::int64(Some(*a), Some(*b), None, nulls, false),
            (Bounds::Float(a, b), Physical::FLOAT) => {
                let (a, b) = signed_zeros(*a, *b);
                Statistics::float(Some(a as f32), Some(b as f32), None, nulls, false)
            }
            (Bounds::Float(a, b), _) => {
                let (a, b) = signed_zeros(*a, *b);
                Statistics::double(Some(a), Some(b), None, nulls, false)
            }
            (Bounds::Text(a, b), _) => Statistics::byte_array(text(a), text(b), None, nulls, false),
            (Bounds::None, _) => return None,
        })
    }
}

/// A least zero is written as -0 and a greatest as +0, as the format asks.
fn signed_zeros(least: f64, greatest: f64) -> (f64, f64) {
    let low = if least == 0.0 { -0.0 } else { least };
    let high = if greatest == 0.0 { 0.0 } else { greatest };
    (low, high)
}
