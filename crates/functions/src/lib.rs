//! Built-in scalar and aggregate functions
