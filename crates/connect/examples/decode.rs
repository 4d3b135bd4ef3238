//! How long it takes to decode a reading of the reference job, in each format; rounds alternate
//! between the formats, the table shows the median with least and most.
//!
//!     cargo run --release -p tachograph-connect --features avro,protobuf --example decode

use std::sync::Arc;
use std::time::{Duration, Instant};

use apache_avro::types::Value as Written;
use apache_avro::writer::datum::GenericDatumWriter;
use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, Value as Wire};
use tachograph_connect::formats::avro::Avro;
use tachograph_connect::formats::protobuf::Protobuf;
use tachograph_connect::formats::{
    Chunk, Delimited, Framed, Json, LineDecoder, OnMismatch, SchemaFormat, TimeField, ValueDecoder,
    Values,
};
use tachograph_connect::generate::{FleetOptions, Format, LineOptions, write_lines};
use tachograph_connect::registry::{Registry, RegistryConfig, Schema, SchemaKind};
use tachograph_event::{EventType, Type};
use tachograph_time::DatePattern;

const RECORDS: u64 = 200_000;
/// Records of one read.
const BATCH: usize = 1_024;
const ROUNDS: usize = 7;

const FIELDS: [(&str, bool); 8] = [
    ("date", true),
    ("carNumber", true),
    ("speedPedal", false),
    ("breakPedal", false),
    ("steerAngle", true),
    ("directLight", true),
    ("speed", false),
    ("areaNumber", true),
];

fn event_type() -> Arc<EventType> {
    let ty = |is_text| match is_text {
        true => Type::Str,
        false => Type::Int,
    };
    let properties = FIELDS.map(|(name, is_text)| (name, ty(is_text)));
    Arc::new(EventType::new("Reading", properties))
}

fn time() -> Option<TimeField> {
    let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
    Some(TimeField { slot: 0, pattern })
}

fn lines(format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    let options = LineOptions {
        fleet: FleetOptions::default(),
        records: RECORDS,
        format,
        headers: false,
        malformed_per_mille: 0,
        part: (0, 1),
    };
    write_lines(&mut out, &options).expect("written to memory");
    out
}

/// Reads of a format, each with where its records begin.
type Reads = Vec<(Vec<u8>, Vec<usize>)>;

fn reads(records: impl Iterator<Item = Vec<u8>>) -> Reads {
    let mut reads = Reads::new();
    for record in records {
        if reads.last().is_none_or(|(_, starts)| starts.len() == BATCH) {
            reads.push(Default::default());
        }
        if let Some((bytes, starts)) = reads.last_mut() {
            starts.push(bytes.len());
            bytes.extend_from_slice(&record);
        }
    }
    reads
}

/// The fields of each reading.
fn rows() -> impl Iterator<Item = Vec<String>> {
    let text = String::from_utf8(lines(Format::Delimited)).expect("text");
    let rows: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split(',').map(str::to_string).collect())
        .collect();
    rows.into_iter()
}

fn avro_schema() -> String {
    let ty = |is_text| if is_text { "string" } else { "int" };
    let field = |(name, is_text)| format!(r#"{{"name": "{name}", "type": "{}"}}"#, ty(is_text));
    let fields = FIELDS.map(field).join(",");
    format!(r#"{{"type": "record", "name": "Reading", "fields": [{fields}]}}"#)
}

fn avro() -> Reads {
    let schema = apache_avro::Schema::parse_str(&avro_schema()).expect("a schema");
    let writer = GenericDatumWriter::builder(&schema)
        .build()
        .expect("a writer");
    reads(rows().map(|row| {
        let value = |(text, (name, is_text)): (String, (&str, bool))| {
            let value = match is_text {
                true => Written::String(text),
                false => Written::Int(text.parse().expect("a number")),
            };
            (name.to_string(), value)
        };
        let fields = row.into_iter().zip(FIELDS).map(value).collect();
        let record = writer.write_value_to_vec(Written::Record(fields));
        [&[0, 0, 0, 0, 1][..], &record.expect("written")].concat()
    }))
}

fn protobuf_schema() -> String {
    let ty = |is_text| if is_text { "string" } else { "int32" };
    let field = |(n, (name, is_text)): (usize, (&str, bool))| {
        format!("{} {name} = {};", ty(is_text), n + 1)
    };
    let fields: String = FIELDS.into_iter().enumerate().map(field).collect();
    format!("syntax = \"proto3\"; message Reading {{ {fields} }}")
}

fn protobuf() -> Reads {
    let file = protox::file::File::from_source("reading.proto", &protobuf_schema());
    let mut pool = prost_reflect::DescriptorPool::new();
    let file = file.expect("a schema").file_descriptor_proto().clone();
    pool.add_file_descriptor_proto(file).expect("compiled");
    let reading = pool.get_message_by_name("Reading").expect("a message");
    reads(rows().map(move |row| {
        let mut message = DynamicMessage::new(reading.clone());
        for (text, (name, is_text)) in row.into_iter().zip(FIELDS) {
            let value = match is_text {
                true => Wire::String(text),
                false => Wire::I32(text.parse().expect("a number")),
            };
            message.set_field_by_name(name, value);
        }
        [&[0, 0, 0, 0, 2, 0][..], &message.encode_to_vec()].concat()
    }))
}

fn registry() -> Arc<Registry> {
    let config = RegistryConfig {
        url: "http://127.0.0.1:1".into(),
        login: None,
        certificates: None,
        timeout: Duration::from_secs(1),
    };
    let registry = Registry::new(&config).expect("a registry");
    let schemas = [
        (1, SchemaKind::Avro, avro_schema()),
        (2, SchemaKind::Protobuf, protobuf_schema()),
    ];
    for (id, kind, text) in schemas {
        registry.tell(Schema {
            id,
            subject: None,
            kind,
            text,
            references: Vec::new(),
        });
    }
    Arc::new(registry)
}

fn decode_lines(decoder: &mut dyn LineDecoder, reads: &Reads) -> (Duration, usize) {
    let chunks: Vec<Chunk> = reads
        .iter()
        .map(|(bytes, _)| Chunk {
            bytes: bytes.clone(),
            position: 0,
            partition: 0,
        })
        .collect();
    let began = Instant::now();
    let count = chunks
        .into_iter()
        .map(|chunk| decoder.decode(chunk).0.len());
    let count = count.sum();
    (began.elapsed(), count)
}

fn decode_values(decoder: &mut dyn ValueDecoder, reads: &Reads) -> (Duration, usize) {
    let began = Instant::now();
    let count = reads.iter().map(|(bytes, starts)| {
        let values = Values {
            bytes,
            starts,
            partition: 0,
        };
        decoder.decode(values).expect("decoded").0.len()
    });
    let count = count.sum();
    (began.elapsed(), count)
}

fn framed<F: SchemaFormat + 'static>(
    format: Result<F, String>,
    registry: &Arc<Registry>,
) -> Box<dyn ValueDecoder> {
    let format = format.expect("a format");
    let registry = Arc::clone(registry);
    Box::new(Framed::new(
        format,
        registry,
        event_type(),
        time(),
        OnMismatch::Stop,
    ))
}

fn main() {
    let by_line = |format| {
        let text = lines(format);
        reads(text.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec))
    };
    let names: Vec<String> = FIELDS.iter().map(|(name, _)| name.to_string()).collect();
    let delimited = Delimited::new(event_type(), b',', &names, time());
    let mut delimited = delimited.expect("a decoder");
    let mut json = Json::new(event_type(), time());
    let registry = registry();
    let mut avro_decoder = framed(Avro::new(event_type(), None, &[], &[]), &registry);
    let protobuf_format = Protobuf::new(event_type(), None, None, &[], &[]);
    let mut protobuf_decoder = framed(protobuf_format, &registry);
    let (text, objects) = (by_line(Format::Delimited), by_line(Format::Json));
    let (avro, protobuf) = (avro(), protobuf());

    let mut took: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        let round = [
            decode_lines(&mut delimited, &text),
            decode_lines(&mut json, &objects),
            decode_values(avro_decoder.as_mut(), &avro),
            decode_values(protobuf_decoder.as_mut(), &protobuf),
        ];
        for (took, (time, count)) in took.iter_mut().zip(round) {
            assert_eq!(count as u64, RECORDS, "every record is decoded");
            took.push(time.as_nanos() as f64 / count as f64);
        }
    }
    println!("| format | ns a record | bytes a record |\n|---|---|---|");
    let all = [
        ("delimited", &text),
        ("JSON", &objects),
        ("Avro", &avro),
        ("Protobuf", &protobuf),
    ];
    for ((name, reads), took) in all.into_iter().zip(&mut took) {
        took.sort_by(f64::total_cmp);
        let bytes: usize = reads.iter().map(|(bytes, _)| bytes.len()).sum();
        println!(
            "| {name} | {:.0} ({:.0}-{:.0}) | {:.0} |",
            took[ROUNDS / 2],
            took[0],
            took[ROUNDS - 1],
            bytes as f64 / RECORDS as f64
        );
    }
}
