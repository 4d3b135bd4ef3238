//! `create context`.
//!
//! Nouns: the five forms of a context, conditions that begin and end a partition. Never: opens one.

use super::level::SIGN;
use super::{Abort, Parser, Production};
use crate::ast::{
    ContextCondition, ContextHash, ContextKey, ContextSpec, CreateContext, Ident, StreamFilter,
};

impl Parser<'_> {
    pub(super) fn create_context(&mut self) -> Production<CreateContext> {
        self.expect_word("context")?;
        let name = self.ident("a name for the context")?;
        self.eat_word("as");
        if !self.at_word("context") {
            return Ok(CreateContext {
                name,
                spec: self.context_spec()?,
            });
        }
        let nested = self.clause_list(|p| {
            p.expect_word("context")?;
            let name = p.ident("a name for the context")?;
            p.eat_word("as");
            Ok((name, p.context_spec()?))
        })?;
        Ok(CreateContext {
            name,
            spec: ContextSpec::Nested(nested),
        })
    }

    fn context_spec(&mut self) -> Production<ContextSpec> {
        if self.at_word("partition") {
            self.advance();
            self.eat_word("by");
            return self.keyed_context();
        }
        if self.at_word("coalesce") {
            self.advance();
            self.eat_word("by");
            return self.hash_context();
        }
        if self.at_words(&["group", "by"]) {
            return self.category_context();
        }
        if self.eat_word("start") {
            let start = self.context_condition()?;
            let end = match self.eat_word("end") {
                true => Some(self.context_condition()?),
                false => None,
            };
            return Ok(ContextSpec::NonOverlapping { start, end });
        }
        if self.eat_word("initiated") {
            return self.overlapping_context();
        }
        self.fail_expected("`partition by`, `coalesce by`, `group by`, `start` or `initiated by`");
        Err(Abort)
    }

    fn keyed_context(&mut self) -> Production<ContextSpec> {
        let items = self.context_items(Self::context_key)?;
        let mut initiated = Vec::new();
        if self.eat_words(&["initiated", "by"]) {
            initiated = self.context_items(Self::aliased_filter)?;
        }
        let terminated = match self.eat_words(&["terminated", "by"]) {
            true => Some(self.context_condition()?),
            false => None,
        };
        Ok(ContextSpec::Keyed {
            items,
            initiated,
            terminated,
        })
    }

    /// Entries with commas between, but not over a comma before `context`.
    fn context_items<T>(
        &mut self,
        entry: impl Fn(&mut Self) -> Production<T>,
    ) -> Production<Vec<T>> {
        let mut items = vec![entry(self)?];
        while self.at(",") && !self.at_word_ahead(1, "context") {
            self.advance();
            items.push(entry(self)?);
        }
        Ok(items)
    }

    fn context_key(&mut self) -> Production<ContextKey> {
        let start = self.start();
        let mut keys = vec![self.operators(SIGN)?];
        while self.eat(",") || self.eat_word("and") {
            keys.push(self.operators(SIGN)?);
        }
        self.expect_word("from")?;
        let (source, alias) = self.aliased_filter()?;
        Ok(ContextKey {
            keys,
            source,
            alias,
            span: self.span_from(start),
        })
    }

    fn aliased_filter(&mut self) -> Production<(StreamFilter, Option<Ident>)> {
        let filter = self.stream_filter()?;
        let alias = match self.eat_word("as") {
            true => Some(self.ident("a name after `as`")?),
            false => None,
        };
        Ok((filter, alias))
    }

    fn hash_context(&mut self) -> Production<ContextSpec> {
        let items = self.context_items(|p| {
            let start = p.start();
            let hash = p.operators(SIGN)?;
            p.expect_word("from")?;
            let source = p.stream_filter()?;
            Ok(ContextHash {
                hash,
                source,
                span: p.span_from(start),
            })
        })?;
        self.expect_word("granularity")?;
        let granularity = self.operators(SIGN)?;
        let preallocate = self.eat_word("preallocate");
        Ok(ContextSpec::Hash {
            items,
            granularity,
            preallocate,
        })
    }

    fn category_context(&mut self) -> Production<ContextSpec> {
        let categories = self.context_items(|p| {
            p.expect_word("group")?;
            p.eat_word("by");
            let condition = p.expr()?;
            p.expect_word("as")?;
            Ok((condition, p.ident("a name for the category")?))
        })?;
        self.expect_word("from")?;
        Ok(ContextSpec::Category {
            categories,
            source: self.stream_filter()?,
        })
    }

    fn overlapping_context(&mut self) -> Production<ContextSpec> {
        self.eat_word("by");
        let mut distinct = Vec::new();
        if self.eat_word("distinct") {
            self.expect("(")?;
            distinct = self.comma_list(")", Self::expr)?;
            self.expect(")")?;
        }
        let start = self.context_condition()?;
        let mut end = None;
        if self.eat_word("terminated") {
            self.eat_word("by");
            end = Some(self.context_condition()?);
        }
        Ok(ContextSpec::Overlapping {
            distinct,
            start,
            end,
        })
    }

    fn context_condition(&mut self) -> Production<ContextCondition> {
        let start = self.start();
        if self.at("@") && self.at_word_ahead(1, "now") {
            self.at += 2;
            let now = ContextCondition::Now(self.span_from(start));
            if !self.eat_word("and") {
                return Ok(now);
            }
            let other = self.enter(Self::context_condition)?;
            return Ok(ContextCondition::NowAnd(Box::new(other)));
        }
        if self.eat_word("after") {
            return self.operators(SIGN).map(ContextCondition::After);
        }
        if self.at("(") {
            return self.crontabs();
        }
        if self.at_word("pattern") && (self.at_ahead(1, "[") || self.at_ahead(1, "@")) {
            return self.pattern_condition();
        }
        let (filter, alias) = self.aliased_filter()?;
        Ok(ContextCondition::Filter { filter, alias })
    }

    /// `(0, 9, *, *, *), (0, 12, *, *, *)`
    fn crontabs(&mut self) -> Production<ContextCondition> {
        let mut list = vec![self.crontab()?];
        while self.at(",") && self.at_ahead(1, "(") {
            self.advance();
            list.push(self.crontab()?);
        }
        Ok(ContextCondition::Crontab(list))
    }

    fn pattern_condition(&mut self) -> Production<ContextCondition> {
        self.expect_word("pattern")?;
        let pattern = Box::new(self.bracketed_pattern()?);
        let inclusive = self.at("@") && self.at_word_ahead(1, "inclusive");
        if inclusive {
            self.at += 2;
        }
        let alias = match self.eat_word("as") {
            true => Some(self.ident("a name after `as`")?),
            false => None,
        };
        Ok(ContextCondition::Pattern {
            pattern,
            inclusive,
            alias,
        })
    }
}
