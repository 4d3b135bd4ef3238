//! The real servers of a round: where they are, and the CPU time that each has used.

use serde_json::Value;

use crate::testbed::{self, cpu};

/// Name of the testbed, so that it is no one else's.
const NAME: &str = "bench";

/// Servers that run; put down with this value.
pub struct Servers {
    /// Kafka's.
    pub brokers: String,
    /// HBase's.
    pub hbase: Vec<String>,
    /// Redis's.
    pub redis: String,
    status: Value,
}

impl Servers {
    /// Starts them with empty stores.
    pub fn up() -> Result<Servers, String> {
        testbed::run(NAME, &["down"])?;
        testbed::run(NAME, &["up", "kafka", "hbase", "redis"])?;
        let status = testbed::status(NAME)?;
        let address = |name: &str| {
            let address = status[name]["address"].as_str();
            address
                .map(String::from)
                .ok_or_else(|| format!("no address of {name}"))
        };
        Ok(Servers {
            brokers: address("kafka")?,
            hbase: address("hbase")?.split(',').map(String::from).collect(),
            redis: address("redis")?,
            status: status.clone(),
        })
    }

    /// CPU seconds that each server's processes have used since they were started.
    pub fn cpu(&self) -> Vec<(&'static str, f64)> {
        let of = |name: &'static str| (name, cpu(&self.status[name]));
        ["kafka", "hbase", "redis"].map(of).to_vec()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // What cannot be put down is told by the next `up`.
        let _ = testbed::run(NAME, &["down"]);
    }
}
