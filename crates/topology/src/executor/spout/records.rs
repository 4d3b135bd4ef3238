//! Records that were read: what cannot be decoded and what is too late goes into the ledgers, all else
//! on, in order.

use tachograph_event::Batch;

use super::{Fault, Work};
use crate::keeper::Decision;
use crate::ledger::Entry;
use crate::partition_clock::Lateness;
use crate::spout::{Decoded, Reject};

impl Work {
    /// Takes what was read.
    pub(super) fn records(&mut self, decoded: Decoded) -> Result<(), Fault> {
        let metrics = self.spout.metrics();
        metrics.records.add(decoded.batch.len() as u64);
        metrics.dead.add(decoded.rejects.len() as u64);
        metrics.position.set(decoded.next_position);
        metrics.tell_away(None);
        self.reject(&decoded.rejects)?;
        let mut rest = decoded.batch;
        while let Some(at) = self.decisions.next_position() {
            if at >= decoded.next_position {
                break;
            }
            // Silence was decided between two of these records.
            let before = rest.origins().partition_point(|o| o.position < at);
            let later = rest.slice(before, rest.len());
            self.rows(rest.slice(0, before))?;
            while let Some(clock) = self.decisions.take(at) {
                self.go_on(clock)?;
            }
            rest = later;
        }
        self.rows(rest)?;
        self.spout.state.position = decoded.next_position;
        Ok(())
    }

    fn rows(&mut self, rows: Batch) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        self.spout.silence.is_broken();
        let mut now = self.spout.wall.now();
        if self.spout.state.clock.is_new() {
            now = self.decisions.horizon(self.spout.state.position, now)?;
            self.decided(Decision::Horizon, now)?;
        }
        let judged = self.spout.state.clock.records(rows, now);
        if let Some((rows, reasons)) = judged.set_aside {
            self.spout.metrics().late.add(rows.len() as u64);
            self.set_aside(rows, &reasons)?;
        }
        self.release(judged.released)
    }

    fn reject(&mut self, rejects: &[Reject]) -> Result<(), Fault> {
        for reject in rejects {
            self.dead.add(&Entry {
                spout: &self.spout.name,
                partition: self.spout.partition,
                position: reject.position,
                reason: &reject.reason,
                time: None,
                raw: &reject.raw,
            })?;
        }
        Ok(())
    }

    fn set_aside(&mut self, rows: Batch, reasons: &[Lateness]) -> Result<(), Fault> {
        for (row, reason) in reasons.iter().enumerate() {
            let values: Vec<String> = rows.row(row).iter().map(|v| v.to_string()).collect();
            self.late.add(&Entry {
                spout: &self.spout.name,
                partition: self.spout.partition,
                position: rows.origins()[row].position,
                reason: reason.reason(),
                time: Some(rows.times()[row]),
                raw: values.join(",").as_bytes(),
            })?;
        }
        self.spout.send_rows(rows, true)
    }
}
