//! The thread that writes: a bounded queue in front, and what is not confirmed kept behind.
//!
//! [`RedisWriter::write`] waits when the queue is full. [`RedisWriter::confirm`] gives a job that ends
//! when all written before it is acknowledged (and has reached the replicas that are asked for).
//! Until then it is kept, and written again in its order after every fault.

use std::collections::VecDeque;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};
use tachograph_topology::TaskContext;

use crate::Refused;

use super::command::{Command, Verdict};
use super::config::RedisConfig;
use super::connection::Link;

/// Batches that wait in the queue.
const QUEUE: usize = 64;
/// Commands given in one go.
const PIPELINE: usize = 1_024;
/// Bytes of commands that may be unconfirmed; beyond, they are confirmed before a checkpoint asks.
const MOST_UNCONFIRMED: usize = 64 << 20;
/// Tries without any progress while slots move, before a pause.
const MOST_ASTRAY: u32 = 3;
/// Pauses between tries, from and to.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// How often a wait looks whether the topology stops.
const LOOK: Duration = Duration::from_millis(50);

enum Order {
    Write(Vec<Command>),
    Confirm(Sender<()>),
}

/// The handle of the writing thread.
pub struct RedisWriter {
    context: TaskContext,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl RedisWriter {
    /// Starts the thread. It connects when there is something to write.
    ///
    /// # Errors
    /// A sentence where no thread can be started.
    pub fn start(
        config: RedisConfig,
        context: TaskContext,
        refused: Refused,
    ) -> Result<RedisWriter, String> {
        let (orders, received) = bounded(QUEUE);
        let work = Work {
            config,
            context: context.clone(),
            refused,
            link: None,
            kept: VecDeque::new(),
            sent: 0,
            weight: 0,
        };
        let thread = std::thread::Builder::new().name("redis".into());
        let thread = thread
            .spawn(move || work.run(&received))
            .map_err(|e| format!("a thread cannot be started: {e}"))?;
        Ok(RedisWriter {
            context,
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Writes commands after those before. Waits while the queue is full; comes back at once when
    /// the topology stops.
    pub fn write(&self, commands: Vec<Command>) {
        if !commands.is_empty() {
            self.order(Order::Write(commands));
        }
    }

    /// A job that ends when all written so far is acknowledged.
    ///
    /// The job fails where the topology stops before that.
    pub fn confirm(&self) -> impl FnOnce() -> Result<(), String> + Send + use<> {
        let (sender, confirmed) = bounded(1);
        self.order(Order::Confirm(sender));
        let context = self.context.clone();
        move || loop {
            match confirmed.recv_timeout(LOOK) {
                Ok(()) => return Ok(()),
                Err(RecvTimeoutError::Timeout) if !context.is_stopped() => {}
                Err(_) => return Err("stopped before Redis had all writes".into()),
            }
        }
    }

    fn order(&self, mut order: Order) {
        let Some(orders) = &self.orders else { return };
        loop {
            match orders.send_timeout(order, LOOK) {
                Ok(()) | Err(SendTimeoutError::Disconnected(_)) => return,
                Err(SendTimeoutError::Timeout(_)) if self.context.is_stopped() => return,
                Err(SendTimeoutError::Timeout(back)) => order = back,
            }
        }
    }
}

impl Drop for RedisWriter {
    /// Waits for the thread: nothing is written after the writer is gone.
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Work {
    config: RedisConfig,
    context: TaskContext,
    refused: Refused,
    link: Option<Link>,
    /// All that is not confirmed, oldest first; the first `sent` were acknowledged on this link.
    kept: VecDeque<Command>,
    sent: usize,
    weight: usize,
}

/// The topology stops.
struct Stopped;

impl Work {
    fn run(mut self, orders: &Receiver<Order>) {
        while let Ok(order) = orders.recv() {
            if self.carry_out(order, orders).is_err() {
                return;
            }
        }
    }

    fn carry_out(&mut self, order: Order, orders: &Receiver<Order>) -> Result<(), Stopped> {
        let mut confirm = None;
        let mut next = Some(order);
        // What waits already goes along in one pipeline.
        while let Some(order) = next.take() {
            match order {
                Order::Write(commands) => self.keep(commands),
                Order::Confirm(to) => confirm = Some(to),
            }
            if confirm.is_none() && self.kept.len() - self.sent < PIPELINE {
                next = orders.try_recv().ok();
            }
        }
        self.insist(Work::flush)?;
        if confirm.is_some() || self.weight > MOST_UNCONFIRMED {
            self.insist(Work::settle)?;
        }
        if let Some(to) = confirm {
            // Who asked may have stopped waiting.
            let _ = to.send(());
        }
        Ok(())
    }

    fn keep(&mut self, commands: Vec<Command>) {
        self.weight += commands.iter().map(Command::weight).sum::<usize>();
        self.kept.extend(commands);
    }

    /// Tries until it succeeds; every fault begins with a new connection.
    fn insist(&mut self, step: fn(&mut Work) -> Result<(), String>) -> Result<(), Stopped> {
        let mut pause = PAUSES.0;
        let mut told = false;
        while let Err(reason) = step(self) {
            self.context.waits_for(Some(format!("redis: {reason}")));
            told = true;
            self.link = None;
            self.sent = 0;
            let mut left = pause;
            while left > Duration::ZERO {
                if self.context.is_stopped() {
                    return Err(Stopped);
                }
                std::thread::sleep(LOOK.min(left));
                left = left.saturating_sub(LOOK);
            }
            pause = (pause * 2).min(PAUSES.1);
        }
        if told {
            self.context.waits_for(None);
        }
        Ok(())
    }

    /// Gives all that was not acknowledged on this link.
    fn flush(&mut self) -> Result<(), String> {
        if self.sent == self.kept.len() {
            return Ok(());
        }
        let mut link = match self.link.take() {
            Some(link) => link,
            None => Link::open(&self.config).map_err(|e| e.to_string())?,
        };
        let mut astray = 0;
        while self.sent < self.kept.len() {
            let end = self.kept.len().min(self.sent + PIPELINE);
            let part: Vec<&Command> = self.kept.range(self.sent..end).collect();
            let verdicts = link.send(&part).map_err(|e| e.to_string())?;
            // The order within a key must stay: from the first that was not carried out on, all is
            // given again.
            let is_open = |v: &Verdict| !matches!(v, Verdict::Done | Verdict::Refused(_));
            let done = verdicts.iter().position(is_open);
            let done = done.unwrap_or(verdicts.len());
            self.acknowledge(&verdicts[..done]);
            astray = if done == 0 { astray + 1 } else { 0 };
            match verdicts.get(done) {
                Some(Verdict::Again(reason)) => return Err(reason.clone()),
                _ if astray > MOST_ASTRAY => return Err("slots are being moved".into()),
                _ => {}
            }
        }
        self.link = Some(link);
        Ok(())
    }

    /// The next commands are settled. Only what leaves a trace is kept: a message would be heard a
    /// second time, and what was refused would be refused again.
    fn acknowledge(&mut self, verdicts: &[Verdict]) {
        let mut place = self.sent;
        for verdict in verdicts {
            if let Verdict::Refused(reason) = verdict {
                (self.refused)(reason);
            }
            if *verdict == Verdict::Done && self.kept[place].leaves_a_trace() {
                place += 1;
            } else if let Some(gone) = self.kept.remove(place) {
                self.weight -= gone.weight();
            }
        }
        self.sent = place;
    }

    /// Waits until replicas have what was acknowledged, which then needs to be kept no longer.
    fn settle(&mut self) -> Result<(), String> {
        self.flush()?;
        if let Some(link) = &mut self.link {
            link.confirm(&self.config)?;
        }
        self.kept.clear();
        (self.sent, self.weight) = (0, 0);
        Ok(())
    }
}
