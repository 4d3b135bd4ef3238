//! Formats with a schema registry. A check reads the reader's schema and asks no registry.

#[cfg(any(feature = "avro", feature = "protobuf"))]
use std::path::Path;
use std::sync::Arc;

use tachograph_connect::formats::{RecordDecoder, TimeField};
use tachograph_connect::sink::RowFormat;
#[cfg(any(feature = "avro", feature = "protobuf"))]
use tachograph_connect::{
    formats::{Framed, RowWriter, SchemaFormat},
    registry::{Client, Registry, RegistryConfig},
};
use tachograph_event::EventType;
use tachograph_syntax::Span;

use super::Assembler;
#[cfg(any(feature = "avro", feature = "protobuf"))]
use crate::bolts::SchemaRows;
use crate::bolts::ValueFormat;
use crate::config::{BoltConfig, FormatConfig, SinkFormat, SpoutConfig};
#[cfg(any(feature = "avro", feature = "protobuf"))]
use crate::config::{SchemaConfig, SinkSchema};

/// What the decoders of a spout's partitions have in common.
#[derive(Clone, Default)]
pub(super) struct Schemas {
    #[cfg(any(feature = "avro", feature = "protobuf"))]
    registry: Option<Arc<Registry>>,
}

/// A spout's records, for a decoder.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub spout: &'a SpoutConfig,
    pub event_type: &'a Arc<EventType>,
    /// Where their time stands, if in them.
    pub time: &'a Option<TimeField>,
    /// Slots of properties that never stand in them.
    pub beside: &'a [usize],
}

impl Assembler<'_> {
    /// A decoder of records that are values of a log; one is made for each partition.
    pub(super) fn record_decoder(
        &mut self,
        records: Records<'_>,
        schemas: &mut Schemas,
    ) -> Option<RecordDecoder> {
        match &records.spout.format {
            FormatConfig::Avro(config) => self.avro(records, config, schemas),
            FormatConfig::Protobuf(config) => self.protobuf(records, config, schemas),
            _ => {
                let (spout, event_type) = (records.spout, records.event_type);
                let time = records.time.clone();
                let lines = self.decoder(spout, event_type, time, records.beside);
                lines.map(RecordDecoder::Lines)
            }
        }
    }

    #[cfg(feature = "avro")]
    fn avro(
        &mut self,
        records: Records<'_>,
        config: &SchemaConfig,
        schemas: &mut Schemas,
    ) -> Option<RecordDecoder> {
        use tachograph_connect::formats::avro::Avro;
        let reader = self.reader_schema(config)?;
        let event_type = Arc::clone(records.event_type);
        let (text, fields) = (reader.as_deref(), &config.fields[..]);
        let format = Avro::new(event_type, text, fields, records.beside);
        self.framed(records, config, format, schemas)
    }

    #[cfg(feature = "protobuf")]
    fn protobuf(
        &mut self,
        records: Records<'_>,
        config: &SchemaConfig,
        schemas: &mut Schemas,
    ) -> Option<RecordDecoder> {
        use tachograph_connect::formats::protobuf::Protobuf;
        let reader = self.reader_schema(config)?;
        let event_type = Arc::clone(records.event_type);
        let (text, message) = (reader.as_deref(), config.message.as_deref());
        let fields = &config.fields[..];
        let format = Protobuf::new(event_type, text, message, fields, records.beside);
        self.framed(records, config, format, schemas)
    }

    #[cfg(not(feature = "avro"))]
    fn avro<C>(&mut self, records: Records<'_>, _: C, _: &mut Schemas) -> Option<RecordDecoder> {
        self.without("Avro", "avro", records.spout.span)
    }

    #[cfg(not(feature = "protobuf"))]
    fn protobuf<C>(
        &mut self,
        records: Records<'_>,
        _: C,
        _: &mut Schemas,
    ) -> Option<RecordDecoder> {
        self.without("Protocol Buffers", "protobuf", records.spout.span)
    }

    #[cfg(not(all(feature = "avro", feature = "protobuf")))]
    fn without<T>(&mut self, what: &str, feature: &str, span: Span) -> Option<T> {
        let message = format!(
            "this program was built without {what}: build it with `--features kafka,{feature}`"
        );
        self.fault(message, span);
        None
    }

    /// The text of the reader's schema, where there is one.
    #[cfg(any(feature = "avro", feature = "protobuf"))]
    fn reader_schema(&mut self, config: &SchemaConfig) -> Option<Option<String>> {
        let Some((path, span)) = &config.reader else {
            return Some(None);
        };
        let path = self.relative(path);
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(Some(text)),
            Err(error) => {
                self.fault(format!("{}: {error}", path.display()), *span);
                None
            }
        }
    }

    #[cfg(any(feature = "avro", feature = "protobuf"))]
    fn framed<F: SchemaFormat + 'static>(
        &mut self,
        records: Records<'_>,
        config: &SchemaConfig,
        format: Result<F, String>,
        schemas: &mut Schemas,
    ) -> Option<RecordDecoder> {
        let place = match &config.reader {
            Some((_, span)) => *span,
            None => records.spout.span,
        };
        let format = self.told(format, place)?;
        let registry = match &schemas.registry {
            Some(registry) => Arc::clone(registry),
            None => self.registry(config, records.spout.span)?,
        };
        schemas.registry = Some(Arc::clone(&registry));
        let event_type = Arc::clone(records.event_type);
        let time = records.time.clone();
        let decoder = Framed::new(format, registry, event_type, time, config.on_mismatch);
        Some(RecordDecoder::Values(Box::new(decoder)))
    }

    #[cfg(any(feature = "avro", feature = "protobuf"))]
    fn registry(&mut self, config: &SchemaConfig, span: Span) -> Option<Arc<Registry>> {
        let registry = Registry::new(&self.located(&config.registry));
        let registry = self.told(registry, span)?;
        Some(Arc::new(registry))
    }

    /// A registry whose files are where the topology's file means them.
    #[cfg(any(feature = "avro", feature = "protobuf"))]
    fn located(&self, config: &RegistryConfig) -> RegistryConfig {
        let certificates = config.certificates.as_deref();
        RegistryConfig {
            certificates: certificates.map(|path| self.relative(path)),
            ..config.clone()
        }
    }

    #[cfg(any(feature = "avro", feature = "protobuf"))]
    fn told<T>(&mut self, result: Result<T, String>, span: Span) -> Option<T> {
        result.map_err(|fault| self.fault(fault, span)).ok()
    }

    #[cfg(any(feature = "avro", feature = "protobuf"))]
    fn relative(&self, path: &Path) -> std::path::PathBuf {
        self.config.relative(&path.to_string_lossy())
    }
}

impl Assembler<'_> {
    /// How a bolt writes rows into a topic.
    pub(super) fn value_format(
        &mut self,
        bolt: &BoltConfig,
        format: &SinkFormat,
        event_type: &Arc<EventType>,
    ) -> Option<ValueFormat> {
        match format {
            SinkFormat::Json => Some(ValueFormat::Text(RowFormat::Json)),
            SinkFormat::Delimited(separator) => {
                Some(ValueFormat::Text(RowFormat::Delimited(*separator)))
            }
            SinkFormat::Avro(schema) => self.avro_rows(bolt, schema, event_type),
            SinkFormat::Protobuf(schema) => self.protobuf_rows(bolt, schema, event_type),
        }
    }

    #[cfg(feature = "avro")]
    fn avro_rows(
        &mut self,
        bolt: &BoltConfig,
        schema: &SinkSchema,
        event_type: &Arc<EventType>,
    ) -> Option<ValueFormat> {
        use tachograph_connect::formats::avro::AvroWriter;
        let writer = AvroWriter::new(Arc::clone(event_type));
        self.schema_rows(bolt, schema, writer)
    }

    #[cfg(feature = "protobuf")]
    fn protobuf_rows(
        &mut self,
        bolt: &BoltConfig,
        schema: &SinkSchema,
        event_type: &Arc<EventType>,
    ) -> Option<ValueFormat> {
        use tachograph_connect::formats::protobuf::ProtobufWriter;
        let writer = ProtobufWriter::new(Arc::clone(event_type));
        self.schema_rows(bolt, schema, writer)
    }

    #[cfg(not(feature = "avro"))]
    fn avro_rows<S, E>(&mut self, bolt: &BoltConfig, _: S, _: E) -> Option<ValueFormat> {
        self.without("Avro", "avro", bolt.span)
    }

    #[cfg(not(feature = "protobuf"))]
    fn protobuf_rows<S, E>(&mut self, bolt: &BoltConfig, _: S, _: E) -> Option<ValueFormat> {
        self.without("Protocol Buffers", "protobuf", bolt.span)
    }

    #[cfg(any(feature = "avro", feature = "protobuf"))]
    fn schema_rows<W: RowWriter + 'static>(
        &mut self,
        bolt: &BoltConfig,
        schema: &SinkSchema,
        writer: Result<W, String>,
    ) -> Option<ValueFormat> {
        let writer = Box::new(self.told(writer, bolt.span)?);
        let client = Client::new(&self.located(&schema.registry));
        let client = self.told(client, bolt.span)?;
        let rows = SchemaRows::new(writer, client, schema.subject.clone());
        Some(ValueFormat::Schema(rows))
    }
}
