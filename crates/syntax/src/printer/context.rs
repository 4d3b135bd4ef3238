//! `create context` as text.

use super::Printer;
use crate::ast::{ContextCondition, ContextSpec, CreateContext, Ident, StreamFilter};

impl Printer {
    pub(super) fn create_context(&mut self, create: &CreateContext) {
        self.text("create context ");
        self.ident(&create.name);
        self.context_spec(&create.spec);
    }

    fn context_spec(&mut self, spec: &ContextSpec) {
        match spec {
            ContextSpec::Keyed {
                items,
                initiated,
                terminated,
            } => {
                self.clause(" partition by ", items, |p, item| {
                    p.list(&item.keys, ", ", Self::amount);
                    p.text(" from ");
                    p.aliased(&item.source, item.alias.as_ref());
                });
                self.clause(" initiated by ", initiated, |p, (filter, alias)| {
                    p.aliased(filter, alias.as_ref());
                });
                self.optional(" terminated by ", terminated.as_ref(), Self::condition);
            }
            ContextSpec::Hash {
                items,
                granularity,
                preallocate,
            } => {
                self.clause(" coalesce by ", items, |p, item| {
                    p.amount(&item.hash);
                    p.text(" from ");
                    p.stream_filter(&item.source);
                });
                self.text(" granularity ");
                self.amount(granularity);
                self.flag(*preallocate, " preallocate");
            }
            ContextSpec::Category { categories, source } => {
                self.text(" ");
                self.list(categories, ", ", |p, (condition, name)| {
                    p.text("group by ");
                    p.expr(condition);
                    p.text(" as ");
                    p.ident(name);
                });
                self.text(" from ");
                self.stream_filter(source);
            }
            ContextSpec::NonOverlapping { start, end } => {
                self.text(" start ");
                self.condition(start);
                self.optional(" end ", end.as_ref(), Self::condition);
            }
            ContextSpec::Overlapping {
                distinct,
                start,
                end,
            } => {
                self.text(" initiated by ");
                if !distinct.is_empty() {
                    self.text("distinct");
                    self.exprs(distinct);
                    self.text(" ");
                }
                self.condition(start);
                self.optional(" terminated by ", end.as_ref(), Self::condition);
            }
            ContextSpec::Nested(list) => self.list(list, ",", |p, (name, spec)| {
                p.text(" context ");
                p.ident(name);
                p.context_spec(spec);
            }),
        }
    }

    fn aliased(&mut self, filter: &StreamFilter, alias: Option<&Ident>) {
        self.stream_filter(filter);
        self.optional(" as ", alias, Self::ident);
    }

    fn condition(&mut self, condition: &ContextCondition) {
        match condition {
            ContextCondition::Now(_) => self.text("@now"),
            ContextCondition::NowAnd(other) => {
                self.text("@now and ");
                self.condition(other);
            }
            ContextCondition::Filter { filter, alias } => self.aliased(filter, alias.as_ref()),
            ContextCondition::Pattern {
                pattern,
                inclusive,
                alias,
            } => {
                self.text("pattern [");
                self.pattern(pattern);
                self.text("]");
                self.flag(*inclusive, " @inclusive");
                self.optional(" as ", alias.as_ref(), Self::ident);
            }
            ContextCondition::Crontab(list) => self.list(list, ", ", |p, c| p.crontab(c)),
            ContextCondition::After(period) => {
                self.text("after ");
                self.amount(period);
            }
        }
    }
}
