//! The manifest: the live files of a table and its configuration, in one framed record.
//!
//! It is written beside the old one, made durable, and renamed over it; the old one is valid
//! until the new one is whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tachograph_event::{CodecError, Decoder, Encoder};

use crate::compaction::FileInfo;
use crate::config::TableConfig;
use crate::error::ArchiveError;

/// Version of the manifest's form.
const VERSION: u32 = 1;

/// What a manifest says.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    pub config: TableConfig,
    pub next_file: u64,
    pub files: Vec<FileInfo>,
}

impl Manifest {
    /// Reads the manifest of a folder; none where there is none.
    pub fn read(folder: &Path) -> Result<Option<Manifest>, ArchiveError> {
        let path = folder.join("MANIFEST");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(ArchiveError::of(&path, e)),
        };
        let fault = |e: CodecError| {
            ArchiveError::of(
                &path,
                format!("{e}; the table's files are untouched beside it"),
            )
        };
        let (version, mut from) = Decoder::open(&bytes).map_err(fault)?;
        if version != VERSION {
            return Err(fault(CodecError::Version(version)));
        }
        Manifest::load(&mut from).map(Some).map_err(fault)
    }

    /// Writes the manifest of a table without rows, so that it can be read as such.
    pub fn begin(folder: &Path, config: &TableConfig) -> Result<Manifest, ArchiveError> {
        let manifest = Manifest {
            config: config.clone(),
            next_file: 1,
            files: Vec::new(),
        };
        manifest.write(folder)?;
        Ok(manifest)
    }

    fn load(from: &mut Decoder<'_>) -> Result<Manifest, CodecError> {
        Ok(Manifest {
            config: TableConfig::load(from)?,
            next_file: from.u64()?,
            files: from.list(|from| {
                Ok(FileInfo {
                    number: from.u64()?,
                    bucket: from.i64()?,
                    rows: from.u64()?,
                    bytes: from.u64()?,
                    min_key: from.bytes()?.to_vec(),
                    max_key: from.bytes()?.to_vec(),
                    min_time: from.i64()?,
                    max_time: from.i64()?,
                })
            })?,
        })
    }

    /// Makes this the manifest of a folder.
    pub fn write(&self, folder: &Path) -> Result<(), ArchiveError> {
        let mut to = Encoder::new();
        self.config.save(&mut to);
        to.u64(self.next_file);
        to.list(self.files.iter(), |to, file| {
            to.u64(file.number);
            to.i64(file.bucket);
            to.u64(file.rows);
            to.u64(file.bytes);
            to.bytes(&file.min_key);
            to.bytes(&file.max_key);
            to.i64(file.min_time);
            to.i64(file.max_time);
        });
        let next = folder.join("MANIFEST.next");
        let fault = |e| ArchiveError::of(&next, e);
        let mut file = File::create(&next).map_err(fault)?;
        file.write_all(&to.into_frame(VERSION)).map_err(fault)?;
        file.sync_all().map_err(fault)?;
        fs::rename(&next, folder.join("MANIFEST")).map_err(fault)?;
        sync_folder(folder)
    }
}

/// Makes renames and new files of a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), ArchiveError> {
    let synced = File::open(folder).and_then(|f| f.sync_all());
    synced.map_err(|e| ArchiveError::of(folder, e))
}
