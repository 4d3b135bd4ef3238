//! The deterministic machine that runs plans
