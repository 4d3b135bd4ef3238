//! Faults of a topology file, and the names that it may use.

use std::sync::Arc;

use tachograph_event::EventType;
use tachograph_syntax::{Diagnostic, Span, suggest};

use super::{Assembler, Stream};

impl Assembler<'_> {
    pub(super) fn fault(&mut self, message: impl Into<String>, span: Span) {
        self.tell(Diagnostic::semantic(message, span));
    }

    /// Adds a fault, unless the file by itself is wrong at that place: then that is why.
    fn tell(&mut self, fault: Diagnostic) {
        if !self.config.faults.iter().any(|f| f.span == fault.span) {
            self.diagnostics.push(fault);
        }
    }

    fn unknown(&mut self, what: &str, name: &str, span: Span, known: &[&str]) {
        // A name that is missing altogether was told.
        if name.is_empty() {
            return;
        }
        let fault = Diagnostic::semantic(format!("{what} `{name}` is not known"), span);
        let near = suggest(name, known.iter().copied());
        let near = near.map(|near| format!("did you mean `{near}`?"));
        let help = near.or((!known.is_empty()).then(|| format!("known: {}", known.join(", "))));
        self.tell(match help {
            Some(help) => fault.with_help(help),
            None => fault,
        });
    }

    /// The event type of a name. Where the schema itself is faulty, no fault is added: its own
    /// say why the name is missing.
    pub(super) fn event_type(&mut self, name: &str, span: Span) -> Option<Arc<EventType>> {
        let found = self.types.iter().find(|t| t.name == name).cloned();
        if found.is_none() && self.schema_is_good {
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

    /// The stream of a name. Where its spout or bolt is itself faulty, no fault is added.
    pub(super) fn stream(&mut self, name: &str, span: Span) -> Option<Stream> {
        let stream = self.streams.get(name).cloned();
        let maker = name.split('.').next().unwrap_or_default();
        if stream.is_none() && !self.faulty.contains(maker) {
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
