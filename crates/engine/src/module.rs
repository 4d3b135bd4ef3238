//! EPL files of a topology: the schema, and the modules of its rules.

use std::path::Path;
use std::sync::Arc;

use tachograph_compile::{Catalog, compile_with};
use tachograph_event::EventType;
use tachograph_plan::{Plan, Registry};

use crate::faults::ConfigFaults;

/// Every function that a module may use.
pub fn functions() -> Registry {
    tachograph_functions::registry()
}

/// Reads the event types that a file declares.
///
/// # Errors
/// Every fault of the file.
pub fn schema(path: &Path, registry: &Registry) -> Result<Vec<Arc<EventType>>, ConfigFaults> {
    Ok(compile(path, &Catalog::default(), registry)?.types)
}

/// Compiles a module that may use the schema's types.
///
/// # Errors
/// Every fault of the file.
pub fn rules(
    path: &Path,
    types: &[Arc<EventType>],
    registry: &Registry,
) -> Result<Plan, ConfigFaults> {
    compile(path, &Catalog::new(types.to_vec()), registry)
}

/// Compiles a file of rules by itself. Event types that it does not declare are looked for in the
/// `schema.epl` beside it.
///
/// # Errors
/// Every fault of the two files.
pub fn alone(path: &Path) -> Result<Plan, ConfigFaults> {
    let registry = functions();
    let beside = path.with_file_name("schema.epl");
    let types = match beside.is_file() && beside != path {
        true => schema(&beside, &registry)?,
        false => Vec::new(),
    };
    rules(path, &types, &registry)
}

/// The plan of each statement of a plan, for people.
pub fn explain(plan: &Plan) -> Vec<String> {
    let evaluators = tachograph_runtime::evaluators(plan);
    let pages = evaluators.iter().enumerate();
    pages
        .map(|(number, evaluator)| tachograph_plan::explain::explain(plan, number, evaluator))
        .collect()
}

fn compile(path: &Path, catalog: &Catalog, registry: &Registry) -> Result<Plan, ConfigFaults> {
    let source = std::fs::read_to_string(path)
        .map_err(|e| ConfigFaults::of_file(path, format!("cannot be read: {e}")))?;
    let compiled = compile_with(&source, registry, catalog);
    compiled
        .map(|c| c.plan)
        .map_err(|faults| ConfigFaults::of(path, &source, faults))
}
