//! Connectors and formats
