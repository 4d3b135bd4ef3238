//! A table of the file, read key by key; faults gather, and unknown keys are found at the end.

use std::cell::RefCell;

use tachograph_syntax::{Diagnostic, Span, suggest};
use tachograph_time::parse_duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table with its name and place.
pub(super) struct Section<'a> {
    /// What it is called in messages.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    table: &'a DeTable<'a>,
    faults: RefCell<Vec<Diagnostic>>,
}

fn place<T>(of: &Spanned<T>) -> Span {
    Span::new(of.span().start, of.span().end)
}

impl<'a> Section<'a> {
    pub fn new(name: &str, span: Span, table: &'a DeTable<'a>) -> Section<'a> {
        Section {
            name: name.to_string(),
            span,
            table,
            faults: RefCell::default(),
        }
    }

    pub fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let found = self.table.iter().find(|(k, _)| k.get_ref() == key);
        found.map(|(_, value)| value)
    }

    /// Adds a fault.
    pub fn fault(&self, message: &str, span: Span) {
        self.faults
            .borrow_mut()
            .push(Diagnostic::semantic(message, span));
    }

    /// Adds a fault about an unknown name.
    pub fn unknown<'n>(
        &self,
        what: &str,
        name: &str,
        span: Span,
        known: impl Iterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.collect();
        // That it is missing was told.
        if name.is_empty() {
            return;
        }
        let fault = Diagnostic::semantic(format!("{what} `{name}` is not known"), span);
        let help = match suggest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        self.faults.borrow_mut().push(fault.with_help(help));
    }

    fn wrong(&self, key: &str, needs: &str, span: Span) {
        self.fault(&format!("`{key}` of {} must be {needs}", self.name), span);
    }

    /// A text with its place.
    pub fn text(&self, key: &str) -> Option<(String, Span)> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), place(value))),
            _ => {
                self.wrong(key, "a text", place(value));
                None
            }
        }
    }

    /// A text that may be kept out of the file: `env:NAME` stands for a variable of the environment.
    pub fn secret(&self, key: &str) -> Option<String> {
        let (text, span) = self.text(key)?;
        let Some(name) = text.strip_prefix("env:") else {
            return Some(text);
        };
        let value = std::env::var(name).ok();
        if value.is_none() {
            let message = format!("`{key}` stands in the variable {name}, which is not set");
            self.fault(&message, span);
        }
        value
    }

    /// A text that must be there; empty where it is not, after a fault.
    pub fn required_text(&self, key: &str) -> String {
        if self.get(key).is_none() {
            self.fault(&format!("`{key}` of {} is missing", self.name), self.span);
        }
        self.text(key).map(|(text, _)| text).unwrap_or_default()
    }

    /// A whole number within bounds.
    pub fn integer(&self, key: &str, least: i64, most: i64) -> Option<i64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|n| (least..=most).contains(n));
        if number.is_none() {
            let needs = format!("a whole number from {least} to {most}");
            self.wrong(key, &needs, place(value));
        }
        number
    }

    /// A truth value.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => {
                self.wrong(key, "true or false", place(value));
                None
            }
        }
    }

    /// A duration in milliseconds.
    pub fn duration(&self, key: &str) -> Option<i64> {
        let (text, span) = self.text(key)?;
        let duration = parse_duration(&text);
        if duration.is_none() {
            self.wrong(key, "a duration such as \"30 sec\"", span);
        }
        duration
    }

    /// A list of texts.
    pub fn texts(&self, key: &str) -> Option<Vec<String>> {
        let value = self.get(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, "a list of texts", place(value));
            return None;
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => texts.push(text.to_string()),
                _ => self.wrong(key, "a list of texts", place(item)),
            }
        }
        Some(texts)
    }

    /// A table.
    pub fn table(&self, key: &str) -> Option<Section<'a>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => {
                Some(Section::new(&format!("[{key}]"), self.place_of(key), table))
            }
            _ => {
                self.wrong(key, "a section", place(value));
                None
            }
        }
    }

    /// The place of a key; of the section where it is not there.
    pub fn place_of(&self, key: &str) -> Span {
        let found = self.table.iter().find(|(k, _)| k.get_ref() == key);
        found.map_or(self.span, |(k, _)| place(k))
    }

    /// The tables within a table, by name, in the order of the file.
    pub fn tables(&self, key: &str) -> Vec<Section<'a>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, "a section", place(value));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (name, value) in table.iter() {
            match value.get_ref() {
                DeValue::Table(inner) => {
                    let mut section = Section::new("", place(name), inner);
                    section.name = format!("[{key}.{}]", name.get_ref());
                    sections.push(section);
                }
                _ => self.wrong(name.get_ref(), "a section", place(value)),
            }
        }
        sections.sort_by_key(|s| s.span.start);
        sections
    }

    /// A list of tables.
    pub fn list(&self, key: &str) -> Vec<Section<'a>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, "a list of sections", place(value));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    let name = format!("`{key}` of {}", self.name);
                    sections.push(Section::new(&name, place(item), table));
                }
                _ => self.wrong(key, "a list of sections", place(item)),
            }
        }
        sections
    }

    /// The members of a table of texts, in the order of the file.
    pub fn pairs(&self, key: &str) -> Option<Vec<(String, String)>> {
        let value = self.get(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, "a table of texts", place(value));
            return None;
        };
        let mut pairs = Vec::new();
        for (name, value) in table.iter() {
            match value.get_ref() {
                DeValue::String(text) => {
                    pairs.push((
                        place(name).start,
                        name.get_ref().to_string(),
                        text.to_string(),
                    ));
                }
                _ => self.wrong(name.get_ref(), "a text", place(value)),
            }
        }
        pairs.sort();
        Some(
            pairs
                .into_iter()
                .map(|(_, name, text)| (name, text))
                .collect(),
        )
    }

    /// The members of a table of whole numbers.
    pub fn integers(&self, key: &str) -> Option<Vec<(String, i64)>> {
        let table = self.table(key)?;
        let names: Vec<String> = table
            .table
            .iter()
            .map(|(k, _)| k.get_ref().to_string())
            .collect();
        let numbers = names.into_iter();
        let numbers = numbers
            .filter_map(|name| {
                table
                    .integer(&name, 0, i64::MAX)
                    .map(|number| (name, number))
            })
            .collect();
        self.take_faults(table);
        Some(numbers)
    }

    /// Takes a read section's faults over, where all of its keys are allowed.
    pub fn take_faults(&self, section: Section<'a>) {
        self.faults.borrow_mut().extend(section.faults.into_inner());
    }

    /// Takes a read section's faults over, with those about keys that it does not know.
    pub fn absorb(&self, section: Section<'a>, known: &[&str]) {
        self.faults.borrow_mut().extend(section.finish(known));
    }

    /// All faults, with those about keys that are not known.
    pub fn finish(self, known: &[&str]) -> Vec<Diagnostic> {
        for (key, _) in self.table.iter() {
            if !known.iter().any(|k| key.get_ref() == k) {
                let what = format!("key of {}:", self.name);
                self.unknown(
                    what.trim_end_matches(':'),
                    key.get_ref(),
                    place(key),
                    known.iter().copied(),
                );
            }
        }
        self.faults.into_inner()
    }
}
