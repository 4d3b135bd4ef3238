//! Timestamps, periods, date formats, clocks and timers
