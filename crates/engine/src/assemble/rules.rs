//! `epl` bolts: a module of rules is compiled, and its statements become streams.

use std::sync::Arc;

use tachograph_compile::check_partitioning;
use tachograph_plan::{Plan, TypeId};
use tachograph_syntax::Diagnostic;
use tachograph_topology::{From, InputSpec};

use super::bolts::{Tasks, tasks};
use super::{Assembler, Stream};
use crate::bolts::EplBolt;
use crate::config::{BoltConfig, GroupingConfig};
use crate::counters::RuleCounters;
use crate::module;

impl Assembler<'_> {
    /// Compiles a bolt's module, and makes each of its statements the stream `BOLT.STATEMENT`.
    pub(super) fn compile(&mut self, bolt: &BoltConfig, module: &str, number: usize) {
        let path = self.config.relative(module);
        match module::rules(&path, &self.types, &self.registry) {
            Ok(plan) => {
                self.add_streams(bolt, &plan, number);
                self.plans.insert(bolt.name.clone(), Arc::new(plan));
            }
            // Where the schema is faulty, the module's types are missing for that reason.
            Err(_) if !self.schema_is_good => {}
            Err(faults) => self.faults.extend(faults),
        }
    }

    /// Tasks of a bolt whose module was compiled.
    pub(super) fn rules(
        &mut self,
        bolt: &BoltConfig,
        module: &str,
        inputs: &mut [InputSpec],
    ) -> Option<Tasks> {
        let plan = Arc::clone(self.plans.get(&bolt.name)?);
        let types = self.input_types(bolt, module, &plan, inputs)?;
        self.check_tasks(bolt, &plan, inputs)?;
        for (input, of) in inputs.iter_mut().zip(&types) {
            input.needed = plan.needed(*of);
        }
        let counters = RuleCounters::of(&bolt.name, &plan);
        self.counters
            .insert(bolt.name.clone(), Arc::clone(&counters));
        Some(tasks(bolt, || {
            EplBolt::new(Arc::clone(&plan), types.clone(), Arc::clone(&counters))
        }))
    }

    /// What the module calls the type of each input.
    fn input_types(
        &mut self,
        bolt: &BoltConfig,
        module: &str,
        plan: &Plan,
        inputs: &[InputSpec],
    ) -> Option<Vec<TypeId>> {
        let mut types = Vec::new();
        for name in inputs.iter().map(|i| &i.event_type.name) {
            match plan.type_id(name) {
                Some(id) => types.push(id),
                None => {
                    self.fault(format!("module {module} does not know `{name}`"), bolt.span);
                    return None;
                }
            }
        }
        Some(types)
    }

    /// Would the number of tasks change an answer?
    fn check_tasks(&mut self, bolt: &BoltConfig, plan: &Plan, inputs: &[InputSpec]) -> Option<()> {
        for (input, from) in inputs.iter().zip(&bolt.from) {
            let fields = match &from.grouping {
                GroupingConfig::Fields(fields) => fields.clone(),
                _ => Vec::new(),
            };
            let faults = check_partitioning(plan, &input.event_type.name, &fields, bolt.tasks);
            if !faults.is_empty() {
                let at = |mut fault: Diagnostic| {
                    fault.span = bolt.span;
                    fault
                };
                self.diagnostics.extend(faults.into_iter().map(at));
                return None;
            }
        }
        Some(())
    }

    fn add_streams(&mut self, bolt: &BoltConfig, plan: &Plan, number: usize) {
        for (stream, statement) in plan.statements.iter().enumerate() {
            let name = format!("{}.{}", bolt.name, statement.name);
            let event_type = Arc::clone(&statement.output_type);
            let from = From::Bolt(number, stream);
            self.streams.insert(name, Stream { from, event_type });
        }
    }
}
