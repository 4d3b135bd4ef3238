//! The `create` statements as text, but for contexts.

use super::{Printer, print_expr};
use crate::ast::{
    ColumnDefinition, CreateIndex, CreateSchema, CreateTable, CreateVariable, CreateWindow,
    IndexColumn, Representation, TableColumn, TableColumnKind, WindowSource,
};

impl Printer {
    pub(super) fn create_schema(&mut self, create: &CreateSchema) {
        self.text("create ");
        self.text(match create.representation {
            None => "",
            Some(Representation::Map) => "map ",
            Some(Representation::ObjectArray) => "objectarray ",
            Some(Representation::Json) => "json ",
            Some(Representation::Avro) => "avro ",
            Some(Representation::Xml) => "xml ",
            Some(Representation::Variant) => "variant ",
        });
        self.text("schema ");
        self.ident(&create.name);
        if create.types.is_empty() && !create.any_type {
            self.columns(&create.columns);
        } else {
            self.clause(" as ", &create.types, Self::type_name);
            self.flag(
                create.any_type,
                if create.types.is_empty() {
                    " as *"
                } else {
                    ", *"
                },
            );
        }
        self.clause(" inherits ", &create.inherits, Self::qualified_name);
        self.clause(" copyfrom ", &create.copyfrom, Self::qualified_name);
        self.optional(
            " starttimestamp ",
            create.starttimestamp.as_ref(),
            Self::ident,
        );
        self.optional(" endtimestamp ", create.endtimestamp.as_ref(), Self::ident);
    }

    fn columns(&mut self, columns: &[ColumnDefinition]) {
        self.text(" (");
        self.list(columns, ", ", |p, column| {
            p.ident(&column.name);
            p.text(" ");
            p.type_name(&column.ty);
        });
        self.text(")");
    }

    pub(super) fn create_window(&mut self, create: &CreateWindow) {
        self.text("create window ");
        self.ident(&create.name);
        create.views.iter().for_each(|v| self.view(v));
        self.retain(create.retain);
        match &create.source {
            WindowSource::Columns(columns) => self.columns(columns),
            WindowSource::Type { items, name } => {
                self.text(" as ");
                if !items.is_empty() {
                    self.text("select ");
                    self.select_list(items);
                    self.text(" from ");
                }
                self.qualified_name(name);
            }
        }
        self.flag(create.insert, " insert");
        self.optional(" where ", create.insert_where.as_ref(), Self::expr);
    }

    pub(super) fn create_table(&mut self, create: &CreateTable) {
        self.text("create table ");
        self.ident(&create.name);
        self.text(" (");
        self.list(&create.columns, ", ", Self::table_column);
        self.text(")");
    }

    fn table_column(&mut self, column: &TableColumn) {
        self.ident(&column.name);
        self.text(" ");
        match &column.kind {
            TableColumnKind::Plain(ty) => self.type_name(ty),
            TableColumnKind::Aggregation(call) => self.expr(call),
        }
        self.flag(column.primary_key, " primary key");
        self.annotations(&column.annotations);
    }

    pub(super) fn create_index(&mut self, create: &CreateIndex) {
        self.text(if create.unique {
            "create unique index "
        } else {
            "create index "
        });
        self.ident(&create.name);
        self.text(" on ");
        self.ident(&create.target);
        self.text(" (");
        self.list(&create.columns, ", ", Self::index_column);
        self.text(")");
    }

    fn index_column(&mut self, column: &IndexColumn) {
        match column.exprs.as_slice() {
            [one] if !print_expr(one).starts_with('(') => self.expr(one),
            many => self.exprs(many),
        }
        self.optional(" ", column.kind.as_ref(), Self::ident);
        if !column.args.is_empty() {
            self.exprs(&column.args);
        }
    }

    pub(super) fn create_variable(&mut self, create: &CreateVariable) {
        self.text(if create.constant {
            "create constant variable "
        } else {
            "create variable "
        });
        if let Some(ty) = &create.ty {
            self.type_name(ty);
            self.text(" ");
        }
        self.ident(&create.name);
        self.optional(" = ", create.initial.as_ref(), Self::expr);
    }
}
