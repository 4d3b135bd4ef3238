//! The sending side of an executor: routes to the tasks that read it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{SendTimeoutError, Sender};
use tachograph_event::Batch;

use super::Control;
use super::message::Message;
use crate::grouping::Grouping;
use crate::metrics::Counter;

/// The tasks of one bolt that read one output stream.
#[derive(Debug)]
pub(crate) struct Route {
    pub stream: usize,
    pub grouping: Grouping,
    pub needed: Option<Vec<usize>>,
    pub tasks: Vec<Sender<Message>>,
}

/// All routes of an executor.
#[derive(Debug, Default)]
pub(crate) struct Outlet {
    pub routes: Vec<Route>,
}

/// The topology is stopping: the receiver is gone, or a stop was asked for.
#[derive(Debug)]
pub(crate) struct Stopped;

impl Outlet {
    /// Sends rows of an output stream to the tasks that they belong to.
    pub fn rows(
        &self,
        stream: usize,
        batch: &Arc<Batch>,
        late: bool,
        control: &Control,
        blocked: &Counter,
    ) -> Result<(), Stopped> {
        for route in self.routes.iter().filter(|r| r.stream == stream) {
            let needed = route.needed.as_deref();
            let parts = route.grouping.split(batch, route.tasks.len(), needed);
            for (sender, part) in route.tasks.iter().zip(parts) {
                if let Some(part) = part {
                    let message = if late {
                        Message::Late(part)
                    } else {
                        Message::Batch(part)
                    };
                    send(sender, message, control, blocked)?;
                }
            }
        }
        Ok(())
    }

    /// Sends a message to every task that reads this executor.
    pub fn all(
        &self,
        message: &Message,
        control: &Control,
        blocked: &Counter,
    ) -> Result<(), Stopped> {
        for sender in self.routes.iter().flat_map(|r| &r.tasks) {
            send(sender, message.clone(), control, blocked)?;
        }
        Ok(())
    }
}

fn send(
    sender: &Sender<Message>,
    message: Message,
    control: &Control,
    blocked: &Counter,
) -> Result<(), Stopped> {
    let mut message = match sender.try_send(message) {
        Ok(()) => return Ok(()),
        Err(error) if error.is_disconnected() => return Err(Stopped),
        Err(error) => error.into_inner(),
    };
    let began = Instant::now();
    loop {
        match sender.send_timeout(message, Duration::from_millis(100)) {
            Ok(()) => {
                blocked.add(began.elapsed().as_nanos() as u64);
                return Ok(());
            }
            Err(SendTimeoutError::Disconnected(_)) => return Err(Stopped),
            Err(SendTimeoutError::Timeout(_)) if control.is_stopped() => return Err(Stopped),
            Err(SendTimeoutError::Timeout(back)) => message = back,
        }
    }
}
