//! A case as tokens and steps.

use serde_json::Value as Json;
use tachograph_compile::compile;
use tachograph_functions::registry;
use tachograph_plan::Plan;
use tachograph_syntax::{TokenKind, lex};

use super::cut::Cut;
use crate::spec::{Body, Case};

/// A token with the space before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The token.
    pub text: String,
    /// Space before it.
    pub space: String,
    /// Is it a number or a string?
    pub is_literal: bool,
}

/// A case that can be cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The module.
    pub tokens: Vec<Piece>,
    /// The lines of the trace that are steps.
    pub steps: Vec<String>,
}

impl Draft {
    /// The draft of a case; none where the case asserts no trace.
    pub fn of(case: &Case) -> Option<Draft> {
        let Body::Trace(block) = &case.body else {
            return None;
        };
        let is_step = |line: &&str| !line.starts_with(' ') && !line.trim().is_empty();
        let steps = block.text.lines().filter(is_step).map(String::from);
        Some(Draft {
            tokens: pieces(&case.epl.text),
            steps: steps.collect(),
        })
    }

    /// The module's text.
    pub fn epl(&self) -> String {
        let parts = self.tokens.iter().flat_map(|t| [&t.space, &t.text]);
        parts
            .map(String::as_str)
            .collect::<String>()
            .trim_start()
            .to_string()
            + "\n"
    }

    /// The plan, if the module compiles.
    pub fn plan(&self) -> Option<Plan> {
        compile(&self.epl(), &registry()).ok().map(|c| c.plan)
    }

    /// The draft after a cut. Events lose the properties that their types no longer have, and go
    /// with their types; none where the module no longer compiles.
    pub fn without(&self, cut: &Cut) -> Option<Draft> {
        let mut draft = Draft {
            tokens: self.kept_tokens(cut),
            steps: Vec::new(),
        };
        let plan = draft.plan()?;
        let steps = self.steps.iter().enumerate();
        let kept = steps.filter(|(n, _)| !cut.steps.contains(n));
        draft.steps = kept
            .filter_map(|(n, step)| fitted(n, step, cut, &plan))
            .collect();
        Some(draft)
    }

    fn kept_tokens(&self, cut: &Cut) -> Vec<Piece> {
        let tokens = self.tokens.iter().enumerate();
        let kept = tokens.filter(|(n, _)| !cut.tokens.contains(n));
        let written = kept.map(|(n, token)| match cut.replaced.get(&n) {
            Some(text) => Piece {
                text: text.clone(),
                ..token.clone()
            },
            None => token.clone(),
        });
        written.collect()
    }

    /// The case as a section of a document.
    pub fn section(&self, name: &str) -> String {
        let (epl, steps) = (self.epl(), self.steps.join("\n"));
        format!("## {name}\n\n```epl\n{epl}```\n\n```trace\n{steps}\n```\n\n")
    }
}

fn pieces(epl: &str) -> Vec<Piece> {
    let mut end = 0;
    let mut pieces = Vec::new();
    for token in lex(epl).0 {
        if token.kind == TokenKind::End {
            break;
        }
        pieces.push(Piece {
            text: token.span.text(epl).to_string(),
            space: epl[end..token.span.start].to_string(),
            is_literal: matches!(token.kind, TokenKind::Literal(_)),
        });
        end = token.span.end;
    }
    pieces
}

/// A step as the plan can take it, if it can.
fn fitted(number: usize, step: &str, cut: &Cut, plan: &Plan) -> Option<String> {
    if let Some(name) = step.strip_prefix("iterate ") {
        let named = plan.statements.iter().any(|s| s.name == name.trim());
        return named.then(|| step.to_string());
    }
    let Some((name, json)) = event(step) else {
        return Some(step.to_string());
    };
    let event_type = &plan.types[plan.type_id(name)?.0];
    let Json::Object(mut fields) = json else {
        return None;
    };
    let gone = |field: &String| cut.fields.contains(&(number, field.clone()));
    fields.retain(|field, _| event_type.slot(field).is_some() && !gone(field));
    Some(format!("{name} {}", Json::Object(fields)))
}

/// Name and properties of the event that a step sends.
pub(super) fn event(step: &str) -> Option<(&str, Json)> {
    let (name, json) = step.split_once(' ')?;
    Some((name, serde_json::from_str(json).ok()?))
}
