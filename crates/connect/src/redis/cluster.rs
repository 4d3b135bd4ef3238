//! The servers of a cluster: which one has which slots, and a connection to each.
//!
//! The library's own pipeline of a cluster stops at the first error. Here every command has its own
//! answer, for an entry that is there already is no error, and commands on one key keep their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use redis::cluster_routing::Slot;
use redis::{Connection, RedisError, RedisResult, Value};

use super::command::{Command, Verdict};
use super::config::RedisConfig;
use super::connection::{confirm, connect, send};

/// Connections by address, and the address of each slot.
pub(super) struct Cluster {
    config: RedisConfig,
    masters: HashMap<Slot, String>,
    connections: BTreeMap<String, Connection>,
    /// Masters on which something was written that is not confirmed.
    written: BTreeSet<String>,
}

impl Cluster {
    pub fn open(config: &RedisConfig) -> RedisResult<Cluster> {
        let mut cluster = Cluster {
            config: config.clone(),
            masters: HashMap::new(),
            connections: BTreeMap::new(),
            written: BTreeSet::new(),
        };
        cluster.learn()?;
        Ok(cluster)
    }

    /// Asks any server which one has which slots.
    fn learn(&mut self) -> RedisResult<()> {
        let mut fault = RedisError::from((redis::ErrorKind::Client, "no address of a cluster"));
        let known: Vec<String> = self.connections.keys().cloned().collect();
        for address in known.into_iter().chain(self.config.addresses.clone()) {
            match connect(&address, &self.config).and_then(|mut c| slots(&mut c)) {
                Ok(masters) if !masters.is_empty() => {
                    self.masters = masters;
                    return Ok(());
                }
                Ok(_) => {}
                Err(error) => fault = error,
            }
        }
        Err(fault)
    }

    pub fn send(&mut self, commands: &[&Command]) -> RedisResult<Vec<Verdict>> {
        let mut verdicts = vec![Verdict::Moved; commands.len()];
        let mut by_master: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, command) in commands.iter().enumerate() {
            match self.masters.get(&Slot::for_key(command.key())) {
                Some(master) => by_master.entry(master.clone()).or_default().push(place),
                None => verdicts[place] = Verdict::Again("a slot has no server".into()),
            }
        }
        for (master, places) in by_master {
            let part: Vec<&Command> = places.iter().map(|place| commands[*place]).collect();
            let judged = send(self.connection(&master)?, &part)?;
            for (place, verdict) in places.into_iter().zip(judged) {
                verdicts[place] = match verdict {
                    Verdict::Ask(address) => self.ask(&address, commands[place])?,
                    verdict => verdict,
                };
            }
        }
        if verdicts.contains(&Verdict::Moved) {
            self.learn()?;
        }
        Ok(verdicts)
    }

    /// A key is on its way: the server that receives it is asked, for this one command.
    fn ask(&mut self, address: &str, command: &Command) -> RedisResult<Verdict> {
        let connection = self.connection(address)?;
        redis::cmd("ASKING").exec(connection)?;
        let answer: RedisResult<Value> = command.packed().query(connection);
        match answer {
            Err(error) if error.is_io_error() => Err(error),
            answer => Ok(command.judge(&answer)),
        }
    }

    fn connection(&mut self, address: &str) -> RedisResult<&mut Connection> {
        self.written.insert(address.to_string());
        if !self.connections.contains_key(address) {
            let connection = connect(address, &self.config)?;
            self.connections.insert(address.to_string(), connection);
        }
        let found = self.connections.get_mut(address);
        found.ok_or_else(|| RedisError::from((redis::ErrorKind::Io, "no connection")))
    }

    pub fn confirm(&mut self) -> Result<(), String> {
        let config = self.config.clone();
        for address in std::mem::take(&mut self.written) {
            let connection = self.connection(&address).map_err(|e| e.to_string())?;
            confirm(connection, &config)?;
        }
        self.written.clear();
        Ok(())
    }
}

/// `CLUSTER SLOTS`: from, to, the master's host and port, and more that is not needed.
fn slots(connection: &mut Connection) -> RedisResult<HashMap<Slot, String>> {
    let ranges: Vec<Value> = redis::cmd("CLUSTER").arg("SLOTS").query(connection)?;
    let mut masters = HashMap::new();
    for range in ranges {
        let Value::Array(items) = range else { continue };
        let Some((first, last, master)) = range_of(&items) else {
            continue;
        };
        let host: String = redis::from_redis_value(master.first().cloned().unwrap_or(Value::Nil))?;
        let port: u16 = redis::from_redis_value(master.get(1).cloned().unwrap_or(Value::Nil))?;
        let all = (first..=last).filter_map(Slot::new);
        masters.extend(all.map(|slot| (slot, format!("{host}:{port}"))));
    }
    Ok(masters)
}

fn range_of(items: &[Value]) -> Option<(u16, u16, Vec<Value>)> {
    match items {
        [
            Value::Int(first),
            Value::Int(last),
            Value::Array(master),
            ..,
        ] => Some((
            u16::try_from(*first).ok()?,
            u16::try_from(*last).ok()?,
            master.clone(),
        )),
        _ => None,
    }
}
