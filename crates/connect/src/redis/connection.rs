//! A connection to wherever writes go now.

use redis::sentinel::{Sentinel, SentinelNodeConnectionInfo};
use redis::{
    Client, Connection, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo, RedisError,
    RedisResult, Value,
};

use super::cluster::Cluster;
use super::command::{Command, Verdict};
use super::config::{RedisConfig, RedisMode};

/// One server, or a cluster.
pub(super) enum Link {
    One(Box<Connection>),
    Cluster(Box<Cluster>),
}

impl Link {
    /// Connects; of sentinels, the master is asked for.
    pub fn open(config: &RedisConfig) -> RedisResult<Link> {
        Ok(match &config.mode {
            RedisMode::One => {
                let address = config.addresses.first().map_or("", String::as_str);
                Link::One(Box::new(connect(address, config)?))
            }
            RedisMode::Sentinel(master) => Link::One(Box::new(master_of(master, config)?)),
            RedisMode::Cluster => Link::Cluster(Box::new(Cluster::open(config)?)),
        })
    }

    /// Gives commands in their order; what became of each.
    ///
    /// # Errors
    /// [`RedisError`] where a connection broke: nobody knows what was carried out.
    pub fn send(&mut self, commands: &[&Command]) -> RedisResult<Vec<Verdict>> {
        match self {
            Link::One(connection) => send(connection, commands),
            Link::Cluster(cluster) => cluster.send(commands),
        }
    }

    /// Waits until so many replicas have what was written on this link.
    pub fn confirm(&mut self, config: &RedisConfig) -> Result<(), String> {
        match self {
            Link::One(connection) => confirm(connection, config),
            Link::Cluster(cluster) => cluster.confirm(),
        }
    }
}

fn settings(config: &RedisConfig) -> RedisConnectionInfo {
    let mut settings = RedisConnectionInfo::default();
    if let Some(user) = &config.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &config.password {
        settings = settings.set_password(password);
    }
    settings
}

/// Connects to one server.
pub(super) fn connect(address: &str, config: &RedisConfig) -> RedisResult<Connection> {
    let info: ConnectionInfo = format!("redis://{address}/").into_connection_info()?;
    let client = Client::open(info.set_redis_settings(settings(config)))?;
    opened(&client, config)
}

fn master_of(name: &str, config: &RedisConfig) -> RedisResult<Connection> {
    let sentinels = config.addresses.iter().map(|a| format!("redis://{a}/"));
    let mut sentinel = Sentinel::build(sentinels.collect())?;
    let node = SentinelNodeConnectionInfo::default().set_redis_connection_info(settings(config));
    opened(&sentinel.master_for(name, Some(&node))?, config)
}

fn opened(client: &Client, config: &RedisConfig) -> RedisResult<Connection> {
    let mut connection = client.get_connection_with_timeout(config.timeout)?;
    connection.set_read_timeout(Some(config.timeout))?;
    connection.set_write_timeout(Some(config.timeout))?;
    greet(&mut connection)?;
    if config.owner.is_some() {
        super::owner::load().exec(&mut connection)?;
    }
    Ok(connection)
}

/// Asks whether a server lets us in. To one that does not know us, a long command is the end of the
/// connection, and what is read then says nothing of a password.
fn greet(connection: &mut Connection) -> RedisResult<()> {
    match redis::cmd("PING").exec(connection) {
        // Who may not greet may still write.
        Err(error) if error.code() == Some("NOPERM") => Ok(()),
        answer => answer,
    }
}

/// Gives commands to one server in one go.
pub(super) fn send(
    connection: &mut Connection,
    commands: &[&Command],
) -> RedisResult<Vec<Verdict>> {
    let mut pipeline = redis::pipe();
    pipeline.ignore_errors();
    for command in commands {
        pipeline.add_command(command.packed());
    }
    let answers: Vec<RedisResult<Value>> = pipeline.query(connection)?;
    if answers.len() != commands.len() {
        let counts = format!("{} for {} commands", answers.len(), commands.len());
        return Err(RedisError::from((
            redis::ErrorKind::Client,
            "another number of answers",
            counts,
        )));
    }
    let judged = commands.iter().zip(&answers);
    Ok(judged
        .map(|(command, answer)| command.judge(answer))
        .collect())
}

/// Waits until so many replicas have what was written on a connection.
pub(super) fn confirm(connection: &mut Connection, config: &RedisConfig) -> Result<(), String> {
    if config.replicas == 0 {
        return Ok(());
    }
    let patience = config.timeout.as_millis() as u64 / 2;
    let mut wait = redis::cmd("WAIT");
    wait.arg(config.replicas).arg(patience);
    let reached: usize = wait.query(connection).map_err(|e| e.to_string())?;
    match reached >= config.replicas {
        true => Ok(()),
        false => Err(format!(
            "{reached} of {} replicas have the writes",
            config.replicas
        )),
    }
}
