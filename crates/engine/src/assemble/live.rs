//! `live` bolts: what each row writes into the live store, by expressions over its properties.

use std::sync::Arc;

use tachograph_compile::compile_expression;
use tachograph_connect::redis::{Owner, RedisConfig, RedisMode};
use tachograph_event::EventType;
use tachograph_syntax::Span;
use tachograph_topology::InputSpec;

use super::Assembler;
use super::bolts::Tasks;
use crate::bolts::{LiveBolt, RedisCommands, RowExpression, Write, WriteKind, WritingBolt};
use crate::config::{BoltConfig, LiveConfig, LiveWrite};

/// Names with the value of each.
type Fields = Vec<(String, RowExpression)>;

impl Assembler<'_> {
    pub(super) fn live(
        &mut self,
        bolt: &BoltConfig,
        writes: &[LiveWrite],
        inputs: &[InputSpec],
    ) -> Option<Tasks> {
        self.one_task(bolt)?;
        let [input] = inputs else {
            let message = format!(
                "[bolts.{}] reads several streams; give each its own bolt",
                bolt.name
            );
            self.fault(message, bolt.span);
            return None;
        };
        let event_type = Arc::clone(&input.event_type);
        let writes: Vec<Option<Write>> =
            writes.iter().map(|w| self.write(w, &event_type)).collect();
        let writes = writes.into_iter().collect::<Option<Vec<Write>>>()?;
        self.own_streams(bolt, &writes)?;
        let number = self.writers.len() as u32;
        let (live, clock) = (Arc::clone(&self.live), Arc::clone(&self.clock));
        let unwritten = self.unwritten(bolt, 0);
        let types = vec![event_type];
        Some(vec![match &self.config.live {
            Some(LiveConfig::Redis(redis)) => {
                let mut config = redis.clone();
                config.owner = self.owner(bolt, &config);
                let commands = RedisCommands {
                    config,
                    clock,
                    writes,
                };
                Box::new(WritingBolt::new(commands, types, unwritten))
            }
            _ => Box::new(LiveBolt::new(live, number, clock, writes, types, unwritten)),
        }])
    }

    /// A stream must have one bolt that writes it: ids are instants, and two bolts are not at the
    /// same one. What only the rows tell is found out when they come.
    fn own_streams(&mut self, bolt: &BoltConfig, writes: &[Write]) -> Option<()> {
        let mut is_good = Some(());
        let streams = writes.iter().filter(|w| w.kind == WriteKind::XAdd);
        for key in streams.filter_map(|write| write.key.constant()) {
            let owner = self.entry_streams.entry(key.clone());
            let owner = owner.or_insert_with(|| bolt.name.clone()).clone();
            if owner != bolt.name {
                let message = format!(
                    "[bolts.{owner}] and [bolts.{}] both write the stream `{key}`, whose entries must \
                     come from one bolt: give each a stream of its own, or gather the rows of both with \
                     `insert into` and write those",
                    bolt.name
                );
                self.fault(message, bolt.span);
                is_good = None;
            }
        }
        is_good
    }

    /// In whose name a bolt writes, where processes take the partition over from one another.
    fn owner(&self, bolt: &BoltConfig, redis: &RedisConfig) -> Option<Arc<Owner>> {
        let own = self.ownership.as_ref()?;
        Some(Arc::new(Owner {
            name: format!("tacho:{}:{}", own.group, bolt.name),
            partition: own.partition,
            number: own.owner,
            is_cluster: redis.mode == RedisMode::Cluster,
        }))
    }

    fn write(&mut self, write: &LiveWrite, event_type: &EventType) -> Option<Write> {
        let key = self.expression(&write.key.0, write.key.1, event_type);
        let when = self.condition(write, event_type);
        let value = self.optional(&write.value, event_type);
        let score = self.optional(&write.score, event_type);
        let fields = self.fields(write, event_type);
        Some(Write {
            kind: kind(&write.command),
            key: key?,
            when: when?,
            value: value?,
            score: score?,
            fields: fields?,
            expire: write.expire,
            maxlen: write.maxlen,
        })
    }

    /// An expression that may be left out: `Some(None)` where it is, none after a fault.
    pub(super) fn optional(
        &mut self,
        text: &Option<(String, Span)>,
        event_type: &EventType,
    ) -> Option<Option<RowExpression>> {
        match text {
            None => Some(None),
            Some((text, span)) => self.expression(text, *span, event_type).map(Some),
        }
    }

    /// As [`Assembler::optional`], for what must be true of a row.
    fn condition(
        &mut self,
        write: &LiveWrite,
        event_type: &EventType,
    ) -> Option<Option<RowExpression>> {
        let condition = self.optional(&write.when, event_type)?;
        if let (Some(condition), Some((_, span))) = (&condition, &write.when)
            && !condition.is_boolean()
        {
            self.fault("`when` must be true or false for a row", *span);
            return None;
        }
        Some(condition)
    }

    /// As [`Assembler::optional`], for the fields of a hash or a stream entry.
    fn fields(&mut self, write: &LiveWrite, event_type: &EventType) -> Option<Option<Fields>> {
        let Some(fields) = &write.fields else {
            return Some(None);
        };
        let mut compiled = Vec::new();
        for (name, text) in fields {
            compiled.push((
                name.clone(),
                self.expression(text, write.key.1, event_type)?,
            ));
        }
        Some(Some(compiled))
    }

    /// Compiles an expression of the file; its faults point into the file.
    pub(super) fn expression(
        &mut self,
        text: &str,
        span: Span,
        event_type: &EventType,
    ) -> Option<RowExpression> {
        match compile_expression(text, event_type, &self.registry) {
            Ok(expr) => Some(RowExpression::new(expr)),
            Err(faults) => {
                // The text stands between quotes: one byte in.
                let start = span.start + 1;
                for mut fault in faults {
                    fault.span = Span::new(start + fault.span.start, start + fault.span.end);
                    self.diagnostics.push(fault);
                }
                None
            }
        }
    }
}

fn kind(command: &str) -> WriteKind {
    match command {
        "set" => WriteKind::Set,
        "sadd" => WriteKind::SAdd,
        "srem" => WriteKind::SRem,
        "hset" => WriteKind::HSet,
        "zadd" => WriteKind::ZAdd,
        "xadd" => WriteKind::XAdd,
        "publish" => WriteKind::Publish,
        _ => WriteKind::Del,
    }
}
