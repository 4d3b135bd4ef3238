//! The door through which scalar functions come, the built-ins as well as a user's own.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use tachograph_event::{Type, Value};

use crate::aggregate::AggregateFunction;

/// A pure function of its arguments.
pub trait ScalarFunction: Debug + Send + Sync {
    /// Name in EPL; found without regard to case.
    fn name(&self) -> &str;

    /// Type of the result for these argument types.
    ///
    /// # Errors
    /// A sentence that says which arguments the function takes.
    fn result_type(&self, arguments: &[Type]) -> Result<Type, String>;

    /// The result. Called with as many arguments as `result_type` accepted.
    ///
    /// # Errors
    /// A sentence; the evaluation is then a fault of its statement.
    fn call(&self, arguments: &[Value]) -> Result<Value, String>;
}

/// All functions that a compiler may use.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    scalars: BTreeMap<String, Arc<dyn ScalarFunction>>,
    aggregates: BTreeMap<String, Arc<dyn AggregateFunction>>,
}

impl Registry {
    /// Adds or replaces a scalar function.
    pub fn add_scalar(&mut self, function: Arc<dyn ScalarFunction>) {
        self.scalars
            .insert(function.name().to_ascii_lowercase(), function);
    }

    /// Adds or replaces an aggregate function.
    pub fn add_aggregate(&mut self, function: Arc<dyn AggregateFunction>) {
        self.aggregates
            .insert(function.name().to_ascii_lowercase(), function);
    }

    /// Finds a scalar function.
    pub fn scalar(&self, name: &str) -> Option<&Arc<dyn ScalarFunction>> {
        self.scalars.get(&name.to_ascii_lowercase())
    }

    /// Finds an aggregate function.
    pub fn aggregate(&self, name: &str) -> Option<&Arc<dyn AggregateFunction>> {
        self.aggregates.get(&name.to_ascii_lowercase())
    }

    /// All names, for suggestions.
    pub fn names(&self) -> Vec<&str> {
        let scalars = self.scalars.keys();
        scalars
            .chain(self.aggregates.keys())
            .map(String::as_str)
            .collect()
    }
}
