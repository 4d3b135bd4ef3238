//! A bolt that writes to a place outside: what it writes is an encoder's, how it does so is here.
//!
//! Rows are gathered until the clock has passed them, so that their order is the same in a replay;
//! an encoder may say that order does not matter to it. A checkpoint counts only when the place has
//! all before it; what the clock has not passed is part of the checkpoint, and what comes after is
//! written again by a replay.

use std::sync::Arc;

use tachograph_connect::Refused;
use tachograph_connect::writer::{Place, Writer};
use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis};
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob, TaskContext};

use super::gather::{Gather, Gathered, first};
use super::unwritten::Unwritten;

/// What rows become at one kind of place.
pub trait Encode: Send {
    /// What the place takes.
    type Item: Send + 'static;

    /// The place's name for people.
    const NAME: &'static str;

    /// Is every record written, the late ones too? Of others only rules see the rows.
    const KEEPS_ALL: bool = false;

    /// Rows are written as they come, for their order does not matter.
    fn is_unordered(&self) -> bool {
        false
    }

    /// The place; `refused` is told what it refuses for good.
    ///
    /// # Errors
    /// A sentence where a setting is wrong.
    fn open(&mut self, refused: Refused) -> Result<Box<dyn Place<Self::Item>>, String>;

    /// Waits for what the first rows need from elsewhere. True where it is there; false where the
    /// topology stops before.
    ///
    /// # Errors
    /// [`BoltError`] where it will never be there.
    fn prepare(&mut self, _: Option<&TaskContext>) -> Result<bool, BoltError> {
        Ok(true)
    }

    /// What is written for rows; all of an instant come together. A row that cannot be written is
    /// kept in `unwritten`.
    ///
    /// # Errors
    /// [`BoltError`] where that cannot be done.
    fn encode(
        &mut self,
        rows: &[Gathered],
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Self::Item>, BoltError>;
}

/// One task that writes to a place.
pub struct WritingBolt<E: Encode> {
    encoder: E,
    rows: Gather,
    /// No row before it comes any more, but late ones.
    clock: Millis,
    /// Rows that could not be encoded: kept with the reason. What the place refuses is counted with
    /// them.
    unwritten: Unwritten,
    /// None before the topology runs.
    writer: Option<Result<Writer<E::Item>, String>>,
    /// As `writer`.
    context: Option<TaskContext>,
    /// Were rows left out, since the topology stops? Then no checkpoint may count.
    is_cut_off: bool,
}

impl<E: Encode> WritingBolt<E> {
    /// A task; `types` gives the event type of each input.
    pub fn new(encoder: E, types: Vec<Arc<EventType>>, unwritten: Unwritten) -> WritingBolt<E> {
        WritingBolt {
            encoder,
            rows: Gather::new(types),
            clock: Millis::MIN,
            unwritten,
            writer: None,
            context: None,
            is_cut_off: false,
        }
    }

    fn add(&mut self, input: usize, batch: Arc<Batch>) -> Result<(), BoltError> {
        if self.encoder.is_unordered() {
            let rows: Vec<Gathered> = first(&batch, batch.len()).collect();
            return self.write(&rows);
        }
        self.rows.add(input, batch);
        Ok(())
    }

    fn write_due(&mut self, clock: Millis) -> Result<(), BoltError> {
        let rows = self.rows.due(clock);
        self.write(&rows)
    }

    fn write(&mut self, rows: &[Gathered]) -> Result<(), BoltError> {
        if rows.is_empty() {
            return Ok(());
        }
        if !self.encoder.prepare(self.context.as_ref())? {
            self.is_cut_off = true;
            return Ok(());
        }
        let items = self.encoder.encode(rows, &mut self.unwritten)?;
        self.writer()?.write(items).map_err(BoltError)
    }

    fn writer(&self) -> Result<&Writer<E::Item>, BoltError> {
        match &self.writer {
            Some(Ok(writer)) => Ok(writer),
            Some(Err(fault)) => Err(BoltError(fault.clone())),
            None => Err(BoltError("the bolt is not part of a topology".into())),
        }
    }
}

impl<E: Encode> Bolt for WritingBolt<E> {
    fn attach(&mut self, context: TaskContext) {
        let place = self.encoder.open(self.unwritten.counting());
        self.context = Some(context.clone());
        self.writer = Some(place.and_then(|place| Writer::start(E::NAME, place, context)));
    }

    fn is_ordered(&self) -> bool {
        !self.encoder.is_unordered()
    }

    fn process(
        &mut self,
        input: usize,
        batch: Arc<Batch>,
        _: &mut Collector,
    ) -> Result<(), BoltError> {
        self.add(input, batch)
    }

    fn late(&mut self, input: usize, batch: Arc<Batch>) -> Result<(), BoltError> {
        if !E::KEEPS_ALL {
            return Ok(());
        }
        self.add(input, Arc::new(by_time(&batch)))?;
        self.write_due(self.clock)
    }

    fn advance(&mut self, clock: Millis, _: &mut Collector) -> Result<(), BoltError> {
        self.clock = clock;
        self.write_due(clock)
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let mut to = Encoder::new();
        self.rows.save(&mut to);
        to.u64(self.unwritten.sync()?);
        let confirmed = self.writer()?.confirm().map_err(BoltError)?;
        let is_cut_off = self.is_cut_off;
        Ok(Box::new(move || {
            if is_cut_off {
                return Err(BoltError(
                    "stopped before the first row could be written".into(),
                ));
            }
            confirmed().map_err(BoltError)?;
            Ok(to.into_bytes())
        }))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let bad = |e: CodecError| BoltError(format!("checkpoint: {e}"));
        let mut from = Decoder::new(state);
        self.rows.load(&mut from).map_err(bad)?;
        self.unwritten.restore(from.u64().map_err(bad)?);
        Ok(())
    }

    fn finish(&mut self, _: &mut Collector) -> Result<(), BoltError> {
        self.write_due(Millis::MAX)
    }
}

/// A batch in the order of its times. Late rows come in the order of their positions.
fn by_time(batch: &Batch) -> Batch {
    let mut rows: Vec<u32> = (0..batch.len() as u32).collect();
    rows.sort_by_key(|row| batch.times()[*row as usize]);
    batch.take(&rows)
}
