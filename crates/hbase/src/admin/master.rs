//! Calls to the master in charge, wherever it is, and the waiting for what it does.

use std::time::Duration;

use prost::Message;

use super::Admin;
use crate::error::{Error, ErrorKind, Result};
use crate::retry::Attempts;
use crate::rpc::{Call, Service};
use crate::wire::procedure::{
    ForeignException, GetProcedureResultRequest, GetProcedureResultResponse, ProcedureState,
};
use crate::wire::table::Started;

/// The first pause between two questions after a procedure, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(500));

impl Admin {
    /// Calls the master until it answers or the operation's time is over.
    pub(super) async fn master<M: Message, R: Message + Default>(
        &self,
        method: &'static str,
        message: &M,
    ) -> Result<R> {
        let mut attempts = self.cluster.attempts();
        self.master_within(method, message, &mut attempts).await
    }

    async fn master_within<M: Message, R: Message + Default>(
        &self,
        method: &'static str,
        message: &M,
        attempts: &mut Attempts,
    ) -> Result<R> {
        loop {
            match self.master_once(method, message, attempts).await {
                Ok(answer) => return Ok(answer),
                Err(error) => attempts.pause(method, error).await?,
            }
        }
    }

    async fn master_once<M: Message, R: Message + Default>(
        &self,
        method: &'static str,
        message: &M,
        attempts: &Attempts,
    ) -> Result<R> {
        let deadline = attempts.call_deadline(self.cluster.config.rpc_timeout);
        let master = self.cluster.registry().active_master(deadline).await?;
        let opening = self.cluster.connect(&master, Service::Master, deadline);
        let connection = opening.await?;
        let call = Call {
            method,
            message,
            cells: &[],
            deadline,
            priority: None,
        };
        Ok(connection.call(call).await?.0)
    }

    /// Lets the master begin a procedure, and waits until it is done.
    pub(super) async fn procedure<M: Message>(
        &self,
        method: &'static str,
        message: &M,
    ) -> Result<()> {
        let mut attempts = self.cluster.attempts();
        let started: Started = self.master_within(method, message, &mut attempts).await?;
        match started.proc_id {
            Some(id) => self.wait(method, id, &mut attempts).await,
            None => Ok(()),
        }
    }

    async fn wait(&self, method: &'static str, id: u64, attempts: &mut Attempts) -> Result<()> {
        let mut pause = PAUSES.0;
        loop {
            if self.is_done(method, id, attempts).await? {
                return Ok(());
            }
            if tokio::time::Instant::now() + pause >= attempts.deadline() {
                return Err(still_running(method, id));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn is_done(&self, method: &str, id: u64, attempts: &mut Attempts) -> Result<bool> {
        let question = GetProcedureResultRequest { proc_id: id };
        let answer: GetProcedureResultResponse = self
            .master_within("getProcedureResult", &question, attempts)
            .await?;
        match answer.exception {
            Some(exception) => Err(failed(method, exception)),
            // A procedure that is not found any more was done long ago.
            None => Ok(answer.state != ProcedureState::Running as i32),
        }
    }
}

fn still_running(method: &str, id: u64) -> Error {
    let message = format!("{method}: the deadline passed, and procedure {id} still runs");
    Error::new(ErrorKind::DeadlineExceeded, message)
}

fn failed(method: &str, exception: ForeignException) -> Error {
    let inner = exception.generic_exception.unwrap_or_default();
    let class = inner.class_name.unwrap_or_default();
    let message = format!("{method}: {class}: {}", inner.message.unwrap_or_default());
    Error::of_procedure(class, message)
}
