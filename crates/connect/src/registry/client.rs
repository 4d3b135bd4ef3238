//! The registry's requests, one at a time. No state but connections that are kept.

use std::collections::BTreeSet;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, http::Response};

use super::config::RegistryConfig;
use super::schema::{Referenced, Schema, SchemaKind};

/// Largest answer that is read, in bytes.
const LARGEST: u64 = 16 << 20;
/// Most schemas that one may refer to.
const MOST_REFERENCES: usize = 1_000;
/// The largest id that a registry can give. Asked for a larger one, its web server answers, not the registry.
const LARGEST_ID: u32 = i32::MAX as u32;
/// What a registry calls it when it has no schema of an id.
const NO_SCHEMA: u64 = 40_403;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientError {
    /// The registry is there and has no schema of this id.
    Unknown,
    /// The registry is there and refuses the schema for good, in its own words.
    Refused(String),
    /// It may pass: the registry is away, busy, or keeps us out.
    Away(String),
}

/// Speaks with a registry.
pub struct Client {
    agent: Agent,
    /// Without a `/` at its end.
    url: String,
    authorization: Option<String>,
}

impl Client {
    /// A client; nothing is asked yet.
    ///
    /// # Errors
    /// A sentence where the certificates cannot be read.
    pub fn new(config: &RegistryConfig) -> Result<Client, String> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = &config.certificates {
            let pem = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
            let found = trusted(&pem).map_err(|e| format!("{}: {e}", path.display()))?;
            tls = tls.root_certs(found);
        }
        let settings = Agent::config_builder()
            .timeout_global(Some(config.timeout))
            .http_status_as_error(false)
            .tls_config(tls.build());
        let login = config.login.as_ref();
        Ok(Client {
            agent: settings.build().new_agent(),
            url: config.url.trim_end_matches('/').to_string(),
            authorization: login.map(|(user, password)| {
                format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
            }),
        })
    }

    /// The schema of an id with all that it refers to.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn schema(&self, id: u32) -> Result<Schema, ClientError> {
        if id > LARGEST_ID {
            return Err(ClientError::Unknown);
        }
        let answer = self.get(&format!("/schemas/ids/{id}"))?;
        let mut references = Vec::new();
        let mut seen = BTreeSet::new();
        self.references(&answer, &mut seen, &mut references)?;
        Ok(Schema {
            id,
            subject: self.subject(id),
            kind: SchemaKind::parse(answer["schemaType"].as_str()),
            text: text(&answer)?,
            references,
        })
    }

    /// Registers a schema under a subject, or finds it there; gives its id.
    ///
    /// # Errors
    /// [`ClientError`]; refused is a schema that the subject's compatibility does not allow.
    pub fn register(
        &self,
        subject: &str,
        kind: SchemaKind,
        text: &str,
    ) -> Result<u32, ClientError> {
        let body = json!({ "schemaType": kind.name(), "schema": text }).to_string();
        let path = format!("/subjects/{}/versions", escaped(subject));
        let mut request = self.agent.post(format!("{}{path}", self.url));
        if let Some(login) = &self.authorization {
            request = request.header("Authorization", login);
        }
        let request = request.header("Content-Type", "application/vnd.schemaregistry.v1+json");
        let answer = self.answer(&path, request.send(body))?;
        let id = answer["id"].as_u64().and_then(|id| u32::try_from(id).ok());
        id.ok_or_else(|| self.nonsense(&path))
    }

    /// A subject of a schema, for messages. Not every registry tells, and none has to.
    fn subject(&self, id: u32) -> Option<String> {
        let answer = self.get(&format!("/schemas/ids/{id}/versions")).ok()?;
        Some(answer.get(0)?.get("subject")?.as_str()?.to_string())
    }

    /// What a schema refers to, depth first, each once.
    fn references(
        &self,
        answer: &Value,
        seen: &mut BTreeSet<(String, u64)>,
        found: &mut Vec<Referenced>,
    ) -> Result<(), ClientError> {
        for reference in answer["references"].as_array().into_iter().flatten() {
            let (Some(name), Some(subject), Some(version)) = (
                reference["name"].as_str(),
                reference["subject"].as_str(),
                reference["version"].as_u64(),
            ) else {
                return Err(self.nonsense("/schemas/ids"));
            };
            let is_new = seen.insert((subject.to_string(), version));
            if !is_new || seen.len() > MOST_REFERENCES {
                continue;
            }
            let path = format!("/subjects/{}/versions/{version}", escaped(subject));
            let inner = self.get(&path)?;
            self.references(&inner, seen, found)?;
            found.push(Referenced {
                name: name.to_string(),
                text: text(&inner)?,
            });
        }
        Ok(())
    }

    fn get(&self, path: &str) -> Result<Value, ClientError> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(login) = &self.authorization {
            request = request.header("Authorization", login);
        }
        self.answer(path, request.call())
    }

    fn answer(
        &self,
        path: &str,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<Value, ClientError> {
        let away = |why: String| ClientError::Away(format!("{}{path}: {why}", self.url));
        let mut answer = answer.map_err(|e| away(e.to_string()))?;
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(LARGEST);
        let body = body.read_to_string().map_err(|e| away(e.to_string()))?;
        let value = serde_json::from_str::<Value>(&body).ok();
        if status.is_success() {
            return value.ok_or_else(|| self.nonsense(path));
        }
        let value = value.unwrap_or_default();
        let why = value["message"].as_str().unwrap_or("no reason given");
        match (status.as_u16(), value["error_code"].as_u64()) {
            (404, Some(NO_SCHEMA)) => Err(ClientError::Unknown),
            (409 | 422, _) => Err(ClientError::Refused(format!("{}{path}: {why}", self.url))),
            (number, _) => Err(away(format!("answers {number}: {why}"))),
        }
    }

    fn nonsense(&self, path: &str) -> ClientError {
        let why = "answers what is not a schema registry's; is the address right?";
        ClientError::Away(format!("{}{path} {why}", self.url))
    }
}

fn text(answer: &Value) -> Result<String, ClientError> {
    let text = answer["schema"].as_str().map(str::to_string);
    let why = "the registry's answer has no schema in it";
    text.ok_or_else(|| ClientError::Away(why.to_string()))
}

fn trusted(pem: &[u8]) -> Result<RootCerts, String> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|e| e.to_string())? {
            found.push(certificate);
        }
    }
    match found.is_empty() {
        true => Err("holds no certificate".into()),
        false => Ok(RootCerts::new_with_certs(&found)),
    }
}

/// A subject as part of a path.
fn escaped(subject: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    let letter = |b: u8| match plain(b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    };
    subject.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_part_of_a_path() {
        assert_eq!(escaped("cars-value"), "cars-value");
        assert_eq!(escaped("a/b ä"), "a%2Fb%20%C3%A4");
    }

    #[test]
    fn certificates_are_looked_at_before_anything_is_asked() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        fs::write(&path, "no certificate").expect("written");
        let config = RegistryConfig {
            url: "https://127.0.0.1:1".into(),
            login: None,
            certificates: Some(path),
            timeout: std::time::Duration::from_secs(1),
        };
        let told = Client::new(&config).err().expect("a fault");
        assert!(told.contains("ca.pem: holds no certificate"), "{told}");
    }
}
