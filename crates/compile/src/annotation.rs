//! Annotations as the plan keeps them: a name and the text of its argument.

use tachograph_syntax::ast::{Annotation, AnnotationArg, AnnotationValue, Literal, Statement};

/// All annotations of a statement.
pub fn all(statement: &Statement) -> Vec<(String, String)> {
    let annotations = statement.annotations.iter();
    annotations.map(|a| (a.name.text(), arguments(a))).collect()
}

fn arguments(annotation: &Annotation) -> String {
    let texts: Vec<String> = annotation.args.iter().map(argument).collect();
    texts.join(", ")
}

fn argument(arg: &AnnotationArg) -> String {
    let value = value(&arg.value);
    match &arg.name {
        Some(name) => format!("{}={value}", name.name),
        None => value,
    }
}

fn value(of: &AnnotationValue) -> String {
    match of {
        AnnotationValue::Literal(Literal::String(text)) => text.clone(),
        AnnotationValue::Literal(Literal::Int(v)) => v.to_string(),
        AnnotationValue::Literal(Literal::Long(v)) => v.to_string(),
        AnnotationValue::Literal(Literal::Bool(v)) => v.to_string(),
        AnnotationValue::Literal(other) => format!("{other:?}"),
        AnnotationValue::Name(name) => name.text(),
        AnnotationValue::Array(values) => {
            let values: Vec<String> = values.iter().map(value).collect();
            format!("{{{}}}", values.join(", "))
        }
        AnnotationValue::Annotation(inner) => {
            format!("@{}({})", inner.name.text(), arguments(inner))
        }
    }
}
