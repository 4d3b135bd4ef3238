//! The thread of one task: merge the channels by time, run the bolt, align barriers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Select};
use tachograph_event::{Batch, Decoder, Encoder};

use super::fault::Fault;
use super::message::Message;
use super::outlet::Outlet;
use super::{Control, FINAL, Part, Parts};
use crate::bolt::{Bolt, CheckpointId};
use crate::checkpoint::STATE_VERSION;
use crate::collector::Collector;
use crate::merge::Merge;
use crate::metrics::Metrics;
use crate::task_context::TaskContext;

/// Rows that may wait on one channel before it is read no further.
const MOST_WAITING: usize = 1 << 18;

/// Messages that are taken from one channel before the others are looked at.
const MOST_AT_A_TIME: usize = 64;

pub(crate) struct TaskThread {
    pub who: String,
    pub bolt: Box<dyn Bolt>,
    pub merge: Merge,
    pub channels: Vec<Channel>,
    pub outlet: Outlet,
    pub control: Arc<Control>,
    pub metrics: Arc<Metrics>,
    /// Place in the metrics.
    pub task: usize,
    /// Place among the checkpoint's parts.
    pub number: usize,
    pub parts: Parts,
    pub restored: Option<Vec<u8>>,
}

/// One upstream executor.
pub(crate) struct Channel {
    pub input: usize,
    pub receiver: Receiver<Message>,
    pub ended: bool,
    /// The barrier that it has delivered, while others have not.
    pub barrier: Option<CheckpointId>,
}

impl TaskThread {
    /// Runs until all channels have ended or the topology stops.
    pub fn run(mut self) {
        let (control, metrics) = (Arc::clone(&self.control), Arc::clone(&self.metrics));
        self.bolt
            .attach(TaskContext::new(control, metrics, self.task));
        let ended = self.restore().and_then(|()| self.work());
        self.control.ended(&self.who, ended);
    }

    fn restore(&mut self) -> Result<(), Fault> {
        let Some(state) = self.restored.take() else {
            return Ok(());
        };
        let bad = |e: tachograph_event::CodecError| Fault::Failed(format!("checkpoint: {e}"));
        let (_, mut from) = Decoder::open(&state).map_err(bad)?;
        self.merge.load(&mut from).map_err(bad)?;
        Ok(self.bolt.restore(from.bytes().map_err(bad)?)?)
    }

    fn work(&mut self) -> Result<(), Fault> {
        loop {
            if self.channels.iter().all(|c| c.ended) {
                return self.finish();
            }
            let (channel, message) = self.next()?;
            self.take(channel, message)?;
            self.take_more(channel)?;
            self.flow()?;
            self.align()?;
        }
    }

    /// What is there already is taken before the merge is asked: fewer, larger batches. Nothing
    /// behind a barrier: it belongs to what comes after the checkpoint. And not for ever: others
    /// have their turn while a channel is filled as fast as it is emptied.
    fn take_more(&mut self, channel: usize) -> Result<(), Fault> {
        for _ in 0..MOST_AT_A_TIME {
            let is_open = self.channels[channel].barrier.is_none() && !self.is_full(channel);
            let received = is_open.then(|| self.channels[channel].receiver.try_recv());
            match received {
                Some(Ok(message)) => self.take(channel, message)?,
                _ => break,
            }
        }
        Ok(())
    }

    fn is_full(&self, channel: usize) -> bool {
        self.merge.waiting(channel) >= MOST_WAITING
    }

    /// The next message of a channel that may be read.
    fn next(&mut self) -> Result<(usize, Message), Fault> {
        let aligning = self.channels.iter().any(|c| c.barrier.is_some());
        let open: Vec<usize> = (0..self.channels.len())
            .filter(|&i| {
                let channel = &self.channels[i];
                let full = self.is_full(i) && !aligning;
                !channel.ended && channel.barrier.is_none() && !full
            })
            .collect();
        let mut select = Select::new();
        for &i in &open {
            select.recv(&self.channels[i].receiver);
        }
        loop {
            if self.control.is_stopped() {
                return Err(Fault::Stopped);
            }
            if let Ok(ready) = select.select_timeout(Duration::from_millis(100)) {
                let channel = open[ready.index()];
                let message = ready.recv(&self.channels[channel].receiver);
                return Ok((channel, message.map_err(|_| Fault::Stopped)?));
            }
        }
    }

    fn take(&mut self, channel: usize, message: Message) -> Result<(), Fault> {
        match message {
            Message::Batch(batch) if self.bolt.is_ordered() => self.merge.add(channel, batch),
            Message::Batch(batch) => {
                let mut out = Collector::default();
                let rows_in = &self.metrics.tasks[self.task].rows_in;
                rows_in.add(batch.len() as u64);
                let input = self.channels[channel].input;
                self.bolt.process(input, batch, &mut out)?;
                self.forward(&mut out)?;
            }
            Message::Late(batch) => {
                let input = self.channels[channel].input;
                self.metrics.tasks[self.task]
                    .rows_in
                    .add(batch.len() as u64);
                self.bolt.late(input, batch)?;
            }
            Message::Clock(clock) => self.merge.clock(channel, clock),
            Message::Barrier(id) => self.channels[channel].barrier = Some(id),
            Message::End => {
                self.merge.end(channel);
                self.channels[channel].ended = true;
            }
        }
        Ok(())
    }

    /// Runs the bolt on what the merge releases, and moves its clock.
    fn flow(&mut self) -> Result<(), Fault> {
        let released = self.merge.release();
        self.process(released)?;
        let mut out = Collector::default();
        let metrics = Arc::clone(&self.metrics);
        let metrics = &metrics.tasks[self.task];
        let clock = self.merge.now();
        let before = metrics.clock.swap(clock, Ordering::Relaxed);
        if clock > before {
            self.bolt.advance(clock, &mut out)?;
            self.forward(&mut out)?;
            self.outlet
                .all(&Message::Clock(clock), &self.control, &metrics.blocked_ns)?;
        }
        Ok(())
    }

    fn process(&mut self, released: Vec<(usize, Arc<Batch>)>) -> Result<(), Fault> {
        let mut out = Collector::default();
        for (input, batch) in released {
            self.metrics.tasks[self.task]
                .rows_in
                .add(batch.len() as u64);
            self.bolt.process(input, batch, &mut out)?;
            self.forward(&mut out)?;
        }
        Ok(())
    }

    fn forward(&mut self, out: &mut Collector) -> Result<(), Fault> {
        let metrics = &self.metrics.tasks[self.task];
        for (stream, batch) in out.take() {
            metrics.rows_out.add(batch.len() as u64);
            self.outlet
                .rows(stream, &batch, false, &self.control, &metrics.blocked_ns)?;
        }
        Ok(())
    }

    /// When every channel that has not ended has delivered the barrier, the state is taken.
    fn align(&mut self) -> Result<(), Fault> {
        let mut open = self.channels.iter().filter(|c| !c.ended).peekable();
        if open.peek().is_none() || open.any(|c| c.barrier.is_none()) {
            return Ok(());
        }
        let id = self
            .channels
            .iter()
            .filter_map(|c| c.barrier)
            .max()
            .unwrap_or(0);
        self.channels.iter_mut().for_each(|c| c.barrier = None);
        self.snapshot(id)?;
        let blocked = &self.metrics.tasks[self.task].blocked_ns;
        self.outlet
            .all(&Message::Barrier(id), &self.control, blocked)?;
        Ok(())
    }

    fn snapshot(&mut self, id: CheckpointId) -> Result<(), Fault> {
        let began = Instant::now();
        let mut head = Encoder::new();
        self.merge.save(&mut head);
        let job = self.bolt.checkpoint(id)?;
        let part = Part {
            id,
            number: self.number,
            position: None,
            pause_us: began.elapsed().as_micros() as u64,
            job: Box::new(move || {
                head.bytes(&job()?);
                Ok(head.into_frame(STATE_VERSION))
            }),
        };
        self.parts.send(part).map_err(|_| Fault::Stopped)
    }

    fn finish(&mut self) -> Result<(), Fault> {
        self.flow()?;
        // Rows of the clock's very instant have waited for others of that instant.
        let rest = self.merge.release_rest();
        self.process(rest)?;
        let mut out = Collector::default();
        self.bolt.finish(&mut out)?;
        self.forward(&mut out)?;
        self.snapshot(FINAL)?;
        let blocked = &self.metrics.tasks[self.task].blocked_ns;
        self.outlet.all(&Message::End, &self.control, blocked)?;
        Ok(())
    }
}
