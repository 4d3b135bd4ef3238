//! The typed plan of EPL statements, as data
