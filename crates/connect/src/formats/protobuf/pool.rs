//! The text of a schema, with those that it imports, compiled. Python's serializers give a registry the
//! compiled file instead, in base 64, and not every registry makes a text of it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost_reflect::DescriptorPool;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use protox::{Compiler, Error};

use crate::registry::Referenced;

/// Name of the file that the schema itself is taken for.
const ITSELF: &str = "schema.proto";

/// Files by the names under which they are imported.
struct Texts(BTreeMap<String, String>);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, Error> {
        match self.0.get(name) {
            Some(text) => match compiled(name, text) {
                Some(file) => Ok(file),
                None => File::from_source(name, text),
            },
            None => Err(Error::file_not_found(name)),
        }
    }
}

/// A file that comes compiled, under the name that it is asked for by.
fn compiled(name: &str, text: &str) -> Option<File> {
    let bytes = STANDARD.decode(text.trim()).ok()?;
    let file = File::decode_file_descriptor_proto(&bytes[..]).ok()?;
    let mut descriptor = file.file_descriptor_proto().clone();
    descriptor.name = Some(name.to_string());
    Some(File::from_file_descriptor_proto(descriptor))
}

/// Compiles a schema; gives the name of its file among the compiled ones.
///
/// # Errors
/// What is wrong with it.
pub fn compile(text: &str, references: &[Referenced]) -> Result<(DescriptorPool, String), String> {
    let mut texts: BTreeMap<String, String> = references
        .iter()
        .map(|r| (r.name.clone(), r.text.clone()))
        .collect();
    let mut name = ITSELF.to_string();
    while texts.contains_key(&name) {
        name.insert(0, '_');
    }
    texts.insert(name.clone(), text.to_string());
    let mut resolver = ChainFileResolver::new();
    resolver.add(Texts(texts));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true);
    let opened = compiler.open_file(&name).map(|_| ());
    opened.map_err(|e| format!("not a schema of Protocol Buffers: {e}"))?;
    Ok((compiler.descriptor_pool(), name))
}
