//! From EPL syntax to a typed plan
