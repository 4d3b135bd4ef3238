//! Formats: how a spout's records are read, and their time in them; how sinks write rows.

use std::sync::Arc;

use tachograph_connect::formats::{Delimited, Json, LineDecoder, TimeField};
use tachograph_connect::sink::RowFormat;
use tachograph_event::EventType;
use tachograph_time::DatePattern;

use super::Assembler;
use super::names::property_names;
use crate::config::{FormatConfig, SpoutConfig};

impl Assembler<'_> {
    /// A decoder of a spout's records; one is made for each partition. The time stands in a record
    /// where its field is given; the properties of the slots `beside` never do.
    pub(super) fn decoder(
        &mut self,
        spout: &SpoutConfig,
        event_type: &Arc<EventType>,
        time: Option<TimeField>,
        beside: &[usize],
    ) -> Option<Box<dyn LineDecoder>> {
        let event_type = Arc::clone(event_type);
        match &spout.format {
            FormatConfig::Json => Some(Box::new(Json::new(event_type, time))),
            FormatConfig::Avro(_) | FormatConfig::Protobuf(_) => {
                let format = spout.format.needs_topic().unwrap_or_default();
                let message = format!("`format = \"{format}\"` goes with `kind = \"kafka\"`");
                self.fault(message, spout.span);
                None
            }
            FormatConfig::Delimited { separator, fields } => {
                let all = || {
                    let names = property_names(&event_type).into_iter().enumerate();
                    let within = names.filter(|(slot, _)| !beside.contains(slot));
                    within.map(|(_, name)| name).collect()
                };
                let fields = fields.clone().unwrap_or_else(all);
                match Delimited::new(event_type, *separator, &fields, time) {
                    Ok(decoder) => Some(Box::new(decoder)),
                    Err(fault) => {
                        self.fault(fault, spout.span);
                        None
                    }
                }
            }
        }
    }

    /// The property that holds the time of a spout's records.
    pub(super) fn time_field(
        &mut self,
        spout: &SpoutConfig,
        event_type: &EventType,
    ) -> Option<TimeField> {
        let Some((field, span)) = &spout.time.field else {
            let message = format!(
                "[spouts.{}] needs `time = {{ field = …, format = … }}`",
                spout.name
            );
            self.fault(message, spout.span);
            return None;
        };
        let slot = self.slot(event_type, field, *span)?;
        match DatePattern::parse_pattern(&spout.time.format) {
            Ok(pattern) => Some(TimeField { slot, pattern }),
            Err(error) => {
                self.fault(format!("time format: {error}"), *span);
                None
            }
        }
    }
}

/// How a sink writes its rows: delimited where a separator is given, JSON otherwise.
pub(super) fn row_format(separator: Option<char>) -> RowFormat {
    separator.map_or(RowFormat::Json, RowFormat::Delimited)
}
