//! The embedded live store: Redis data model and commands
