//! What a registry may say, and what we make of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::scripted::Scripted;
use super::{Client, ClientError, Found, Registry, SchemaKind};

/// Longer than any answer takes.
const LONG: Duration = Duration::from_secs(30);

const UNKNOWN: &str = r#"{"error_code": 40403, "message": "Schema not found"}"#;

fn answers(path: &str) -> (u16, String) {
    let found = match path {
        "GET /schemas/ids/1" => r#"{"schema": "\"int\""}"#,
        "GET /schemas/ids/1/versions" => r#"[{"subject": "cars-value", "version": 3}]"#,
        "GET /schemas/ids/2" => {
            r#"{"schema": "two", "schemaType": "PROTOBUF", "references": [
                {"name": "b", "subject": "b s", "version": 1},
                {"name": "a", "subject": "a", "version": 2}]}"#
        }
        "GET /subjects/b%20s/versions/1" => {
            r#"{"schema": "b", "references": [{"name": "a", "subject": "a", "version": 2}]}"#
        }
        "GET /subjects/a/versions/2" => r#"{"schema": "a", "references": []}"#,
        "GET /schemas/ids/3" => "<html>",
        "GET /schemas/ids/4" => return (404, r#"{"error_code": 404}"#.into()),
        "GET /schemas/ids/5" => return (401, r#"{"message": "who are you?"}"#.into()),
        "POST /subjects/out-value/versions" => r#"{"id": 7}"#,
        "POST /subjects/bad-value/versions" => {
            return (
                409,
                r#"{"error_code": 409, "message": "incompatible"}"#.into(),
            );
        }
        _ => return (404, UNKNOWN.into()),
    };
    (200, found.into())
}

fn away(error: ClientError) -> String {
    match error {
        ClientError::Away(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_are_told_apart() {
    let server = Scripted::new(answers);
    let client = Client::new(&server.config()).expect("a client");
    let one = client.schema(1).expect("a schema");
    assert_eq!((one.kind, &one.text[..]), (SchemaKind::Avro, "\"int\""));
    assert_eq!(one.title(), "schema 1 (subject cars-value)");
    let two = client.schema(2).expect("a schema");
    let names: Vec<&str> = two.references.iter().map(|r| &r.name[..]).collect();
    // What is referred to comes before what refers to it, and once.
    assert_eq!((two.kind, names), (SchemaKind::Protobuf, vec!["a", "b"]));
    assert_eq!(two.title(), "schema 2");
    assert_eq!(client.schema(9), Err(ClientError::Unknown));
    // No registry gives such an id, and none is asked: what its web server says of it is not its word.
    assert_eq!(client.schema(4_000_000_000), Err(ClientError::Unknown));
    assert!(
        !server
            .asked()
            .iter()
            .any(|line| line.contains("4000000000"))
    );
    assert!(away(client.schema(3).unwrap_err()).contains("is the address right?"));
    assert!(away(client.schema(4).unwrap_err()).contains("answers 404"));
    assert!(away(client.schema(5).unwrap_err()).contains("who are you?"));
}

#[test]
fn a_schema_is_registered_or_refused() {
    let server = Scripted::new(answers);
    let client = Client::new(&server.config()).expect("a client");
    assert_eq!(client.register("out-value", SchemaKind::Avro, "{}"), Ok(7));
    let body = r#"{"schemaType":"AVRO","schema":"{}"}"#;
    assert!(
        server.asked().contains(&body.to_string()),
        "{:?}",
        server.asked()
    );
    let refused = client.register("bad-value", SchemaKind::Avro, "{}");
    assert!(matches!(refused, Err(ClientError::Refused(why)) if why.contains("incompatible")));
}

#[test]
fn who_we_are_is_told_with_every_question() {
    let server = Scripted::new(answers);
    let mut config = server.config();
    config.login = Some(("user".into(), "pass word".into()));
    let client = Client::new(&config).expect("a client");
    client.schema(1).expect("a schema");
    let asked = server.asked();
    let told = |line: &&String| line.to_lowercase() == "authorization: basic dxnlcjpwyxnzihdvcmq=";
    let questions = asked.iter().filter(|line| line.starts_with("GET")).count();
    assert_eq!(asked.iter().filter(told).count(), questions, "{asked:?}");
}

#[test]
fn each_id_is_asked_for_once() {
    let server = Scripted::new(answers);
    let registry = Registry::new(&server.config()).expect("a registry");
    for _ in 0..3 {
        assert_eq!(registry.await_all(&[1, 9], LONG), Ok(()));
    }
    assert!(matches!(registry.get(1), Some(Found::Schema(_))));
    assert!(matches!(registry.get(9), Some(Found::Unknown)));
    let asked = server.asked();
    for path in ["GET /schemas/ids/1", "GET /schemas/ids/9"] {
        assert_eq!(
            asked.iter().filter(|line| *line == path).count(),
            1,
            "{asked:?}"
        );
    }
}

#[test]
fn a_registry_that_is_away_is_waited_for() {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tries);
    let server = Scripted::new(move |path| match count.fetch_add(1, Ordering::Relaxed) {
        0..3 => (503, r#"{"message": "not yet"}"#.into()),
        _ => answers(path),
    });
    let registry = Registry::new(&server.config()).expect("a registry");
    let told = registry.await_all(&[1], Duration::ZERO);
    assert!(told.is_err());
    assert_eq!(registry.await_all(&[1], LONG), Ok(()));
    assert!(tries.load(Ordering::Relaxed) > 3);
}

#[test]
fn a_registry_that_is_not_there_is_told() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let mut config = Scripted::new(answers).config();
    config.url = format!("http://127.0.0.1:{port}");
    let registry = Registry::new(&config).expect("a registry");
    let told = registry
        .await_all(&[1], Duration::from_secs(2))
        .expect_err("away");
    assert!(
        told.contains(&format!("127.0.0.1:{port}/schemas/ids/1")),
        "{told}"
    );
    assert!(registry.get(1).is_none());
}
