//! What the engine is asked: a case with its steps, as one line of JSON.

use serde_json::{Value as Json, json};
use tachograph_testkit::run::Entry;
use tachograph_testkit::spec::{Action, Body, Case, Step, SyntaxFault, parse_trace};

/// A case of a document.
pub struct Question<'a> {
    /// Number of the document.
    pub document: usize,
    /// The case.
    pub case: &'a Case,
    /// The steps of its trace; none for a module that must be refused.
    pub steps: Vec<Step>,
}

/// The cases of all documents, in order.
///
/// # Errors
/// The first trace that cannot be read, with its place.
pub fn all(entries: &[Entry]) -> Result<Vec<Question<'_>>, String> {
    let mut questions = Vec::new();
    for (document, entry) in entries.iter().enumerate() {
        for case in &entry.document.cases {
            let question = of(case, document);
            let question = question.map_err(|e| format!("{}: {e}", entry.path.display()))?;
            questions.push(question);
        }
    }
    Ok(questions)
}

/// The question of one case.
///
/// # Errors
/// A trace that cannot be read.
pub fn of(case: &Case, document: usize) -> Result<Question<'_>, SyntaxFault> {
    let steps = match &case.body {
        Body::Error(_) => Vec::new(),
        Body::Trace(block) => parse_trace(&block.text, block.lines.start)?,
    };
    Ok(Question {
        document,
        case,
        steps,
    })
}

impl Question<'_> {
    /// The request, on one line.
    pub fn request(&self, id: usize) -> String {
        let steps: Vec<Json> = self.steps.iter().map(|s| step(&s.action)).collect();
        json!({"id": id, "epl": self.case.epl.text, "steps": steps}).to_string()
    }
}

fn step(action: &Action) -> Json {
    match action {
        Action::Jump(to) => json!({"time": to}),
        Action::Walk(to) => json!({"span": to}),
        Action::Send { event_type, event } => json!({"send": event_type, "event": event}),
        Action::Snapshot => json!({"snapshot": true}),
        Action::Deploy(epl) => json!({"deploy": epl}),
        Action::Undeploy(name) => json!({"undeploy": name}),
        Action::Query(epl) => json!({"query": epl}),
        Action::Iterate(name) => json!({"iterate": name}),
    }
}
