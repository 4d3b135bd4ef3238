//! Rows are given away as soon as no other of their turn can come, and numbered the same however
//! often the clock speaks.

use tachograph_event::{BatchBuilder, Type, Value};

use super::*;

/// A row: its instant, the position of its record (none: the clock brought it), what it says.
type Row = (Millis, Option<u64>, i32);

/// Instant and number of a row that was given away, and what it says.
type Seen = (Millis, u64, i32);

fn event_type() -> Arc<EventType> {
    Arc::new(EventType::new("S", [("n", Type::Int)]))
}

fn batch(rows: &[Row]) -> Arc<Batch> {
    let mut batch = BatchBuilder::new(event_type());
    for &(time, position, n) in rows {
        let record = |position| Origin {
            partition: 0,
            position,
        };
        let origin = position.map_or(Origin::CLOCK, record);
        batch.push(time, origin, [Value::Int(n)]);
    }
    Arc::new(batch.finish())
}

fn new() -> Gather {
    Gather::new(vec![event_type()])
}

fn due(gather: &mut Gather, clock: Millis) -> Vec<Seen> {
    let rows = gather.due(clock);
    let seen = rows.iter().map(|row| match row.batch.value(0, row.row) {
        Value::Int(n) => (row.id.0, row.id.1, n),
        other => panic!("{other:?}"),
    });
    seen.collect()
}

#[test]
fn what_the_clock_brought_goes_when_it_is_there_and_the_rest_counts_on() {
    let mut gather = new();
    gather.add(0, batch(&[(10, None, 2), (10, Some(7), 3)]));
    gather.add(0, batch(&[(10, None, 1)]));
    assert_eq!(due(&mut gather, 9), []);
    assert_eq!(due(&mut gather, 10), [(10, 1, 1), (10, 2, 2)]);
    gather.add(0, batch(&[(10, Some(4), 4)]));
    assert_eq!(due(&mut gather, 11), [(10, 3, 4), (10, 4, 3)]);
}

#[test]
fn a_clock_that_leaps_numbers_as_one_that_walks() {
    let rows = [
        (10, None, 1),
        (10, Some(1), 2),
        (11, None, 3),
        (11, Some(2), 4),
    ];
    let (mut leaps, mut walks) = (new(), new());
    leaps.add(0, batch(&rows));
    walks.add(0, batch(&rows));
    let walked: Vec<Seen> = (10..=12).flat_map(|t| due(&mut walks, t)).collect();
    assert_eq!(due(&mut leaps, 12), walked);
    assert_eq!(walked.len(), 4);
}

#[test]
fn no_number_is_given_twice_after_a_restart_or_a_late_row() {
    let mut gather = new();
    gather.add(0, batch(&[(10, None, 1), (10, Some(1), 2)]));
    assert_eq!(due(&mut gather, 10), [(10, 1, 1)]);
    gather.add(0, batch(&[(5, Some(0), 0)]));
    assert_eq!(due(&mut gather, 10), [(5, 1, 0)]);
    let mut to = Encoder::new();
    gather.save(&mut to);
    let mut again = new();
    let bytes = to.into_bytes();
    again.load(&mut Decoder::new(&bytes)).expect("it was saved");
    assert_eq!(due(&mut again, 11), [(10, 2, 2)]);
}
