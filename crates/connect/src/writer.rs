//! Writing to a place outside: a thread of its own with a bounded queue in front.
//!
//! [`Writer::write`] waits when the queue is full. [`Writer::confirm`] gives a job that ends when the
//! place has all that was written before it. Until then the place keeps it, and what fails is given
//! again, in its order and for as long as it takes, unless the topology stops.
//!
//! Never here: how a place is spoken with, what a write is.

use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};
use tachograph_topology::TaskContext;

/// Lists of items that wait in the queue.
const QUEUE: usize = 64;
/// Items of lists that already wait are given in one go, up to about so many.
const TOGETHER: usize = 10_000;
/// Pauses between tries, from and to.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// How often a wait looks whether the topology stops.
const LOOK: Duration = Duration::from_millis(50);

/// A place that items are written to. It owns what it has not confirmed.
pub trait Place<T>: Send {
    /// Takes items over; they come after those before.
    fn take(&mut self, items: Vec<T>);

    /// Gives away what was taken. It need not be acknowledged yet.
    ///
    /// # Errors
    /// [`Trouble`]; after one that passes, the next call goes on with what is left.
    fn give(&mut self) -> Result<(), Trouble>;

    /// Gives away what was taken, and waits until it is safe; but not much longer than a second.
    ///
    /// # Errors
    /// As [`Place::give`], also where it is not safe yet.
    fn settle(&mut self) -> Result<(), Trouble>;
}

/// Why items are not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It passes, so the items are given again.
    Passing(String),
    /// Somebody must do something. The topology stops.
    Lasting(String),
}

/// The handle of the writing thread.
pub struct Writer<T> {
    name: &'static str,
    context: TaskContext,
    orders: Option<Sender<Order<T>>>,
    /// Why the thread has given up.
    fault: Arc<OnceLock<String>>,
    thread: Option<JoinHandle<()>>,
}

enum Order<T> {
    Write(Vec<T>),
    Confirm(Sender<()>),
}

impl<T: Send + 'static> Writer<T> {
    /// Starts the thread.
    ///
    /// # Errors
    /// A sentence where no thread can be started.
    pub fn start(
        name: &'static str,
        place: Box<dyn Place<T>>,
        context: TaskContext,
    ) -> Result<Writer<T>, String> {
        let (orders, received) = bounded(QUEUE);
        let fault = Arc::new(OnceLock::new());
        let work = Work {
            name,
            place,
            context: context.clone(),
            fault: Arc::clone(&fault),
        };
        let thread = std::thread::Builder::new().name(name.into());
        let thread = thread
            .spawn(move || work.run(&received))
            .map_err(|e| format!("a thread cannot be started: {e}"))?;
        Ok(Writer {
            name,
            context,
            orders: Some(orders),
            fault,
            thread: Some(thread),
        })
    }

    /// Writes items after those before. Waits while the queue is full; comes back at once when the
    /// topology stops.
    ///
    /// # Errors
    /// Why the thread has given up.
    pub fn write(&self, items: Vec<T>) -> Result<(), String> {
        match items.is_empty() {
            true => Ok(()),
            false => self.order(Order::Write(items)),
        }
    }

    /// A job that ends when all written so far is safe. It fails where the topology stops before that.
    ///
    /// # Errors
    /// Why the thread has given up.
    pub fn confirm(&self) -> Result<impl FnOnce() -> Result<(), String> + Send + use<T>, String> {
        let (sender, confirmed) = bounded(1);
        self.order(Order::Confirm(sender))?;
        let (context, fault, name) = (self.context.clone(), Arc::clone(&self.fault), self.name);
        Ok(move || {
            loop {
                match confirmed.recv_timeout(LOOK) {
                    Ok(()) => return Ok(()),
                    Err(RecvTimeoutError::Timeout) if !context.is_stopped() => {}
                    Err(_) => {
                        let stopped = || format!("stopped before {name} had everything");
                        return Err(fault.get().cloned().unwrap_or_else(stopped));
                    }
                }
            }
        })
    }

    fn order(&self, mut order: Order<T>) -> Result<(), String> {
        let Some(orders) = &self.orders else {
            return Ok(());
        };
        loop {
            match orders.send_timeout(order, LOOK) {
                Ok(()) => return Ok(()),
                Err(SendTimeoutError::Timeout(back)) if !self.context.is_stopped() => order = back,
                Err(_) => return self.fault.get().cloned().map_or(Ok(()), Err),
            }
        }
    }
}

impl<T> Drop for Writer<T> {
    /// Waits for the thread: nothing is written after the writer is gone.
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the thread works with.
struct Work<T> {
    name: &'static str,
    place: Box<dyn Place<T>>,
    context: TaskContext,
    fault: Arc<OnceLock<String>>,
}

/// The topology stops.
struct Stopped;

impl<T> Work<T> {
    fn run(mut self, orders: &Receiver<Order<T>>) {
        while let Ok(order) = orders.recv() {
            if self.carry_out(order, orders).is_err() {
                return;
            }
        }
    }

    fn carry_out(&mut self, order: Order<T>, orders: &Receiver<Order<T>>) -> Result<(), Stopped> {
        let mut confirm = None;
        let mut count = 0;
        let mut next = Some(order);
        while let Some(order) = next.take() {
            match order {
                Order::Write(items) => {
                    count += items.len();
                    self.place.take(items);
                }
                Order::Confirm(to) => confirm = Some(to),
            }
            // What waits already goes along.
            if confirm.is_none() && count < TOGETHER {
                next = orders.try_recv().ok();
            }
        }
        match confirm {
            None => self.insist(|place| place.give()),
            Some(to) => {
                self.insist(|place| place.settle())?;
                // Who asked may have stopped waiting.
                let _ = to.send(());
                Ok(())
            }
        }
    }

    /// Tries until it succeeds.
    fn insist(
        &mut self,
        step: impl Fn(&mut dyn Place<T>) -> Result<(), Trouble>,
    ) -> Result<(), Stopped> {
        let mut pause = PAUSES.0;
        let mut told = false;
        while let Err(trouble) = step(&mut *self.place) {
            let reason = match trouble {
                Trouble::Passing(reason) => format!("{}: {reason}", self.name),
                Trouble::Lasting(reason) => {
                    let _ = self.fault.set(format!("{}: {reason}", self.name));
                    return Err(Stopped);
                }
            };
            self.context.waits_for(Some(reason));
            told = true;
            if !self.context.rest(pause) {
                return Err(Stopped);
            }
            pause = (pause * 2).min(PAUSES.1);
        }
        if told {
            self.context.waits_for(None);
        }
        Ok(())
    }
}

/// Most troubles pass.
impl From<String> for Trouble {
    fn from(reason: String) -> Trouble {
        Trouble::Passing(reason)
    }
}
