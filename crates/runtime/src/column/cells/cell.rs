//! One group's sum and count: how an event changes them.

use std::fmt::Debug;

/// Sum of integers and how many there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct IntegerCell {
    /// The sum.
    pub sum: i64,
    /// Values in it.
    pub count: i64,
}

/// Sum of doubles and how many there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct FloatCell {
    /// The sum.
    pub sum: f64,
    /// Values in it.
    pub count: i64,
}

/// A cell that values enter and leave.
pub trait Cell: Debug + Clone + Copy + Default {
    /// What it sums.
    type Value: Copy;

    /// A value enters.
    fn enter(&mut self, value: Self::Value);

    /// A value leaves.
    fn leave(&mut self, value: Self::Value);
}

impl Cell for IntegerCell {
    type Value = i64;

    #[inline]
    fn enter(&mut self, value: i64) {
        self.sum = self.sum.wrapping_add(value);
        self.count += 1;
    }

    #[inline]
    fn leave(&mut self, value: i64) {
        self.sum = self.sum.wrapping_sub(value);
        self.count -= 1;
    }
}

impl FloatCell {
    /// An empty sum is exact again, whatever was added and taken away before.
    #[inline]
    fn set(&mut self, sum: f64) {
        self.sum = if self.count == 0 { 0.0 } else { sum };
    }
}

impl Cell for FloatCell {
    type Value = f64;

    #[inline]
    fn enter(&mut self, value: f64) {
        self.count += 1;
        self.set(self.sum + value);
    }

    #[inline]
    fn leave(&mut self, value: f64) {
        self.count -= 1;
        self.set(self.sum - value);
    }
}
