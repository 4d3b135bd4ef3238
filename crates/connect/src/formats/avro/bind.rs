//! A schema and what is wanted of its records give a plan of reading. Pure: all faults of a schema are
//! found here, before a record is read.

use std::collections::BTreeSet;

use tachograph_event::{Type, Value};

use super::super::scalar::Kind;
use super::super::wants::{Want, wants};
use super::default;
use super::plan::{Make, Plan, Rows, Step};
use super::reader;
use super::shape::{Field, Place, Shape, Shapes};

impl Plan {
    /// A plan. Records are read as those of the reader's schema, where there is one.
    ///
    /// # Errors
    /// All that is wrong, in a sentence.
    pub fn new(writer: &Shapes, reader: Option<&Shapes>, wants: &[Want]) -> Result<Plan, String> {
        let mut binder = Binder::new(writer, reader);
        let width = wants.iter().map(|w| w.slot + 1).max().unwrap_or(0);
        let step = binder.step(writer.root, reader.map(|r| r.root), wants);
        if let Step::Never(_) = &step {
            let what = name(writer.at(writer.root));
            binder.faults.push(format!("a record is {what} there"));
        }
        let (rows, instants) = binder.finish(step, width)?;
        Ok(Plan {
            writer: writer.clone(),
            rows,
            instants,
        })
    }
}

struct Binder<'a> {
    writer: &'a Shapes,
    reader: Option<&'a Shapes>,
    constants: Vec<(usize, Value)>,
    instants: BTreeSet<usize>,
    faults: Vec<String>,
}

impl<'a> Binder<'a> {
    fn new(writer: &'a Shapes, reader: Option<&'a Shapes>) -> Binder<'a> {
        Binder {
            writer,
            reader,
            constants: Vec::new(),
            instants: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    fn finish(self, step: Step, width: usize) -> Result<(Rows, BTreeSet<usize>), String> {
        if !self.faults.is_empty() {
            return Err(self.faults.join("; "));
        }
        let rows = Rows {
            step,
            constants: self.constants,
            width,
        };
        Ok((rows, self.instants))
    }

    /// The step for a value that is wanted whole, in parts, or not at all.
    fn step(&mut self, place: Place, reader: Option<Place>, wants: &[Want]) -> Step {
        let (whole, parts): (Vec<&Want>, Vec<&Want>) =
            wants.iter().partition(|want| want.path.is_empty());
        let mut steps: Vec<Step> = whole
            .into_iter()
            .map(|want| self.take(place, reader, want))
            .collect();
        if !parts.is_empty() {
            let parts: Vec<Want> = parts.into_iter().cloned().collect();
            steps.push(self.parts(place, reader, &parts));
        }
        match steps.len() {
            0 => Step::Skip(place),
            1 => steps.remove(0),
            _ => Step::Several(steps),
        }
    }

    fn take(&mut self, place: Place, reader: Option<Place>, want: &Want) -> Step {
        if self.is_instant(place, &want.ty) {
            self.instants.insert(want.slot);
        }
        match self.make(place, reader, &want.ty) {
            Ok(make) => Step::Take(want.slot, make),
            Err(why) => Step::Never(why),
        }
    }

    /// Is a value an instant as a value of a type, in all of its branches?
    fn is_instant(&self, place: Place, ty: &Type) -> bool {
        match self.writer.at(place) {
            Shape::Whole(kind) => kind.is_instant(ty),
            Shape::Union(branches) => branches.iter().all(|branch| {
                let is_null = matches!(self.writer.at(*branch), Shape::Null);
                is_null || self.is_instant(*branch, ty)
            }),
            _ => false,
        }
    }

    fn parts(&mut self, place: Place, reader: Option<Place>, wants: &[Want]) -> Step {
        match self.writer.at(place) {
            Shape::Null => Step::Skip(place),
            Shape::Record(fields) => self.record(fields, reader, wants),
            Shape::Map(value) => self.map(*value, reader, wants),
            Shape::Union(branches) => {
                let steps = branches.iter().map(|b| self.parts(*b, reader, wants));
                let steps: Vec<Step> = steps.collect();
                let reads = |step: &Step| matches!(step, Step::Record(_) | Step::Map(..));
                match steps.iter().any(reads) {
                    true => Step::Union(steps),
                    false => Step::Never("has no parts".into()),
                }
            }
            _ => Step::Never("has no parts".into()),
        }
    }

    fn record(&mut self, fields: &'a [Field], reader: Option<Place>, wants: &[Want]) -> Step {
        let known = reader::fields(self.reader, reader);
        // For each field, what is wanted of it, and how the reader knows it.
        let mut of: Vec<(Vec<Want>, Option<Place>)> = vec![(Vec::new(), None); fields.len()];
        for want in wants {
            let name = &want.path[0];
            let known = known.map(|known| known.iter().find(|f| f.name == *name));
            let found = match known {
                None => fields.iter().position(|f| f.name == *name),
                Some(None) => None,
                Some(Some(known)) => reader::written(fields, known),
            };
            match (found, known.flatten()) {
                (Some(number), known) => {
                    of[number].0.push(want.inward());
                    of[number].1 = known.map(|known| known.shape);
                }
                (None, Some(known)) => self.constant(known, want),
                (None, None) => self.lacks(want, known.is_some()),
            }
        }
        let mut steps = Vec::new();
        for (field, (wants, known)) in fields.iter().zip(&of) {
            let step = self.step(field.shape, *known, wants);
            self.complain(&step, field);
            steps.push(step);
        }
        Step::Record(steps)
    }

    fn complain(&mut self, step: &Step, field: &Field) {
        match step {
            Step::Never(why) => self
                .faults
                .push(format!("the field `{}` {why}", field.name)),
            Step::Several(steps) => steps.iter().for_each(|step| self.complain(step, field)),
            _ => {}
        }
    }

    fn lacks(&mut self, want: &Want, by_reader: bool) {
        let whose = match by_reader {
            true => "the reader's schema",
            false => "the schema",
        };
        let (name, ty) = (&want.path[0], &want.ty);
        let fault = format!("{whose} has no field `{name}` ({ty})");
        self.faults.push(fault);
    }

    /// A value that the writer did not know.
    fn constant(&mut self, known: &Field, want: &Want) {
        let Some(reader) = self.reader else { return };
        let Some(json) = &known.default else {
            let name = &known.name;
            self.faults.push(format!(
                "the schema has no field `{name}`, and the reader's has no default for it"
            ));
            return;
        };
        match default::value(reader, known.shape, json, &want.path[1..], &want.ty) {
            Some(Value::Null) => {}
            Some(value) => self.constants.push((want.slot, value)),
            None => self.faults.push(format!(
                "the default of `{}` is not of type {}",
                known.name, want.ty
            )),
        }
    }

    fn map(&mut self, value: Place, reader: Option<Place>, wants: &[Want]) -> Step {
        let reader = reader::map(self.reader, reader);
        let mut keys: Vec<(String, Vec<Want>)> = Vec::new();
        for want in wants {
            let inward = want.inward();
            match keys.iter_mut().find(|(key, _)| *key == want.path[0]) {
                Some((_, wants)) => wants.push(inward),
                None => keys.push((want.path[0].clone(), vec![inward])),
            }
        }
        let mut steps = Vec::new();
        for (key, wants) in keys {
            let step = self.step(value, reader, &wants);
            if let Step::Never(why) = &step {
                self.faults.push(format!("the value of `{key}` {why}"));
            }
            steps.push((key, step));
        }
        Step::Map(steps, value)
    }

    fn make(&mut self, place: Place, reader: Option<Place>, ty: &Type) -> Result<Make, String> {
        Ok(match (self.writer.at(place), ty) {
            (Shape::Null, _) => Make::Null,
            (Shape::Bool, Type::Bool) => Make::Bool,
            (Shape::Whole(kind), _) if kind.fits(ty) => Make::Whole(*kind, ty.clone()),
            (Shape::Float, _) if Kind::Real.fits(ty) => Make::Float(ty.clone()),
            (Shape::Double, _) if Kind::Real.fits(ty) => Make::Double(ty.clone()),
            (Shape::Text, _) if Kind::Text.fits(ty) => Make::Text(ty.clone()),
            (Shape::Bytes(kind), _) if kind.fits(ty) => Make::Bytes(*kind, ty.clone()),
            (Shape::Fixed(size, kind), _) if kind.fits(ty) => Make::Fixed(*size, *kind, ty.clone()),
            (Shape::Enum { symbols, .. }, Type::Str) => Make::Enum(self.symbols(symbols, reader)),
            (Shape::Array(item), Type::Array(element)) => {
                let reader = reader::array(self.reader, reader);
                Make::Array(Box::new(self.make(*item, reader, element)?))
            }
            (Shape::Record(fields), Type::Event(inner)) => {
                let mut within = Binder::new(self.writer, self.reader);
                let step = within.record(fields, reader, &wants(inner, &[], &[])?);
                let (rows, _) = within.finish(step, inner.properties.len())?;
                Make::Row(Box::new(rows))
            }
            (Shape::Union(branches), _) => self.union(branches, reader, ty)?,
            (shape, _) => return Err(format!("is {} and cannot become {ty}", name(shape))),
        })
    }

    fn union(
        &mut self,
        branches: &[Place],
        reader: Option<Place>,
        ty: &Type,
    ) -> Result<Make, String> {
        let mut fault = None;
        let mut fits = false;
        let mut makes = Vec::new();
        for branch in branches {
            let make = self.make(*branch, reader, ty);
            let make = make.unwrap_or_else(|why| {
                fault = Some(why.clone());
                Make::Never(why)
            });
            fits |= !matches!(make, Make::Null | Make::Never(_));
            makes.push(make);
        }
        match (fits, fault) {
            (false, Some(why)) => Err(why),
            _ => Ok(Make::Union(makes)),
        }
    }

    fn symbols(&self, symbols: &[String], reader: Option<Place>) -> Vec<Result<Value, String>> {
        let known = reader::symbols(self.reader, reader);
        let one = |symbol: &String| match known {
            Some((known, default)) if !known.contains(symbol) => {
                let usual = default.as_ref().map(Value::str);
                usual.ok_or_else(|| format!("the reader's schema has no symbol `{symbol}`"))
            }
            _ => Ok(Value::str(symbol)),
        };
        symbols.iter().map(one).collect()
    }
}

fn name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Null => "null",
        Shape::Bool => Kind::Bool.name(),
        Shape::Whole(kind) | Shape::Bytes(kind) | Shape::Fixed(_, kind) => kind.name(),
        Shape::Float | Shape::Double => Kind::Real.name(),
        Shape::Text => Kind::Text.name(),
        Shape::Enum { .. } => "an enumeration",
        Shape::Array(_) => "an array",
        Shape::Map(_) => "a map (its values are named by `fields`, with the key after a dot)",
        Shape::Union(_) => "a union",
        Shape::Record(_) => "a record (its fields are named by `fields`, with dots)",
    }
}
