//! Values, event types, batches of columns, the state codec
