//! Sections of the topology file that name real servers: what is accepted, what is told. Checking a
//! file asks no server.

use std::path::Path;
use std::sync::Arc;

use tachograph_connect::hbase::WriterOptions;
use tachograph_connect::kafka::{MetadataField, Start};
use tachograph_connect::redis::RedisMode;
use tachograph_engine::Config;
use tachograph_engine::assemble::check;
use tachograph_engine::config::{BoltKind, LiveConfig, SpoutKind};
use tachograph_time::SystemClock;

fn parse(source: &str) -> Config {
    Config::parse(Path::new("topology.toml"), source).unwrap_or_else(|f| panic!("{f}"))
}

fn faults(source: &str) -> Vec<String> {
    let config = parse(source);
    config.faults.iter().map(|f| f.message.clone()).collect()
}

const SPOUT: &str = "[topology]\nname = \"t\"\n[spouts.s]\nkind = \"kafka\"\nevent_type = \"T\"\n\
                     time = { field = \"at\" }\n";

fn checked(file: &str) -> Result<(), String> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/smartcar-cluster");
    let config = Config::read(&examples.join(file)).unwrap_or_else(|f| panic!("{f}"));
    let result = check(&config, Arc::new(SystemClock));
    result.map(drop).map_err(|faults| faults.to_string())
}

#[cfg(feature = "kafka")]
#[test]
fn the_example_is_good_without_any_server() {
    for file in ["topology.toml", "producer.toml"] {
        assert_eq!(checked(file), Ok(()), "{file}");
    }
}

#[cfg(not(feature = "kafka"))]
#[test]
fn a_program_without_kafka_says_how_to_build_it_with() {
    for file in ["topology.toml", "producer.toml"] {
        let told = checked(file).expect_err("it lacks Kafka");
        assert!(told.contains("`--features kafka`"), "{told}");
    }
}

#[test]
fn a_topic_is_read_as_its_section_says() {
    let config = parse(&format!(
        "{SPOUT}brokers = \"a:1,b:2\"\ntopic = \"cars\"\nstart = \"2016-01-01T00:00:00Z\"\n\
         offsets = {{ \"0\" = 12, \"3\" = 40 }}\nmetadata = {{ vin = \"key\", x = \"header:trace\" }}\n\
         settings = {{ \"fetch.wait.max.ms\" = \"10\" }}\n"
    ));
    assert!(config.faults.is_empty(), "{:?}", config.faults);
    let SpoutKind::Kafka(kafka) = &config.spouts[0].kind else {
        panic!("a spout of Kafka");
    };
    assert_eq!(kafka.start, Start::At(1_451_606_400_000));
    assert_eq!(
        kafka.offsets.iter().collect::<Vec<_>>(),
        [(&0, &12), (&3, &40)]
    );
    let header = MetadataField::Header("trace".into());
    let metadata = [
        ("vin".to_string(), MetadataField::Key),
        ("x".to_string(), header),
    ];
    assert_eq!(kafka.metadata, metadata);
    let settings = [("fetch.wait.max.ms".to_string(), "10".to_string())];
    assert_eq!(kafka.kafka.settings, settings);
}

#[test]
fn what_is_wrong_with_a_topic_is_told_in_one_go() {
    let told = faults(&format!(
        "{SPOUT}topic = \"cars\"\nstart = \"soon\"\noffsets = {{ first = 1 }}\n\
         metadata = {{ a = \"header:\" }}\nsettings = {{ a = \"env:TACHO_SURELY_NOT_SET\" }}\npaths = []\n"
    ));
    let wanted = [
        "`brokers`",
        "`start`",
        "`first`",
        "header:",
        "TACHO_SURELY_NOT_SET",
        "paths",
    ];
    for word in wanted {
        assert!(
            told.iter().any(|fault| fault.contains(word)),
            "{word}: {told:#?}"
        );
    }
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
}

/// A bolt that writes into a topic, with further keys.
fn sink(keys: &str) -> String {
    format!(
        "{SPOUT}brokers = \"a:1\"\ntopic = \"cars\"\n[bolts.out]\nkind = \"kafka\"\nbrokers = \"a:1\"\n\
         {keys}\nfrom = [{{ source = \"s\" }}]\n"
    )
}

#[test]
fn what_a_topic_cannot_be_read_or_written_with_is_told() {
    let spout = |keys: &str| format!("{SPOUT}brokers = \"a:1\"\n{keys}\n");
    let wrong = [
        (spout("topic = \"a b\""), "letters, digits"),
        (spout("topic = \"\""), "letters, digits"),
        (
            spout("topic = \"a\"\noffsets = { \"-1\" = 5 }"),
            "`-1` of `offsets`",
        ),
        (
            spout("topic = \"a\"\nsettings = { \"auto.offset.reset\" = \"earliest\" }"),
            "`auto.offset.reset` is not for `settings` to choose: `start` says",
        ),
        (
            spout("topic = \"a\"\nsettings = { \"group.id\" = \"g\" }"),
            "`group` names the group",
        ),
        (
            spout("topic = \"a\"\nformat = \"json\"\nseparator = \";\""),
            "`separator` goes with `format = \"delimited\"`",
        ),
        (
            sink("topic = \"a\"\nsettings = { \"transactional.id\" = \"mine\" }"),
            "`delivery` decides",
        ),
        (
            sink("topic = \"a\"\nseparator = \";\""),
            "`separator` goes with `format = \"delimited\"`",
        ),
        (
            sink("topic = \"a\"\nformat = \"delimited\"\nseparator = \"||\""),
            "one ASCII character",
        ),
    ];
    for (text, wanted) in wrong {
        let told = faults(&text);
        assert!(
            told.len() == 1 && told[0].contains(wanted),
            "{text}: {told:?}"
        );
    }
}

#[cfg(feature = "kafka")]
#[test]
fn settings_and_types_of_a_topic_are_checked_without_any_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = "create schema T(at long, key byte[], tags int[]);";
    std::fs::write(folder.path().join("schema.epl"), schema).expect("written");
    let told = |keys: &str| {
        let text = format!(
            "{}brokers = \"a:1\"\ntopic = \"cars\"\nformat = \"json\"\n{keys}\n",
            SPOUT.replace("name = \"t\"\n", "name = \"t\"\nschema = \"schema.epl\"\n")
        );
        let path = folder.path().join("topology.toml");
        std::fs::write(&path, text).expect("written");
        let config = Config::read(&path).unwrap_or_else(|f| panic!("{f}"));
        let result = check(&config, Arc::new(SystemClock));
        result.map_or_else(|faults| faults.to_string(), |_| String::new())
    };
    assert_eq!(told("metadata = { key = \"key\" }"), "");
    let wrong = [
        (
            "metadata = { tags = \"key\" }",
            "`tags` is of type int[], which `key` cannot fill",
        ),
        (
            "metadata = { key = \"offset\" }",
            "`key` is of type byte[], which `offset` cannot fill",
        ),
        (
            "settings = { \"fetch.min.byts\" = \"1\" }",
            "the setting `fetch.min.byts`",
        ),
    ];
    for (keys, wanted) in wrong {
        let told = told(keys);
        assert!(told.contains(wanted), "{keys}: {told}");
    }
}

#[test]
fn servers_of_redis_are_told_apart() {
    let of = |text: &str| match parse(&format!("[live]\n{text}")).live {
        Some(LiveConfig::Redis(redis)) => (redis.mode, redis.replicas),
        other => panic!("{other:?}"),
    };
    assert_eq!(of("redis = [\"a:1\"]"), (RedisMode::One, 0));
    let sentinel = RedisMode::Sentinel("main".into());
    assert_eq!(of("redis = [\"a:1\"]\nsentinel = \"main\""), (sentinel, 1));
    assert_eq!(
        of("redis = [\"a:1\", \"b:2\"]\ncluster = true\nreplicas = 2"),
        (RedisMode::Cluster, 2)
    );
}

#[test]
fn what_is_wrong_with_the_live_store_is_told() {
    let wrong = [
        ("redis = [\"a\"]", "list of addresses"),
        ("redis = []", "list of addresses"),
        ("redis = [\"a:1\", \"b:2\"]", "one server has one address"),
        (
            "redis = [\"a:1\"]\nuser = \"u\"",
            "`user` goes with `password`",
        ),
        ("redis = [\"a:1\"]\nport = 1", "embedded"),
        (
            "redis = [\"a:1\"]\ncluster = true\nsentinel = \"m\"",
            "not both",
        ),
        ("sentinel = \"m\"", "goes with `redis`"),
    ];
    for (text, wanted) in wrong {
        let told = faults(&format!("[live]\n{text}\n"));
        assert!(
            told.iter().any(|fault| fault.contains(wanted)),
            "{text}: {told:?}"
        );
    }
}

const TABLE: &str = "[topology]\nname = \"t\"\n[spouts.s]\nkind = \"generate\"\nevent_type = \"T\"\n\
                     time = { field = \"at\" }\n[bolts.h]\nkind = \"hbase\"\nservers = [\"a:1\"]\n\
                     table = \"T\"\nkey = \"k\"\nfrom = [{ source = \"s\" }]\n";

#[test]
fn what_a_table_of_hbase_has_under_way_is_as_its_section_says() {
    let of = |text: &str| {
        let config = parse(&format!("{TABLE}{text}"));
        assert!(config.faults.is_empty(), "{:?}", config.faults);
        match &config.bolts[0].kind {
            BoltKind::HBase(table) => table.place.writer,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(of(""), WriterOptions::default());
    let all = "batch_bytes = 65536\ncalls_per_server = 8\nbuffer_bytes = 1000000\n";
    let wanted = WriterOptions {
        batch_bytes: 65_536,
        calls_per_server: 8,
        buffer_bytes: 1_000_000,
        is_in_order: false,
    };
    assert_eq!(of(all), wanted);
}

#[test]
fn what_no_table_of_hbase_can_have_under_way_is_told_with_what_to_do() {
    let wrong = [
        ("calls_per_server = 0", "from 1 to 100"),
        ("batch_bytes = \"2 MiB\"", "from 1 to 16777216"),
        ("buffer_bytes = 4000000", "give it 4194304 or more"),
        ("calls_per_servers = 2", "`calls_per_servers` is not known"),
    ];
    for (line, told) in wrong {
        let source = format!("{TABLE}{line}\n");
        let faults = parse(&source).faults;
        assert_eq!(faults.len(), 1, "{line}: {faults:?}");
        assert!(faults[0].message.contains(told), "{line}: {faults:?}");
        let place = source[faults[0].span.start..].trim_end();
        assert!(line.ends_with(place), "{line}: {place}");
    }
}
