//! What is said about a text that is wrong, and how it is shown.
//!
//! Nouns: a [`Diagnostic`] is one fault with its place, a [`Label`] a further place that explains it.
//! No state. Never: stops at the first fault, prints by itself.

use crate::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The text cannot be used.
    Error,
    /// The text can be used, but may not mean what its author thinks.
    Warning,
}

/// What sort of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiagnosticKind {
    /// The text is not EPL.
    Syntax,
    /// The text is EPL, of a part that is not built yet.
    Unsupported,
    /// The text is EPL, but does not make sense.
    Semantic,
}

/// A further place, with what is to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What.
    pub text: String,
}

/// One fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What sort it is.
    pub kind: DiagnosticKind,
    /// What is wrong, in one line, without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Further places.
    pub labels: Vec<Label>,
    /// How to set it right.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error of the given kind.
    pub fn error(kind: DiagnosticKind, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            kind,
            message: message.into(),
            span,
            labels: Vec::new(),
            help: None,
        }
    }

    /// The text is not EPL.
    pub fn syntax(message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::error(DiagnosticKind::Syntax, message, span)
    }

    /// The text is EPL, of a part that is not built yet: "`feature` is not built yet".
    pub fn unsupported(feature: &str, span: Span) -> Diagnostic {
        let message = format!("`{feature}` is not built yet");
        Diagnostic::error(DiagnosticKind::Unsupported, message, span)
    }

    /// The text is EPL, but does not make sense.
    pub fn semantic(message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::error(DiagnosticKind::Semantic, message, span)
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(mut self) -> Diagnostic {
        self.severity = Severity::Warning;
        self
    }

    /// The same with a further place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Whether the text cannot be used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
