//! The `output` clause, crontab fields, assignments.
//!
//! Nouns: which rows, when, and what is set besides. Never: computes a time.

use super::level::SIGN;
use super::{Abort, Parser, Production};
use crate::Diagnostic;
use crate::ast::{
    Assignment, BinaryOp, CronField, Expr, ExprKind, OutputAfter, OutputKind, OutputLimit,
    OutputRate, OutputTerminated,
};

impl Parser<'_> {
    pub(super) fn output_limit(&mut self) -> Production<OutputLimit> {
        let start = self.start();
        self.expect_word("output")?;
        let after = match self.eat_word("after") {
            true => Some(self.output_after()?),
            false => None,
        };
        let kind = self.output_kind();
        let rate = self.output_rate(after.is_some() && kind == OutputKind::Default)?;
        let and_terminated = match self.at_words(&["and", "when", "terminated"]) {
            true => {
                self.advance();
                Some(self.output_terminated()?)
            }
            false => None,
        };
        Ok(OutputLimit {
            after,
            kind,
            rate,
            and_terminated,
            span: self.span_from(start),
        })
    }

    fn output_after(&mut self) -> Production<OutputAfter> {
        let amount = self.operators(SIGN)?;
        if is_period(&amount) {
            return Ok(OutputAfter::Period(amount));
        }
        self.expect_events()?;
        Ok(OutputAfter::Events(amount))
    }

    fn output_kind(&mut self) -> OutputKind {
        let kind = match () {
            () if self.at_word("all") => OutputKind::All,
            () if self.at_word("first") => OutputKind::First,
            () if self.at_word("last") => OutputKind::Last,
            () if self.at_word("snapshot") => OutputKind::Snapshot,
            () => return OutputKind::Default,
        };
        self.advance();
        kind
    }

    fn output_rate(&mut self, after_alone: bool) -> Production<OutputRate> {
        if self.eat_word("every") {
            return self.output_every();
        }
        if self.eat_word("at") {
            return self.crontab().map(OutputRate::Crontab);
        }
        if self.at_words(&["when", "terminated"]) {
            return self.output_terminated().map(OutputRate::Terminated);
        }
        if self.eat_word("when") {
            let condition = self.expr()?;
            let then = self.then_set()?;
            return Ok(OutputRate::When { condition, then });
        }
        if after_alone {
            return Ok(OutputRate::Always);
        }
        self.fail_expected("`every`, `at` or `when`");
        Err(Abort)
    }

    fn output_every(&mut self) -> Production<OutputRate> {
        let amount = self.operators(SIGN)?;
        if is_period(&amount) {
            return Ok(OutputRate::Period(amount));
        }
        self.expect_events()?;
        Ok(OutputRate::Events(amount))
    }

    fn expect_events(&mut self) -> Production<()> {
        if self.eat_word("events") {
            return Ok(());
        }
        self.fail_expected("`events` or a unit of time such as `sec`");
        Err(Abort)
    }

    /// `when terminated [and x] [then set …]`
    fn output_terminated(&mut self) -> Production<OutputTerminated> {
        let start = self.start();
        self.expect_word("when")?;
        self.expect_word("terminated")?;
        let condition = match self.eat_word("and") {
            true => Some(self.expr()?),
            false => None,
        };
        let then = self.then_set()?;
        Ok(OutputTerminated {
            condition,
            then,
            span: self.span_from(start),
        })
    }

    fn then_set(&mut self) -> Production<Vec<Assignment>> {
        if !self.eat_word("then") {
            return Ok(Vec::new());
        }
        self.expect_word("set")?;
        self.assignments()
    }

    /// `a = 1, b = 2`
    pub(super) fn assignments(&mut self) -> Production<Vec<Assignment>> {
        self.clause_list(Self::assignment)
    }

    fn assignment(&mut self) -> Production<Assignment> {
        let start = self.start();
        if !self.at_ident(0) {
            self.fail_expected("a property or variable to set");
            return Err(Abort);
        }
        let first = self.operators(SIGN)?;
        if !self.at("=") {
            return self.lone_call(first);
        }
        if !matches!(
            first.kind,
            ExprKind::Path(_) | ExprKind::Chain { .. } | ExprKind::Call(_)
        ) {
            return self.fail(Diagnostic::syntax("this cannot be set", first.span));
        }
        self.advance();
        let value = self.expr()?;
        Ok(Assignment {
            target: Some(first),
            value,
            span: self.span_from(start),
        })
    }

    /// `f(x)` where an assignment could stand.
    fn lone_call(&mut self, value: Expr) -> Production<Assignment> {
        if matches!(value.kind, ExprKind::Path(_)) {
            self.fail_expected("`=`");
            return Err(Abort);
        }
        let span = value.span;
        Ok(Assignment {
            target: None,
            value,
            span,
        })
    }

    /// `(*/5, *, *, *, *)`
    pub(super) fn crontab(&mut self) -> Production<Vec<CronField>> {
        self.expect("(")?;
        let fields = self.comma_list(")", Self::cron_field)?;
        self.expect(")")?;
        Ok(fields)
    }

    fn cron_field(&mut self) -> Production<CronField> {
        if self.eat("*") {
            return match self.eat("/") {
                true => self.operators(SIGN).map(CronField::Every),
                false => Ok(CronField::Any),
            };
        }
        if self.eat("[") {
            let fields = self.enter(|p| p.comma_list("]", Self::cron_field))?;
            self.expect("]")?;
            return Ok(CronField::List(fields));
        }
        if self.at_word("last") && !self.at_ahead(1, "(") {
            self.advance();
            return Ok(CronField::Last);
        }
        if self.eat_word("weekday") {
            return Ok(CronField::Weekday);
        }
        let value = self.operators(super::level::level_of(BinaryOp::Add))?;
        Ok(match () {
            () if self.eat(":") => CronField::Range(value, self.operators(SIGN)?),
            () if self.eat_word("last") => CronField::LastOf(value),
            () if self.eat_word("weekday") => CronField::WeekdayOf(value),
            () => CronField::Value(value),
        })
    }
}

fn is_period(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::TimePeriod(_))
}
