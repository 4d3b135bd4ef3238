//! The `output` clause, crontab fields and assignments as text.

use super::Printer;
use crate::ast::{
    Assignment, CronField, Expr, OutputAfter, OutputKind, OutputLimit, OutputRate, OutputTerminated,
};
use crate::parser::level::{CONCAT, SIGN};

impl Printer {
    pub(super) fn output_limit(&mut self, output: &OutputLimit) {
        self.text("output");
        match &output.after {
            Some(OutputAfter::Period(period)) => {
                self.text(" after ");
                self.amount(period);
            }
            Some(OutputAfter::Events(count)) => {
                self.text(" after ");
                self.amount(count);
                self.text(" events");
            }
            None => {}
        }
        self.text(match output.kind {
            OutputKind::Default => "",
            OutputKind::All => " all",
            OutputKind::First => " first",
            OutputKind::Last => " last",
            OutputKind::Snapshot => " snapshot",
        });
        self.output_rate(&output.rate);
        self.optional(" and", output.and_terminated.as_ref(), Self::terminated);
    }

    fn output_rate(&mut self, rate: &OutputRate) {
        match rate {
            OutputRate::Always => {}
            OutputRate::Events(count) => {
                self.text(" every ");
                self.amount(count);
                self.text(" events");
            }
            OutputRate::Period(period) => {
                self.text(" every ");
                self.amount(period);
            }
            OutputRate::Crontab(fields) => {
                self.text(" at ");
                self.crontab(fields);
            }
            OutputRate::When { condition, then } => {
                self.text(" when ");
                self.expr(condition);
                self.clause(" then set ", then, Self::assignment);
            }
            OutputRate::Terminated(terminated) => self.terminated(terminated),
        }
    }

    fn terminated(&mut self, terminated: &OutputTerminated) {
        self.text(" when terminated");
        self.optional(" and ", terminated.condition.as_ref(), Self::expr);
        self.clause(" then set ", &terminated.then, Self::assignment);
    }

    pub(super) fn assignment(&mut self, assignment: &Assignment) {
        if let Some(target) = &assignment.target {
            self.amount(target);
            self.text("=");
            self.expr(&assignment.value);
        } else {
            self.amount(&assignment.value);
        }
    }

    /// A value where no operator may stand without parentheses.
    pub(super) fn amount(&mut self, expr: &Expr) {
        self.operand(expr, SIGN);
    }

    pub(super) fn crontab(&mut self, fields: &[CronField]) {
        self.text("(");
        self.list(fields, ", ", Self::cron_field);
        self.text(")");
    }

    fn cron_field(&mut self, field: &CronField) {
        match field {
            CronField::Any => self.text("*"),
            CronField::Every(step) => {
                self.text("*/");
                self.amount(step);
            }
            CronField::Value(value) => self.operand(value, CONCAT + 1),
            CronField::Range(low, high) => {
                self.operand(low, CONCAT + 1);
                self.colon();
                self.amount(high);
            }
            CronField::List(fields) => {
                self.text("[");
                self.list(fields, ", ", Self::cron_field);
                self.text("]");
            }
            CronField::Last => self.text("last"),
            CronField::LastOf(value) => {
                self.operand(value, CONCAT + 1);
                self.text(" last");
            }
            CronField::Weekday => self.text("weekday"),
            CronField::WeekdayOf(value) => {
                self.operand(value, CONCAT + 1);
                self.text(" weekday");
            }
        }
    }
}
