//! Faults of a topology file, and the names that it may use.

use std::sync::Arc;

use tachograph_event::EventType;
use tachograph_syntax::{Diagnostic, Span, suggest};

use super::{Assembler, Stream};

impl Assembler<'_> {
    pub(super) fn fault(&mut self, message: impl Into<String>, span: Span) {
        self.diagnostics.push(Diagnostic::semantic(message, span));
    }

    fn unknown(&mut self, what: &str, name: &str, span: Span, known: &[&str]) {
        let fault = Diagnostic::semantic(format!("{what} `{name}` is not known"), span);
        let help = match suggest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        self.diagnostics.push(fault.with_help(help));
    }

    /// The event type of a name. Where the schema itself is faulty, no fault is added: its own
    /// say why the name is missing.
    pub(super) fn event_type(&mut self, name: &str, span: Span) -> Option<Arc<EventType>> {
        let found = self.types.iter().find(|t| t.name == name).cloned();
        if found.is_none() && self.faults.is_empty() {
            let types = self.types.clone();
            let known: Vec<&str> = types.iter().map(|t| t.name.as_str()).collect();
            self.unknown("event type", name, span, &known);
        }
        found
    }

    /// The slot of a property.
    pub(super) fn slot(&mut self, event_type: &EventType, name: &str, span: Span) -> Option<usize> {
        let slot = event_type.slot(name);
        if slot.is_none() {
            let known: Vec<&str> = event_type
                .properties
                .iter()
                .map(|p| p.name.as_str())
                .collect();
            self.unknown(
                &format!("property of `{}`", event_type.name),
                name,
                span,
                &known,
            );
        }
        slot
    }

    /// The stream of a name.
    pub(super) fn stream(&mut self, name: &str, span: Span) -> Option<Stream> {
        let stream = self.streams.get(name).cloned();
        if stream.is_none() {
            let known: Vec<String> = self.streams.keys().cloned().collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown("stream", name, span, &known);
        }
        stream
    }
}

/// Names of a type's properties, in order.
pub(super) fn property_names(event_type: &EventType) -> Vec<String> {
    event_type
        .properties
        .iter()
        .map(|p| p.name.clone())
        .collect()
}
