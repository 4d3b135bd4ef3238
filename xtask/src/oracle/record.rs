//! Writes answers into documents: the rows under each step and the `types` block. Prose, modules,
//! steps and comments stay as they are.

use std::ops::Range;
use std::path::Path;

use tachograph_testkit::spec::{Body, Sign, Step};

use super::answer::{Answer, Row, Run};
use super::order;
use super::question::Question;

/// Lines of a document that others take the place of.
pub struct Edit {
    lines: Range<usize>,
    text: Vec<String>,
}

/// The statements whose rows of one call may change places.
struct Open {
    posted: Vec<String>,
    iterated: Vec<String>,
}

/// What must change for a case to say what the engine answered.
///
/// # Errors
/// The answer is none that a document can hold.
pub fn edits(question: &Question<'_>, answer: &Answer) -> Result<Vec<Edit>, String> {
    match (&question.case.body, answer) {
        (_, Answer::Timeout) => Err("the case did not return in time".into()),
        (Body::Error(_), Answer::Refused(_)) => Ok(Vec::new()),
        (Body::Error(_), Answer::Ran(_)) => Err("the engine accepts the module".into()),
        (Body::Trace(_), Answer::Refused(why)) => {
            Err(format!("the engine refuses the module: {why}"))
        }
        (Body::Trace(block), Answer::Ran(run)) => {
            let mut edits = vec![types(question, run, block.lines.start - 1)];
            let open = Open {
                posted: order::open_statements(&question.case.epl.text),
                iterated: order::open_iterations(&question.case.epl.text),
            };
            for (number, (step, outcome)) in question.steps.iter().zip(&run.steps).enumerate() {
                if let Some(fault) = &outcome.fault {
                    let line = step.lines.start + 1;
                    return Err(format!("line {line}: the engine throws {fault}"));
                }
                let next = question.steps.get(number + 1);
                let end = next.map_or(block.lines.end, |step| step.lines.start);
                edits.push(rows(question, step, end, &outcome.rows, &open));
            }
            Ok(edits)
        }
    }
}

/// The lines of the `types` block; a statement is left out when a comma stands in a column's name.
fn types(question: &Question<'_>, run: &Run, trace: usize) -> Edit {
    let told = run.types.iter().filter(|(_, columns)| {
        !columns.is_empty() && columns.iter().all(|(name, _)| !name.contains(','))
    });
    let text: Vec<String> = told
        .map(|(statement, columns)| {
            let columns: Vec<String> = columns.iter().map(|(n, ty)| format!("{n} {ty}")).collect();
            format!("{statement}: {}", columns.join(", "))
        })
        .collect();
    match &question.case.types {
        Some(block) => Edit {
            lines: block.lines.clone(),
            text,
        },
        None if text.is_empty() => Edit {
            lines: trace..trace,
            text,
        },
        None => {
            let mut fenced = vec!["```types".to_string()];
            fenced.extend(text);
            fenced.extend(["```".to_string(), String::new()]);
            Edit {
                lines: trace..trace,
                text: fenced,
            }
        }
    }
}

/// The rows of a step; what is no row between it and the next step stays, after them.
fn rows(question: &Question<'_>, step: &Step, end: usize, rows: &[Row], open: &Open) -> Edit {
    let mut text: Vec<String> = (0..rows.len())
        .map(|at| {
            line(
                &rows[at],
                order::is_free(rows, at, &open.posted, &open.iterated),
            )
        })
        .collect();
    if let Body::Trace(block) = &question.case.body {
        let kept = step.lines.end - block.lines.start..end - block.lines.start;
        let lines = block.text.lines().skip(kept.start).take(kept.len());
        let stays = |line: &&str| line.trim().is_empty() || line.trim().starts_with('#');
        text.extend(lines.filter(stays).map(str::to_string));
    }
    Edit {
        lines: step.lines.end..end,
        text,
    }
}

fn line(row: &Row, free: bool) -> String {
    let mark = row.sign.mark();
    match row.sign {
        Sign::Iterated | Sign::Queried if !free => format!("  {mark} {}", row.row),
        _ if free => format!("  {} ~{mark} {}", row.statement, row.row),
        _ => format!("  {} {mark} {}", row.statement, row.row),
    }
}

/// Makes the edits of a document; tells whether they changed it.
///
/// # Errors
/// The document cannot be read or written.
pub fn apply(path: &Path, edits: Vec<Edit>) -> Result<bool, String> {
    let fault = |e: std::io::Error| format!("{}: {e}", path.display());
    let before = std::fs::read_to_string(path).map_err(fault)?;
    let after = edited(&before, edits);
    let changed = after != before;
    if changed {
        std::fs::write(path, after).map_err(fault)?;
    }
    Ok(changed)
}

/// A document after some edits.
pub fn edited(before: &str, mut edits: Vec<Edit>) -> String {
    let mut lines: Vec<String> = before.lines().map(str::to_string).collect();
    // From the end, so that the lines before keep their numbers.
    edits.sort_by_key(|edit| edit.lines.start);
    for edit in edits.into_iter().rev() {
        lines.splice(edit.lines, edit.text);
    }
    let mut after = lines.join("\n");
    after.push('\n');
    after
}

#[cfg(test)]
mod tests {
    use tachograph_testkit::spec::{Document, parse_trace};

    use super::super::answer::parse;
    use super::super::question::Question;
    use super::*;

    const BEFORE: &str = concat!(
        "Prose.\n```epl\n@name('s0') select a, sum(i) as t from S#time(1) group by a;\n```\n\n",
        "```trace\nS {}\n  s0 + {\"old\":1}\n  # stays\n\nt=5\n```\n",
    );
    const AFTER: &str = concat!(
        "Prose.\n```epl\n@name('s0') select a, sum(i) as t from S#time(1) group by a;\n```\n\n",
        "```types\ns0: a string, t int\n```\n\n",
        "```trace\nS {}\n  s0 + {\"t\":1}\n  # stays\n\nt=5\n",
        "  s0 ~- {\"t\":1}\n  s0 ~- {\"t\":2}\n```\n",
    );

    #[test]
    fn rows_and_types_are_written_and_all_else_stays() {
        let document = Document::parse("page", BEFORE).expect("in order");
        let case = &document.cases[0];
        let Body::Trace(block) = &case.body else {
            panic!("a trace")
        };
        let question = Question {
            document: 0,
            case,
            steps: parse_trace(&block.text, block.lines.start).expect("in order"),
        };
        let line = concat!(
            r#"{"id":0,"types":{"s0":[["a","string"],["t","int"]]},"steps":["#,
            r#"[["s0","+",{"t":1},1]],[["s0","-",{"t":1},1],["s0","-",{"t":2},1]]]}"#,
        );
        let (_, answer) = parse(line).expect("an answer");
        let edits = edits(&question, &answer).expect("it can be written");
        assert_eq!(edited(BEFORE, edits), AFTER);
    }

    #[test]
    fn a_module_that_is_refused_is_not_written() {
        let document = Document::parse("page", BEFORE).expect("in order");
        let question = Question {
            document: 0,
            case: &document.cases[0],
            steps: Vec::new(),
        };
        let (_, answer) = parse(r#"{"id":0,"error":"no S"}"#).expect("an answer");
        let fault = edits(&question, &answer).err().expect("refused");
        assert!(fault.contains("no S"), "{fault}");
    }
}
