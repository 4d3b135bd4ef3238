//! The job: from the start of the system to its last checkpoint, before which every row and every
//! detection is acknowledged by the servers.

use std::path::Path;
use std::time::{Duration, Instant};

use tachograph_engine::{Config, System, SystemOptions};

use super::ClusterArguments;
use super::servers::Servers;
use super::topic::Topic;
use crate::process::{cpu_seconds, peak_mib};
use crate::smartcar::{RULES, SCHEMA};

/// Name of the table in HBase.
pub const TABLE: &str = "DriverCarInfo";
/// Name of its column family.
pub const FAMILY: &str = "cf1";

/// What a run took.
pub struct Run {
    /// Records of the topic.
    pub records: u64,
    /// From the start to the end of the last checkpoint.
    pub seconds: f64,
    /// CPU seconds by process.
    pub cpu: Vec<(&'static str, f64)>,
    /// Peak resident memory of this process, the generator's text included.
    pub peak_mib: f64,
}

/// Runs the job over all that a topic has.
pub fn run(arguments: &ClusterArguments, servers: &Servers, topic: &Topic) -> Result<Run, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let records = arguments.records + topic.closing();
    let (others, own) = (servers.cpu(), cpu_seconds().unwrap_or(f64::NAN));
    let began = Instant::now();
    let system = start(arguments, servers, topic, folder.path())?;
    while system.metrics().records() < records && !system.has_failed() {
        std::thread::sleep(Duration::from_millis(2));
    }
    system.stop()?;
    let seconds = began.elapsed().as_secs_f64();
    let mut cpu = vec![("tacho", cpu_seconds().unwrap_or(f64::NAN) - own)];
    let after = servers.cpu().into_iter().zip(others);
    cpu.extend(after.map(|((name, after), (_, before))| (name, after - before)));
    Ok(Run {
        records: arguments.records,
        seconds,
        cpu,
        peak_mib: peak_mib().unwrap_or(f64::NAN),
    })
}

/// Starts the system on a topic.
pub fn start(
    arguments: &ClusterArguments,
    servers: &Servers,
    topic: &Topic,
    folder: &Path,
) -> Result<System, String> {
    let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
    std::fs::write(folder.join("schema.epl"), SCHEMA).map_err(fault)?;
    std::fs::write(folder.join("rules.epl"), RULES).map_err(fault)?;
    let path = folder.join("topology.toml");
    std::fs::write(&path, topology(arguments, servers, topic)).map_err(fault)?;
    let config = Config::read(&path).map_err(|f| f.to_string())?;
    let options = SystemOptions::new(&folder.join("data"));
    System::start(&config, &options).map_err(|f| f.to_string())
}

fn topology(arguments: &ClusterArguments, servers: &Servers, topic: &Topic) -> String {
    let mut text = format!(
        "[topology]\nname = \"bench\"\nschema = \"schema.epl\"\n[live]\nredis = [\"{}\"]\n\
         [spouts.cars]\nkind = \"kafka\"\nbrokers = \"{}\"\ntopic = \"{}\"\nformat = \"delimited\"\n\
         event_type = \"Reading\"\n\
         time = {{ field = \"date\", format = \"yyyyMMddHHmmss\", lateness = \"4 sec\", idle = \"1 hour\" }}\n\
         [bolts.rules]\nkind = \"epl\"\nmodule = \"rules.epl\"\n\
         from = [{{ source = \"cars\", grouping = \"fields\", fields = [\"carNumber\"] }}]\n\
         [bolts.live]\nkind = \"live\"\nfrom = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n\
         [[bolts.live.write]]\ncommand = \"sadd\"\nkey = \"format_time(windowEnd, 'yyyyMMdd')\"\n\
         member = \"carNumber || '-' || format_time(windowEnd, 'yyyyMMddHHmmss')\"\nexpire = \"7 days\"\n\
         [[bolts.live.write]]\ncommand = \"publish\"\nkey = \"'overspeed'\"\n\
         payload = \"'end=' || cast(windowEnd, string)\"\n",
        servers.redis, servers.brokers, topic.name
    );
    if !arguments.no_hbase {
        text += &history(arguments.regions, &servers.hbase);
    }
    text
}

/// Where the table is split: reversed dates begin with the last digit of the seconds.
pub fn splits(regions: u32) -> Vec<String> {
    let first = |n: u32| (n * 10 / regions).to_string();
    (1..regions).map(first).collect()
}

/// The pilot's table: the date reversed and the car, eight columns of text.
fn history(regions: u32, servers: &[String]) -> String {
    let splits = splits(regions);
    format!(
        "[bolts.history]\nkind = \"hbase\"\nservers = {servers:?}\ntable = \"{TABLE}\"\nfamily = \"{FAMILY}\"\n\
         splits = {splits:?}\nkey = \"reverse(date) || '-' || carNumber\"\n\
         columns = {{ date = \"date\", car_number = \"carNumber\", speed_pedal = \"speedPedal\", \
         break_pedal = \"breakPedal\", steer_angle = \"steerAngle\", direct_light = \"directLight\", \
         speed = \"speed\", area_number = \"areaNumber\" }}\nfrom = [{{ source = \"cars\" }}]\n"
    )
}
