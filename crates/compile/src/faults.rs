//! The faults of a compilation, gathered.

use tachograph_syntax::{Diagnostic, Span, suggest};

/// All that was found so far.
#[derive(Debug)]
pub struct Faults {
    found: Vec<Diagnostic>,
}

impl Faults {
    /// Begins with what the parser found.
    pub fn new(found: Vec<Diagnostic>) -> Faults {
        Faults { found }
    }

    /// Adds a fault.
    pub fn add(&mut self, fault: Diagnostic) {
        self.found.push(fault);
    }

    /// Adds a fault of meaning.
    pub fn semantic(&mut self, message: impl Into<String>, span: Span) {
        self.add(Diagnostic::semantic(message, span));
    }

    /// Adds a fault of meaning with advice.
    pub fn with_help(&mut self, message: impl Into<String>, span: Span, help: impl Into<String>) {
        self.add(Diagnostic::semantic(message, span).with_help(help));
    }

    /// A part of the language that is not built yet.
    pub fn unsupported(&mut self, feature: &str, span: Span) {
        self.add(Diagnostic::unsupported(feature, span));
    }

    /// A name that is not known, with the nearest one that is.
    pub fn unknown<'a>(
        &mut self,
        what: &str,
        name: &str,
        span: Span,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        let fault = Diagnostic::semantic(format!("{what} `{name}` is not known"), span);
        self.add(match suggest(name, known) {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault,
        });
    }

    /// The warnings, or everything if an error is among it.
    pub fn finish(self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        if self.found.iter().any(Diagnostic::is_error) {
            return Err(self.found);
        }
        Ok(self.found)
    }
}
