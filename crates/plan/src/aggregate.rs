//! Aggregate functions: the trait, its state, and the call within a statement.

use std::fmt::Debug;
use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value};

use crate::expr::Expr;

/// State forms that the machine keeps by column itself, without a boxed accumulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Number of events.
    CountAll,
    /// Number of values that are not null.
    Count,
    /// Wrapping sum of integers, in the result type int or long.
    SumInteger,
    /// Sum of doubles or floats.
    SumFloat,
    /// Mean as a double.
    Average,
}

/// An aggregate function. Nulls are passed to it; it decides to skip them.
pub trait AggregateFunction: Debug + Send + Sync {
    /// Name in EPL; found without regard to case.
    fn name(&self) -> &str;

    /// Type of the result; `count(*)` is called with no argument.
    ///
    /// # Errors
    /// A sentence that says which arguments the function takes.
    fn result_type(&self, arguments: &[Type]) -> Result<Type, String>;

    /// Is a second argument a place among the values, as in `first(x, 2)`? To the others it is the
    /// condition that an event must meet to count, as in `sum(x, y > 2)`.
    fn takes_place(&self) -> bool {
        false
    }

    /// The column form, where there is one for these arguments.
    fn kernel(&self, _arguments: &[Type]) -> Option<Kernel> {
        None
    }

    /// Does a value stay after all its events have left?
    fn outlives_events(&self) -> bool {
        false
    }

    /// New, empty state. `retracts` says whether events can leave; without it, a function like
    /// `min` needs to keep one value only.
    fn accumulator(&self, arguments: &[Type], retracts: bool) -> Box<dyn Accumulator>;
}

/// The state of one aggregate of one group.
pub trait Accumulator: Debug + Send + Sync {
    /// An event enters. `sequence` numbers the events of the statement.
    fn enter(&mut self, sequence: u64, arguments: &[Value]);

    /// An event that had entered leaves.
    fn leave(&mut self, sequence: u64, arguments: &[Value]);

    /// The present result.
    fn value(&self) -> Value;

    /// Writes the state.
    fn save(&self, to: &mut Encoder);

    /// Reads the state into a new, empty accumulator.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this accumulator's.
    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError>;
}

/// One aggregate as a statement uses it.
#[derive(Debug, Clone)]
pub struct AggregateCall {
    /// The function.
    pub function: Arc<dyn AggregateFunction>,
    /// Argument expressions over the event; for `first(*)`, `window(*)`: `ExprKind::Event`.
    pub arguments: Vec<Expr>,
    /// Each distinct argument counts once.
    pub distinct: bool,
    /// Only events for which this holds take part.
    pub filter: Option<Expr>,
    /// Type of the result.
    pub ty: Type,
}

impl AggregateCall {
    /// The types of the arguments.
    pub fn argument_types(&self) -> Vec<Type> {
        self.arguments.iter().map(|a| a.ty.clone()).collect()
    }
}
