//! Spouts, bolts, groupings, executors, journal, checkpoints
