//! A Markdown document and its cases.
//!
//! A section that starts with `## ` and holds an `epl` block is a case; so is a whole document
//! without such sections. The blocks of a case follow each other: `epl`, perhaps `types`, then
//! `trace` or `error`; a further `epl` block begins a further case of the same section.

use std::ops::Range;

use super::trace::SyntaxFault;

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What is between the fences, a line feed after each line.
    pub text: String,
    /// Its lines within the document, from 0, the fences left out.
    pub lines: Range<usize>,
}

/// What a case asserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Steps and the rows that they post.
    Trace(Block),
    /// The module is refused; each line occurs in the diagnostics.
    Error(Block),
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its heading, or the name of the document.
    pub name: String,
    /// The text between heading and blocks.
    pub prose: String,
    /// The module.
    pub epl: Block,
    /// Types of the statements' columns, if asserted.
    pub types: Option<Block>,
    /// What it asserts.
    pub body: Body,
}

impl Case {
    /// The reason why the real engine is known to answer otherwise: a line `differs: …`.
    pub fn differs(&self) -> Option<&str> {
        let mut lines = self.prose.lines();
        lines.find_map(|line| line.trim().strip_prefix("differs:").map(str::trim))
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its cases in order.
    pub cases: Vec<Case>,
}

impl Document {
    /// Reads a document; `name` names a case that has no heading.
    ///
    /// # Errors
    /// [`SyntaxFault`] with the line of a fence without an end, or of blocks in a wrong order.
    pub fn parse(name: &str, text: &str) -> Result<Document, SyntaxFault> {
        let lines: Vec<&str> = text.lines().collect();
        let mut reader = Reader::new(name);
        let mut number = 0;
        while number < lines.len() {
            number = match fence(lines[number]) {
                Some((marks, language)) => {
                    let end = (number + 1..lines.len())
                        .find(|&n| closes(lines[n], marks))
                        .ok_or_else(|| SyntaxFault::new(number, "this block has no end"))?;
                    let block = Block {
                        text: lines[number + 1..end]
                            .iter()
                            .flat_map(|line| [line, "\n"])
                            .collect(),
                        lines: number + 1..end,
                    };
                    reader.block(language, block)?;
                    end + 1
                }
                None => {
                    reader.line(lines[number])?;
                    number + 1
                }
            };
        }
        reader.finish()
    }
}

/// The length of an opening fence and its language.
fn fence(line: &str) -> Option<(usize, &str)> {
    let marks = line.bytes().take_while(|b| *b == b'`').count();
    (marks >= 3).then(|| (marks, line[marks..].trim()))
}

fn closes(line: &str, marks: usize) -> bool {
    let line = line.trim_end();
    line.len() >= marks && line.bytes().all(|b| b == b'`')
}

/// Collects the blocks of the case at hand.
struct Reader {
    name: String,
    prose: String,
    epl: Option<Block>,
    types: Option<Block>,
    cases: Vec<Case>,
}

impl Reader {
    fn new(name: &str) -> Reader {
        Reader {
            name: name.to_string(),
            prose: String::new(),
            epl: None,
            types: None,
            cases: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) -> Result<(), SyntaxFault> {
        let heading = line.strip_prefix("## ");
        if let Some(name) = heading.or_else(|| line.strip_prefix("# ")) {
            self.close()?;
            self.name = name.trim().to_string();
            self.prose.clear();
        } else {
            self.prose.push_str(line);
            self.prose.push('\n');
        }
        Ok(())
    }

    fn block(&mut self, language: &str, block: Block) -> Result<(), SyntaxFault> {
        let line = block.lines.start.saturating_sub(1);
        match language {
            "epl" => {
                self.close()?;
                self.epl = Some(block);
            }
            "types" if self.epl.is_some() => self.types = Some(block),
            "trace" => self.case(line, Body::Trace(block))?,
            "error" => self.case(line, Body::Error(block))?,
            "types" => {
                return Err(SyntaxFault::new(
                    line,
                    "a `types` block without an `epl` block",
                ));
            }
            _ => {}
        }
        Ok(())
    }

    fn case(&mut self, line: usize, body: Body) -> Result<(), SyntaxFault> {
        let epl = self.epl.take();
        let epl = epl.ok_or_else(|| {
            SyntaxFault::new(line, "this block must follow the `epl` block of its case")
        })?;
        self.cases.push(Case {
            name: self.name.clone(),
            prose: self.prose.trim().to_string(),
            epl,
            types: self.types.take(),
            body,
        });
        Ok(())
    }

    /// Ends a section: an `epl` block must have got its trace.
    fn close(&mut self) -> Result<(), SyntaxFault> {
        match self.epl.take() {
            None => Ok(()),
            Some(block) => Err(SyntaxFault::new(
                block.lines.start.saturating_sub(1),
                "this `epl` block is followed by neither `trace` nor `error`",
            )),
        }
    }

    fn finish(mut self) -> Result<Document, SyntaxFault> {
        self.close()?;
        Ok(Document { cases: self.cases })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = concat!(
        "# Page\n\n## One\nProse.\n```epl\nselect 1;\n```\n```trace\nt=0\n```\n\n",
        "## Two\n````epl\n```\n````\n```error\n```\n",
    );

    #[test]
    fn sections_are_cases_and_know_their_lines() {
        let document = Document::parse("page", TEXT).expect("in order");
        let names: Vec<&str> = document.cases.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["One", "Two"]);
        assert_eq!(document.cases[0].prose, "Prose.");
        assert_eq!(document.cases[0].epl.lines, 5..6);
        assert_eq!(document.cases[1].epl.text, "```\n");
    }

    #[test]
    fn a_module_without_an_answer_is_a_fault_with_its_line() {
        let fault = Document::parse("page", "a\n```epl\nselect 1;\n```\n").expect_err("no trace");
        assert_eq!(fault.line, 1);
    }
}
