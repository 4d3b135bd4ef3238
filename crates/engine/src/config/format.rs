//! The keys that say how a spout's records are written.

use std::path::PathBuf;
use std::time::Duration;

use tachograph_connect::formats::OnMismatch;
use tachograph_connect::registry::RegistryConfig;
use tachograph_syntax::Span;

use super::section::Section;

const FORMATS: [&str; 4] = ["delimited", "json", "avro", "protobuf"];
const LINES: [&str; 2] = ["separator", "fields"];
const AVRO: [&str; 4] = ["fields", "registry", "reader_schema", "mismatch"];
const PROTOBUF: [&str; 5] = ["fields", "registry", "reader_schema", "mismatch", "message"];
const REGISTRY: [&str; 5] = ["url", "user", "password", "certificates", "timeout"];

/// How records are written.
#[derive(Debug, Clone)]
pub enum FormatConfig {
    /// Fields with a separator between.
    Delimited {
        /// The separator.
        separator: u8,
        /// The property of each field; all in order without.
        fields: Option<Vec<String>>,
    },
    /// An object a line.
    Json,
    /// Avro, each record with the id of its schema.
    Avro(SchemaConfig),
    /// Protocol Buffers, each record with the id of its schema.
    Protobuf(SchemaConfig),
}

/// Where schemas are, and what is wanted of their records.
#[derive(Debug, Clone)]
pub struct SchemaConfig {
    /// The registry; its files are relative to the topology file.
    pub registry: RegistryConfig,
    /// File of the schema that records are read as, relative to the topology file.
    pub reader: Option<(PathBuf, Span)>,
    /// The reader's message, by its full name.
    pub message: Option<String>,
    /// Places of properties that do not stand under their own names.
    pub fields: Vec<(String, String)>,
    /// What is done with records of a schema that does not fit.
    pub on_mismatch: OnMismatch,
}

impl FormatConfig {
    /// The name of a format whose records are not lines.
    pub fn needs_topic(&self) -> Option<&'static str> {
        match self {
            FormatConfig::Avro(_) => Some("avro"),
            FormatConfig::Protobuf(_) => Some("protobuf"),
            _ => None,
        }
    }
}

/// Keys of a format.
pub(super) fn keys(format: &FormatConfig) -> Vec<&'static str> {
    match format {
        FormatConfig::Delimited { .. } | FormatConfig::Json => LINES.to_vec(),
        FormatConfig::Avro(_) => AVRO.to_vec(),
        FormatConfig::Protobuf(_) => PROTOBUF.to_vec(),
    }
}

/// Reads the keys of a format.
pub(super) fn read(section: &Section<'_>) -> FormatConfig {
    let usual = || ("delimited".to_string(), section.span);
    let (format, span) = section.text("format").unwrap_or_else(usual);
    match format.as_str() {
        "json" => {
            only_delimited(section, &LINES);
            FormatConfig::Json
        }
        "avro" => FormatConfig::Avro(schemas(section)),
        "protobuf" => FormatConfig::Protobuf(schemas(section)),
        "delimited" => delimited(section),
        other => {
            section.unknown("format", other, span, FORMATS.into_iter());
            FormatConfig::Json
        }
    }
}

fn delimited(section: &Section<'_>) -> FormatConfig {
    FormatConfig::Delimited {
        separator: separator(section),
        fields: section.texts("fields"),
    }
}

/// Tells of keys that mean something for delimited text alone.
pub(super) fn only_delimited(section: &Section<'_>, keys: &[&str]) {
    for key in keys.iter().filter(|key| section.get(key).is_some()) {
        let message = format!("`{key}` goes with `format = \"delimited\"`");
        section.fault(&message, section.place_of(key));
    }
}

/// What stands between fields: a comma without the key.
pub(super) fn separator(section: &Section<'_>) -> u8 {
    let (separator, span) = section
        .text("separator")
        .unwrap_or((",".into(), section.span));
    let bytes = separator.as_bytes();
    if bytes.len() != 1 || !bytes[0].is_ascii() || b"\r\n".contains(&bytes[0]) {
        section.fault(
            "`separator` must be one ASCII character, and no end of a line",
            span,
        );
    }
    bytes.first().copied().unwrap_or(b',')
}

fn schemas(section: &Section<'_>) -> SchemaConfig {
    let reader = section.text("reader_schema");
    SchemaConfig {
        registry: registry(section),
        reader: reader.map(|(path, span)| (PathBuf::from(path), span)),
        message: section.text("message").map(|(name, _)| name),
        fields: section.pairs("fields").unwrap_or_default(),
        on_mismatch: on_mismatch(section),
    }
}

fn on_mismatch(section: &Section<'_>) -> OnMismatch {
    let Some((text, span)) = section.text("mismatch") else {
        return OnMismatch::Stop;
    };
    match text.as_str() {
        "stop" => OnMismatch::Stop,
        "dead-letter" => OnMismatch::DeadLetter,
        other => {
            let known = ["stop", "dead-letter"].into_iter();
            section.unknown("mismatch", other, span, known);
            OnMismatch::Stop
        }
    }
}

/// Reads the section of a registry.
pub(super) fn registry(outer: &Section<'_>) -> RegistryConfig {
    let mut config = RegistryConfig {
        url: String::new(),
        login: None,
        certificates: None,
        timeout: Duration::from_secs(5),
    };
    let Some(section) = outer.table("registry") else {
        let message = format!("{} needs `registry = {{ url = … }}`", outer.name);
        outer.fault(&message, outer.span);
        return config;
    };
    config.url = section.required_text("url");
    let is_address = ["http://", "https://"]
        .iter()
        .any(|s| config.url.starts_with(s));
    if let (false, Some((_, span))) = (is_address, section.text("url")) {
        let message = "`url` must be an address such as \"http://127.0.0.1:8081\"";
        section.fault(message, span);
    }
    config.login = login(&section);
    let certificates = section.text("certificates");
    config.certificates = certificates.map(|(path, _)| PathBuf::from(path));
    if let Some(ms) = section.duration("timeout") {
        config.timeout = Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1));
    }
    outer.absorb(section, &REGISTRY);
    config
}

fn login(section: &Section<'_>) -> Option<(String, String)> {
    let user = section.secret("user");
    let password = section.secret("password");
    if section.get("user").is_some() != section.get("password").is_some() {
        let message = "`user` and `password` of [registry] go together";
        section.fault(message, section.span);
    }
    Some((user?, password?))
}
