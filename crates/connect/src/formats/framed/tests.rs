//! What the driver of all formats with schemas does with what comes, seen with a format of letters.

use super::*;
use crate::registry::scripted::Scripted;

#[test]
fn the_id_stands_after_a_zero() {
    assert_eq!(split(&[0, 0, 0, 1, 2, 9, 8]), Ok((258, &[9, 8][..])));
    assert_eq!(split(&[0, 0, 0, 0, 7]), Ok((7, &[][..])));
    assert!(split(&[0, 0, 0, 1]).is_err());
    assert!(split(&[1, 0, 0, 0, 7, 1]).is_err());
    assert!(split(b"").is_err());
}

/// A format whose records are a letter for each property.
struct Letters;

impl SchemaFormat for Letters {
    type Bound = ();

    const KIND: SchemaKind = SchemaKind::Avro;

    fn bind(&self, schema: &Schema) -> Result<(), String> {
        match schema.text.as_str() {
            "letters" => Ok(()),
            other => Err(format!("{other} are no letters")),
        }
    }

    fn read<'a>(
        &self,
        (): &mut (),
        record: &'a [u8],
        cells: &mut [Cell<'a>],
    ) -> Result<(), Unread> {
        if record.len() != cells.len() {
            return Err(Unread::Record("other letters".into()));
        }
        let letters = record.iter().map(|b| Value::Long(i64::from(*b)));
        cells
            .iter_mut()
            .zip(letters)
            .for_each(|(c, l)| *c = Cell::Value(l));
        Ok(())
    }

    fn is_instant(&self, (): &(), _: usize) -> bool {
        true
    }
}

fn answers(path: &str) -> (u16, String) {
    let schema = |kind: &str, text: &str| {
        (
            200,
            format!(r#"{{"schemaType": "{kind}", "schema": "{text}"}}"#),
        )
    };
    match path {
        "GET /schemas/ids/1" => schema("AVRO", "letters"),
        "GET /schemas/ids/2" => schema("AVRO", "numbers"),
        "GET /schemas/ids/3" => schema("JSON", "letters"),
        _ => (404, r#"{"error_code": 40403}"#.into()),
    }
}

fn decoder(server: &Scripted, on_mismatch: OnMismatch) -> Framed<Letters> {
    let properties = [("at", tachograph_event::Type::Long)];
    let event_type = Arc::new(EventType::new("T", properties));
    let registry = Arc::new(Registry::new(&server.config()).expect("a registry"));
    let pattern = tachograph_time::DatePattern::parse_pattern("iso").expect("a pattern");
    let time = Some(TimeField { slot: 0, pattern });
    Framed::new(Letters, registry, event_type, time, on_mismatch)
}

fn decode(
    decoder: &mut Framed<Letters>,
    records: &[&[u8]],
) -> Result<(Batch, Vec<Reject>), Undecoded> {
    let bytes = records.concat();
    let ends = records.iter().scan(0, |end, record| {
        *end += record.len();
        Some(*end)
    });
    let starts: Vec<usize> = [0].into_iter().chain(ends).take(records.len()).collect();
    let values = Values {
        bytes: &bytes,
        starts: &starts,
        partition: 4,
    };
    loop {
        match decoder.decode(values) {
            Err(Undecoded::Away(_)) => {}
            other => return other,
        }
    }
}

const GOOD: [u8; 6] = [0, 0, 0, 0, 1, 65];
const NUMBERS: [u8; 6] = [0, 0, 0, 0, 2, 65];
const JSON: [u8; 6] = [0, 0, 0, 0, 3, 65];

#[test]
fn what_cannot_be_a_row_is_kept_with_its_place_and_the_reason() {
    let server = Scripted::new(answers);
    let mut decoder = decoder(&server, OnMismatch::DeadLetter);
    let unknown = [0, 0, 0, 0, 9, 1];
    let longer = [0, 0, 0, 0, 1, 1, 1];
    let records: [&[u8]; 7] = [&GOOD, &NUMBERS, &unknown, &JSON, &longer, b"rubbish", &GOOD];
    let (batch, rejects) = decode(&mut decoder, &records).expect("decoded");
    let places: Vec<u64> = batch.origins().iter().map(|o| o.position).collect();
    assert_eq!(places, [0, 38]);
    assert_eq!(batch.times(), [65, 65]);
    let wanted = [
        (6, "schema 2 does not fit `T`: numbers are no letters"),
        (12, "the schema registry has no schema 9"),
        (18, "schema 3 does not fit `T`: it is not AVRO"),
        (24, "other letters"),
        (31, "does not begin as a record with the id of its schema"),
    ];
    let told: Vec<(u64, &str)> = rejects
        .iter()
        .map(|r| (r.position, &r.reason[..]))
        .collect();
    assert_eq!(told, wanted);
    assert_eq!(rejects[4].raw, b"rubbish");
}

#[test]
fn a_schema_that_does_not_fit_stops_at_first_sight() {
    let server = Scripted::new(answers);
    let mut decoder = decoder(&server, OnMismatch::Stop);
    assert!(decode(&mut decoder, &[&GOOD]).is_ok());
    let stopped = decode(&mut decoder, &[&GOOD, &NUMBERS]);
    assert!(matches!(stopped, Err(Undecoded::Never(why)) if why.contains("schema 2")));
}
