//! Partitions that fall silent and come back: what is seen live is what a replay sees, in the order
//! of time, and whoever was silent holds up no one.

mod random;
mod scenes;
mod takeover;
mod world;
