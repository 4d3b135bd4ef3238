//! Modules, statements and annotations as text.

use super::Printer;
use crate::ast::{
    Annotation, AnnotationArg, AnnotationValue, ExpressionDeclaration, Module, Statement,
    StatementKind, UpdateIstream,
};

impl Printer {
    pub(super) fn module(&mut self, module: &Module) {
        if let Some(name) = &module.name {
            self.text("module ");
            self.qualified_name(name);
            self.text(";\n");
        }
        for name in &module.uses {
            self.text("uses ");
            self.qualified_name(name);
            self.text(";\n");
        }
        for import in &module.imports {
            self.text("import ");
            self.qualified_name(&import.name);
            self.flag(import.wildcard, ".*");
            self.text(";\n");
        }
        for statement in &module.items {
            self.statement(statement);
            self.text(";\n");
        }
    }

    pub(super) fn statement(&mut self, statement: &Statement) {
        for annotation in &statement.annotations {
            self.annotation(annotation);
            self.text(" ");
        }
        for declaration in &statement.expressions {
            self.expression_declaration(declaration);
            self.text(" ");
        }
        if let Some(context) = &statement.context {
            self.text("context ");
            self.ident(context);
            self.text(" ");
        }
        match &statement.kind {
            StatementKind::Select(select) => self.select(select),
            StatementKind::CreateSchema(create) => self.create_schema(create),
            StatementKind::CreateWindow(create) => self.create_window(create),
            StatementKind::CreateTable(create) => self.create_table(create),
            StatementKind::CreateIndex(create) => self.create_index(create),
            StatementKind::CreateVariable(create) => self.create_variable(create),
            StatementKind::CreateExpression(declaration) => {
                self.text("create ");
                self.expression_declaration(declaration);
            }
            StatementKind::CreateContext(create) => self.create_context(create),
            StatementKind::OnTrigger(trigger) => self.on_trigger(trigger),
            StatementKind::UpdateIstream(update) => self.update_istream(update),
        }
    }

    fn update_istream(&mut self, update: &UpdateIstream) {
        self.text("update istream ");
        self.qualified_name(&update.event_type);
        self.optional(" as ", update.alias.as_ref(), Self::ident);
        self.clause(" set ", &update.set, Self::assignment);
        self.optional(" where ", update.where_.as_ref(), Self::expr);
    }

    fn expression_declaration(&mut self, declaration: &ExpressionDeclaration) {
        self.text("expression ");
        self.ident(&declaration.name);
        self.text(if declaration.alias {
            " alias for { "
        } else {
            " { "
        });
        match declaration.params.as_slice() {
            [] => {}
            [one] => self.ident(one),
            many => self.ident_list(many),
        }
        self.flag(!declaration.params.is_empty(), " => ");
        self.expr(&declaration.body);
        self.text(" }");
    }

    pub(super) fn annotations(&mut self, annotations: &[Annotation]) {
        for annotation in annotations {
            self.text(" ");
            self.annotation(annotation);
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.text("@");
        self.list(&annotation.name.parts, ".", Self::member);
        if !annotation.args.is_empty() {
            self.text("(");
            self.list(&annotation.args, ",", Self::annotation_arg);
            self.text(")");
        }
    }

    fn annotation_arg(&mut self, arg: &AnnotationArg) {
        if let Some(name) = &arg.name {
            self.member(name);
            self.text("=");
        }
        self.annotation_value(&arg.value);
    }

    fn annotation_value(&mut self, value: &AnnotationValue) {
        match value {
            AnnotationValue::Literal(literal) => self.literal(literal),
            AnnotationValue::Name(name) => self.list(&name.parts, ".", Self::annotation_word),
            AnnotationValue::Array(values) => {
                self.text("{");
                self.list(values, ",", Self::annotation_value);
                self.text("}");
            }
            AnnotationValue::Annotation(annotation) => self.annotation(annotation),
        }
    }

    fn annotation_word(&mut self, word: &crate::ast::Ident) {
        let constant = ["null", "true", "false"]
            .iter()
            .any(|c| c.eq_ignore_ascii_case(&word.name));
        self.name(&word.name, super::is_plain(&word.name) && !constant);
    }
}
