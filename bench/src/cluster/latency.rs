//! From a record that is given to Kafka, to the detection that it lets out, as a client that has
//! subscribed to Redis receives it, at a given rate.

use std::net::Shutdown;
use std::time::{Duration, Instant};

use tachograph_testkit::smartcar;

use super::servers::Servers;
use super::topic::Topic;
use super::{ClusterArguments, job};
use crate::smartcar::latency::{self as arrivals, Latency, SECONDS};

/// Gives records at a rate and listens.
pub fn measure(
    arguments: &ClusterArguments,
    servers: &Servers,
    rate: f64,
) -> Result<Latency, String> {
    let fault = |e: std::io::Error| e.to_string();
    let ticks = (SECONDS * rate / f64::from(arguments.cars)).max(40.0) as u64;
    let text = smartcar::lines(arguments.cars, ticks * u64::from(arguments.cars), 1);
    let topic = Topic::create(&servers.brokers, "Cars-latency", arguments.partitions)?;
    let folder = tempfile::tempdir().map_err(fault)?;
    let system = job::start(arguments, servers, &topic, folder.path())?;
    let address = servers
        .redis
        .parse()
        .map_err(|e| format!("{}: {e}", servers.redis))?;
    let listener = arrivals::subscribe(address).map_err(fault)?;
    let door = listener.get_ref().try_clone().map_err(fault)?;
    let listening = std::thread::spawn(move || arrivals::arrivals(listener));
    let written = give_paced(&topic, &text, rate / f64::from(arguments.cars))?;
    topic.close(&text)?;
    let records = ticks * u64::from(arguments.cars) + topic.closing();
    while system.metrics().records() < records && !system.has_failed() {
        std::thread::sleep(Duration::from_millis(5));
    }
    system.stop()?;
    door.shutdown(Shutdown::Both).map_err(fault)?;
    let heard = listening.join().map_err(|_| "the listener panicked")?;
    arrivals::summary(
        &heard,
        &written,
        arrivals::first_time(text.as_bytes()),
        rate,
    )
}

/// Gives a tick at a time; says when each was begun.
fn give_paced(topic: &Topic, text: &str, ticks_per_second: f64) -> Result<Vec<Instant>, String> {
    let mut rest = text;
    let mut written = Vec::new();
    let began = Instant::now();
    while !rest.is_empty() {
        let due = began + Duration::from_secs_f64(written.len() as f64 / ticks_per_second);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        written.push(Instant::now());
        let (now, later) = rest.split_at(arrivals::one_tick(rest.as_bytes()));
        for line in now.lines() {
            topic.send(line)?;
        }
        rest = later;
    }
    Ok(written)
}
