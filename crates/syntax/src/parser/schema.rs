//! `create schema`.
//!
//! Nouns: columns in parentheses, types behind `as`, and the words behind them in any order. Never: resolves a type.

use super::{Parser, Production};
use crate::Diagnostic;
use crate::ast::{ColumnDefinition, CreateSchema, QualifiedName, Representation};

impl Parser<'_> {
    /// From the representation or `schema` on.
    pub(super) fn create_schema(
        &mut self,
        representation: Option<Representation>,
    ) -> Production<CreateSchema> {
        self.expect_word("schema")?;
        let name = self.ident("a name for the schema")?;
        let mut schema = CreateSchema {
            representation,
            name,
            columns: Vec::new(),
            types: Vec::new(),
            any_type: false,
            inherits: Vec::new(),
            copyfrom: Vec::new(),
            starttimestamp: None,
            endtimestamp: None,
        };
        self.eat_word("as");
        if self.at("(") {
            schema.columns = self.column_definitions()?;
        } else {
            self.schema_types(&mut schema)?;
        }
        while self.schema_option(&mut schema)? {
            self.eat(",");
        }
        Ok(schema)
    }

    /// `(a int, b string)`, perhaps empty.
    pub(super) fn column_definitions(&mut self) -> Production<Vec<ColumnDefinition>> {
        self.expect("(")?;
        let columns = self.comma_list(")", Self::column_definition)?;
        self.expect(")")?;
        Ok(columns)
    }

    fn column_definition(&mut self) -> Production<ColumnDefinition> {
        let start = self.start();
        let name = self.ident("a column name")?;
        if self.at(",") || self.at(")") {
            let message = format!("the column `{}` needs a type", name.name);
            let help = "write the type after the name: `price double`";
            return self.fail(Diagnostic::syntax(message, name.span).with_help(help));
        }
        let ty = self.type_name()?;
        Ok(ColumnDefinition {
            name,
            ty,
            span: self.span_from(start),
        })
    }

    fn schema_types(&mut self, schema: &mut CreateSchema) -> Production<()> {
        if self.at_schema_option() {
            return Ok(());
        }
        loop {
            if self.eat("*") {
                schema.any_type = true;
            } else {
                schema.types.push(self.type_name()?);
            }
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    fn at_schema_option(&self) -> bool {
        self.at_any_word(&["inherits", "copyfrom", "starttimestamp", "endtimestamp"])
    }

    /// One of the words behind the columns; whether there was one.
    fn schema_option(&mut self, schema: &mut CreateSchema) -> Production<bool> {
        if self.eat_word("inherits") {
            schema.inherits = self.type_list()?;
        } else if self.eat_word("copyfrom") {
            schema.copyfrom = self.type_list()?;
        } else if self.eat_word("starttimestamp") {
            schema.starttimestamp = Some(self.ident("a column name")?);
        } else if self.eat_word("endtimestamp") {
            schema.endtimestamp = Some(self.ident("a column name")?);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn type_list(&mut self) -> Production<Vec<QualifiedName>> {
        let mut list = vec![self.qualified_name("an event type")?];
        while self.at(",") && self.at_ident(1) {
            let option = |w: &str| {
                ["inherits", "copyfrom", "starttimestamp", "endtimestamp"]
                    .iter()
                    .any(|o| o.eq_ignore_ascii_case(w))
            };
            if self.word_at(1).is_some_and(option) {
                break;
            }
            self.advance();
            list.push(self.qualified_name("an event type")?);
        }
        Ok(list)
    }
}
