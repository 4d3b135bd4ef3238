//! Files as logs: a partition a path, positions are byte offsets, no journal needed.

mod generations;
mod source;

pub use source::FileReader;
