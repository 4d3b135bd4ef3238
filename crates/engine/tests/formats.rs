//! Formats with a schema registry, as sections of the topology file: what is accepted, what is told.
//! Checking a file asks no registry.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tachograph_connect::formats::OnMismatch;
use tachograph_engine::Config;
use tachograph_engine::assemble::check;
use tachograph_engine::config::FormatConfig;
use tachograph_time::SystemClock;

const SPOUT: &str = "[topology]\nname = \"t\"\nschema = \"schema.epl\"\n[spouts.s]\nkind = \"kafka\"\n\
    brokers = \"127.0.0.1:1\"\ntopic = \"cars\"\nevent_type = \"T\"\ntime = { field = \"at\" }\n";

fn parse(source: &str) -> Config {
    Config::parse(Path::new("topology.toml"), source).unwrap_or_else(|f| panic!("{f}"))
}

/// Checks a topology in a folder with a schema and a reader's schema.
fn checked(source: &str, reader: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("written");
    };
    write("schema.epl", "create schema T(at long, speed int);");
    write("reader", reader);
    write("topology.toml", source);
    let config = Config::read(folder.path()).unwrap_or_else(|f| panic!("{f}"));
    let result = check(&config, Arc::new(SystemClock));
    result.map(drop).map_err(|faults| faults.to_string())
}

#[test]
fn a_registry_is_read_as_its_section_says() {
    let config = parse(&format!(
        "{SPOUT}format = \"protobuf\"\nreader_schema = \"reader\"\nmessage = \"cars.T\"\n\
         mismatch = \"dead-letter\"\nfields = {{ speed = \"engine.speed\" }}\n\
         registry = {{ url = \"https://a:1/x\", user = \"u\", password = \"p\", \
         certificates = \"ca.pem\", timeout = \"2 sec\" }}\n"
    ));
    assert!(config.faults.is_empty(), "{:?}", config.faults);
    let FormatConfig::Protobuf(schemas) = &config.spouts[0].format else {
        panic!("protobuf");
    };
    let registry = &schemas.registry;
    assert_eq!(registry.url, "https://a:1/x");
    assert_eq!(registry.login, Some(("u".into(), "p".into())));
    assert_eq!(registry.certificates, Some("ca.pem".into()));
    assert_eq!(registry.timeout, Duration::from_secs(2));
    assert_eq!(schemas.message.as_deref(), Some("cars.T"));
    assert_eq!(schemas.on_mismatch, OnMismatch::DeadLetter);
    let fields = [("speed".to_string(), "engine.speed".to_string())];
    assert_eq!(schemas.fields, fields);
}

#[test]
fn what_is_wrong_with_a_format_is_told_in_one_go() {
    let config = parse(&format!(
        "{SPOUT}format = \"avro\"\nmessage = \"T\"\nmismatch = \"perhaps\"\nseparator = \";\"\n\
         registry = {{ url = \"a:1\", user = \"u\", retries = 3 }}\n"
    ));
    let told: Vec<&str> = config.faults.iter().map(|f| f.message.as_str()).collect();
    let wanted = [
        "`message`",
        "`perhaps`",
        "`separator`",
        "`url` must be",
        "go together",
        "`retries`",
    ];
    for word in wanted {
        assert!(told.iter().any(|f| f.contains(word)), "{word}: {told:#?}");
    }
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    let missing = parse(&format!("{SPOUT}format = \"avro\"\n"));
    assert!(missing.faults[0].message.contains("needs `registry"));
}

const REGISTRY: &str = "registry = { url = \"http://127.0.0.1:1\" }\n";

#[test]
fn lines_cannot_be_avro() {
    let source = SPOUT
        .replace("kind = \"kafka\"", "kind = \"file\"\npaths = [\"reader\"]")
        .replace("brokers = \"127.0.0.1:1\"\ntopic = \"cars\"\n", "");
    let told = checked(&format!("{source}format = \"avro\"\n{REGISTRY}"), "");
    let told = told.expect_err("a fault");
    assert!(
        told.contains("`format = \"avro\"` goes with `kind = \"kafka\"`"),
        "{told}"
    );
}

#[cfg(all(feature = "kafka", not(feature = "avro")))]
#[test]
fn a_program_without_avro_says_how_to_build_it_with() {
    let told = checked(&format!("{SPOUT}format = \"avro\"\n{REGISTRY}"), "");
    let told = told.expect_err("it lacks Avro");
    assert!(told.contains("`--features kafka,avro`"), "{told}");
}

#[cfg(all(feature = "kafka", not(feature = "protobuf")))]
#[test]
fn a_program_without_protobuf_says_how_to_build_it_with() {
    let told = checked(&format!("{SPOUT}format = \"protobuf\"\n{REGISTRY}"), "");
    let told = told.expect_err("it lacks Protocol Buffers");
    assert!(told.contains("`--features kafka,protobuf`"), "{told}");
}

#[cfg(all(feature = "kafka", feature = "avro"))]
#[test]
fn the_reader_schema_of_avro_is_checked() {
    let source = format!("{SPOUT}format = \"avro\"\nreader_schema = \"reader\"\n{REGISTRY}");
    let record =
        |fields: &str| format!("{{\"type\": \"record\", \"name\": \"T\", \"fields\": [{fields}]}}");
    let at = "{\"name\": \"at\", \"type\": \"long\"}";
    let speed = "{\"name\": \"speed\", \"type\": \"int\"}";
    assert_eq!(checked(&source, &record(&format!("{at}, {speed}"))), Ok(()));
    let told = checked(&source, &record(at)).expect_err("it lacks a field");
    assert!(told.contains("no field `speed` (int)"), "{told}");
    let told = checked(&source, "[").expect_err("no schema");
    assert!(told.contains("not an Avro schema"), "{told}");
    assert_eq!(
        checked(&format!("{SPOUT}format = \"avro\"\n{REGISTRY}"), ""),
        Ok(())
    );
}

#[cfg(all(feature = "kafka", feature = "protobuf"))]
#[test]
fn the_reader_message_of_protobuf_is_checked() {
    let source = format!(
        "{SPOUT}format = \"protobuf\"\nreader_schema = \"reader\"\nmessage = \"T\"\n{REGISTRY}"
    );
    let file = |fields: &str| format!("syntax = \"proto3\"; message T {{ {fields} }}");
    assert_eq!(
        checked(&source, &file("int64 at = 1; int32 speed = 2;")),
        Ok(())
    );
    let told = checked(&source, &file("int64 at = 1;")).expect_err("it lacks a field");
    assert!(told.contains("no field `speed` (int)"), "{told}");
    let told = checked(&source, "syntax = \"proto3\"; message X {}").expect_err("no message");
    assert!(told.contains("no message `T`"), "{told}");
}
