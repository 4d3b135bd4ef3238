//! The ways in which one case is run.

use std::fmt;

use tachograph_compile::check_partitioning;
use tachograph_plan::{Partitioning, Plan};
use tachograph_runtime::Path;

use crate::spec::{Action, Step};

/// A way to run a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// Most events in one batch.
    pub batch: usize,
    /// Save and load between any two steps?
    pub snapshots: bool,
    /// The evaluator.
    pub path: Path,
    /// Print the module, and compile what was printed?
    pub printed: bool,
    /// Machines that share the events out by `fields`.
    pub tasks: usize,
    /// The properties by which events are shared out.
    pub fields: Vec<String>,
}

impl Mode {
    /// One event at a time, by the fastest evaluator.
    pub const REFERENCE: Mode = Mode {
        batch: 1,
        snapshots: false,
        path: Path::Fastest,
        printed: false,
        tasks: 1,
        fields: Vec::new(),
    };

    /// Every other mode in which a case can be run.
    pub fn others(plan: &Plan, steps: &[Step]) -> Vec<Mode> {
        let base = || Mode::REFERENCE;
        let sized = |batch, path, snapshots| Mode {
            batch,
            path,
            snapshots,
            ..base()
        };
        let mut modes = vec![
            sized(1, Path::Rows, false),
            sized(1, Path::Fastest, true),
            sized(1, Path::Rows, true),
            sized(7, Path::Fastest, false),
            sized(7, Path::Rows, false),
            sized(1024, Path::Fastest, false),
            sized(1024, Path::Rows, false),
            Mode {
                printed: true,
                ..base()
            },
        ];
        if let Some(fields) = fields(plan, steps) {
            modes.push(Mode {
                tasks: 4,
                fields,
                ..base()
            });
        }
        modes
    }
}

/// The properties by which the events of a case may be shared out over tasks, if any.
fn fields(plan: &Plan, steps: &[Step]) -> Option<Vec<String>> {
    let mut sent = steps.iter().filter_map(|step| match &step.action {
        Action::Send { event_type, .. } => Some(event_type),
        _ => None,
    });
    let stream = sent.next()?;
    let iterates = |step: &Step| matches!(step.action, Action::Iterate(_));
    if !sent.all(|other| other == stream) || steps.iter().any(iterates) {
        return None;
    }
    let keyed = plan.statements.iter().find_map(|s| match &s.partitioning {
        Partitioning::Keyed(keys) => Some(keys.clone()),
        _ => None,
    })?;
    check_partitioning(plan, stream, &keyed, 4)
        .is_empty()
        .then_some(keyed)
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in batches of {}", self.batch)?;
        if self.path == Path::Rows {
            f.write_str(", row by row")?;
        }
        if self.snapshots {
            f.write_str(", with a snapshot after each step")?;
        }
        if self.printed {
            f.write_str(", printed and parsed again")?;
        }
        if self.tasks > 1 {
            write!(f, ", as {} tasks by {}", self.tasks, self.fields.join(", "))?;
        }
        Ok(())
    }
}
