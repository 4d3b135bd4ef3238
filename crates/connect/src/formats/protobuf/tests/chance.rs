//! Messages by chance: good ones, and no messages at all.

use proptest::prelude::*;
use tachograph_event::{Type, Value};

use super::{READING, Reading, event_type, framed, message};

proptest! {
    #[test]
    fn what_the_library_writes_we_read(
        car in ".{0,12}",
        speed in prop::option::of(any::<i32>()),
        odometer in 0u64..=i64::MAX as u64,
    ) {
        use prost_reflect::Value as Wire;
        let mut written = message("cars.Reading");
        written.set_field_by_name("car", Wire::String(car.clone()));
        written.set_field_by_name("odometer", Wire::U64(odometer));
        if let Some(speed) = speed {
            written.set_field_by_name("speed", Wire::I32(speed));
        }
        let properties = [("odometer", Type::Long), ("speed", Type::Int), ("car", Type::Str)];
        let mut reading = Reading::new(&event_type(properties), &[]);
        let wanted = vec![
            Value::Long(odometer as i64),
            speed.map_or(Value::Null, Value::Int),
            Value::str(car),
        ];
        prop_assert_eq!(reading.read(&framed(&READING, &written)), Ok(wanted));
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let properties = [("car", Type::Str), ("rpm", Type::Int), ("lane", Type::Int)];
        let fields = [("rpm", "engine.rpm"), ("lane", "tags.lane")];
        let mut reading = Reading::new(&event_type(properties), &fields);
        // With values or with a reason: it comes back.
        let _ = reading.read(&bytes);
        let _ = reading.read(&[&READING[..], &bytes].concat());
    }
}
