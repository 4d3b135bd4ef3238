//! A diagnostic as text for people.
//!
//! Nouns: the *excerpt* is the source line with marks under what is meant. No state. Never: prints by itself,
//! trusts a span to fit the source.

use crate::{Diagnostic, Severity, Span};
use std::fmt::Write;

/// Longer lines are shown around the place alone.
const MAX_WIDTH: usize = 120;

impl Diagnostic {
    /// The diagnostic with its place and an excerpt, in the manner of compilers, with a line feed at the end.
    pub fn render(&self, file_name: &str, source: &str, color: bool) -> String {
        let paint = Paint { color };
        let (word, hue) = match self.severity {
            Severity::Error => ("error", "31"),
            Severity::Warning => ("warning", "33"),
        };
        let mut out = String::new();
        let head = paint.with(&format!("1;{hue}"), word);
        let message = paint.with("1", &format!(": {}", self.message));
        let place = self.span.line_column(source);
        let last = self
            .labels
            .iter()
            .map(|l| l.span.line_column(source).line)
            .max();
        let width = last.unwrap_or(0).max(place.line).to_string().len();
        let margin = " ".repeat(width);
        push_line(&mut out, format_args!("{head}{message}"));
        let arrow = paint.with("1;34", "-->");
        push_line(
            &mut out,
            format_args!(
                "{margin}{arrow} {file_name}:{}:{}",
                place.line, place.column
            ),
        );
        let bar = paint.with("1;34", "|");
        push_line(&mut out, format_args!("{margin} {bar}"));
        excerpt(&mut out, source, self.span, width, '^', "", hue, &paint);
        for label in &self.labels {
            excerpt(
                &mut out,
                source,
                label.span,
                width,
                '-',
                &label.text,
                "34",
                &paint,
            );
        }
        if let Some(help) = &self.help {
            let equals = paint.with("1;34", "=");
            push_line(&mut out, format_args!("{margin} {bar}"));
            push_line(&mut out, format_args!("{margin} {equals} help: {help}"));
        }
        out
    }
}

/// All diagnostics, with an empty line between.
pub fn render_all(list: &[Diagnostic], file_name: &str, source: &str, color: bool) -> String {
    let texts: Vec<String> = list
        .iter()
        .map(|d| d.render(file_name, source, color))
        .collect();
    texts.join("\n")
}

struct Paint {
    color: bool,
}

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        match self.color {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_string(),
        }
    }
}

fn push_line(out: &mut String, line: std::fmt::Arguments<'_>) {
    out.write_fmt(line).expect("a String takes every text");
    out.push('\n');
}

/// The line of the span and the marks under it.
#[allow(clippy::too_many_arguments)]
fn excerpt(
    out: &mut String,
    source: &str,
    span: Span,
    width: usize,
    mark: char,
    note: &str,
    hue: &str,
    paint: &Paint,
) {
    let place = span.line_column(source);
    let line: Vec<char> = source
        .split('\n')
        .nth(place.line - 1)
        .unwrap_or("")
        .chars()
        .collect();
    let column = place.column - 1;
    let from = if line.len() > MAX_WIDTH {
        column.saturating_sub(MAX_WIDTH / 2)
    } else {
        0
    };
    let shown: String = line
        .iter()
        .skip(from)
        .take(MAX_WIDTH)
        .map(|c| if c.is_control() { ' ' } else { *c })
        .collect();
    let marked = span
        .text(source)
        .split('\n')
        .next()
        .unwrap_or("")
        .chars()
        .count()
        .max(1);
    let room = MAX_WIDTH.saturating_sub(column - from).max(1);
    let marks = mark.to_string().repeat(marked.min(room));
    let number = paint.with("1;34", &format!("{:>width$} |", place.line));
    let bar = paint.with("1;34", "|");
    let indent = " ".repeat(column - from);
    let marks = paint.with(&format!("1;{hue}"), format!("{marks} {note}").trim_end());
    push_line(
        out,
        format_args!("{}", format!("{number} {shown}").trim_end()),
    );
    push_line(out, format_args!("{:width$} {bar} {indent}{marks}", ""));
}
