//! The `create` statements.
//!
//! Nouns: which one it is, then windows, tables, indexes and variables; schemas and contexts have rooms of their own.
//! Never: guesses when the word behind `create` is unknown.

use super::{Abort, Parser, Production};
use crate::ast::{
    CreateIndex, CreateTable, CreateVariable, CreateWindow, IndexColumn, Representation,
    StatementKind, TableColumn, TableColumnKind, WindowSource,
};

const KINDS: [&str; 8] = [
    "schema",
    "window",
    "table",
    "index",
    "variable",
    "context",
    "expression",
    "dataflow",
];

impl Parser<'_> {
    pub(super) fn create(&mut self) -> Production<StatementKind> {
        let representation = representation_of(self.word_at(1).unwrap_or(""));
        if self.at_words(&["create", "dataflow"]) {
            return self.foreign("create dataflow");
        }
        self.expect_word("create")?;
        if representation.is_some() && self.at_word_ahead(1, "schema") {
            self.advance();
            return Ok(StatementKind::CreateSchema(
                self.create_schema(representation)?,
            ));
        }
        Ok(match () {
            () if self.at_word("schema") => StatementKind::CreateSchema(self.create_schema(None)?),
            () if self.at_word("window") => {
                StatementKind::CreateWindow(Box::new(self.create_window()?))
            }
            () if self.at_word("table") => StatementKind::CreateTable(self.create_table()?),
            () if self.at_any_word(&["index", "unique"]) => {
                StatementKind::CreateIndex(self.create_index()?)
            }
            () if self.at_any_word(&["variable", "constant", "const"]) => {
                StatementKind::CreateVariable(self.create_variable()?)
            }
            () if self.at_word("context") => {
                StatementKind::CreateContext(Box::new(self.create_context()?))
            }
            () if self.at_word("expression") => {
                StatementKind::CreateExpression(self.expression_declaration()?)
            }
            () if self.at_word("inlined_class") => return self.foreign("inlined_class"),
            () => return self.unknown_kind(),
        })
    }

    fn unknown_kind(&mut self) -> Production<StatementKind> {
        let near = self.word_at(0).and_then(|w| crate::suggest(w, KINDS));
        let help = near.map(|n| format!("did you mean `create {n}`?"));
        let faults = self.diagnostics.len();
        self.fail_expected("`schema`, `window`, `table` or another thing to create");
        if let (Some(help), Some(last)) = (help, self.diagnostics.get_mut(faults)) {
            last.help = Some(help);
        }
        Err(Abort)
    }

    fn create_window(&mut self) -> Production<CreateWindow> {
        self.expect_word("window")?;
        let name = self.ident("a name for the window")?;
        let views = self.views()?;
        let retain = self.retain();
        let source = self.window_source()?;
        let insert = self.eat_word("insert");
        let insert_where = match insert && self.eat_word("where") {
            true => Some(self.expr()?),
            false => None,
        };
        Ok(CreateWindow {
            name,
            views,
            retain,
            source,
            insert,
            insert_where,
        })
    }

    fn window_source(&mut self) -> Production<WindowSource> {
        if self.at("(") {
            return self.column_definitions().map(WindowSource::Columns);
        }
        self.eat_word("as");
        if self.at("(") {
            return self.column_definitions().map(WindowSource::Columns);
        }
        let mut items = Vec::new();
        if self.eat_word("select") {
            items = self.select_list()?;
            self.expect_word("from")?;
        }
        let name = self.qualified_name("an event type")?;
        Ok(WindowSource::Type { items, name })
    }

    fn create_table(&mut self) -> Production<CreateTable> {
        self.expect_word("table")?;
        let name = self.ident("a name for the table")?;
        self.eat_word("as");
        self.expect("(")?;
        let columns = self.comma_list(")", Self::table_column)?;
        self.expect(")")?;
        Ok(CreateTable { name, columns })
    }

    fn table_column(&mut self) -> Production<TableColumn> {
        let start = self.start();
        let name = self.ident("a column name")?;
        let kind = if self.aggregation_follows() {
            TableColumnKind::Aggregation(self.primary()?)
        } else {
            TableColumnKind::Plain(self.type_name()?)
        };
        let mut annotations = self.annotations()?;
        let primary_key = self.eat_words(&["primary", "key"]);
        annotations.extend(self.annotations()?);
        let span = self.span_from(start);
        Ok(TableColumn {
            name,
            kind,
            primary_key,
            annotations,
            span,
        })
    }

    /// Whether a call follows: `sum(int)`, `my.agg(int)`.
    fn aggregation_follows(&self) -> bool {
        let mut ahead = 1;
        while self.at_ahead(ahead, ".") {
            ahead += 2;
        }
        self.at_ahead(ahead, "(")
    }

    fn create_index(&mut self) -> Production<CreateIndex> {
        let unique = self.eat_word("unique");
        self.expect_word("index")?;
        let name = self.ident("a name for the index")?;
        self.expect_word("on")?;
        let target = self.ident("a window or table")?;
        self.expect("(")?;
        let columns = self.comma_list(")", Self::index_column)?;
        self.expect(")")?;
        Ok(CreateIndex {
            unique,
            name,
            target,
            columns,
        })
    }

    /// `a`, `a btree`, `(a, b) pointregionquadtree(0, 0, 100, 100)`
    fn index_column(&mut self) -> Production<IndexColumn> {
        let start = self.start();
        let exprs = if self.eat("(") {
            let exprs = self.comma_list(")", Self::expr)?;
            self.expect(")")?;
            exprs
        } else {
            vec![self.expr()?]
        };
        let mut kind = None;
        let mut args = Vec::new();
        if self.at_ident(0) {
            kind = Some(self.take_name());
            if self.eat("(") {
                args = self.comma_list(")", Self::expr)?;
                self.expect(")")?;
            }
        }
        Ok(IndexColumn {
            exprs,
            kind,
            args,
            span: self.span_from(start),
        })
    }

    fn create_variable(&mut self) -> Production<CreateVariable> {
        let constant = self.eat_word("constant") || self.eat_word("const");
        self.expect_word("variable")?;
        let lone = self.at_ahead(1, "=") || self.at_ahead(1, ";");
        let ty = match lone {
            true => None,
            false => Some(self.type_name()?),
        };
        let name = self.ident("a name for the variable")?;
        let initial = match self.eat("=") {
            true => Some(self.expr()?),
            false => None,
        };
        Ok(CreateVariable {
            constant,
            ty,
            name,
            initial,
        })
    }
}

fn representation_of(word: &str) -> Option<Representation> {
    Some(match word.to_ascii_lowercase().as_str() {
        "map" => Representation::Map,
        "objectarray" => Representation::ObjectArray,
        "json" => Representation::Json,
        "avro" => Representation::Avro,
        "xml" => Representation::Xml,
        "variant" => Representation::Variant,
        _ => return None,
    })
}
