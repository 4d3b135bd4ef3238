//! The table of all commands: name, number of arguments, what they do to keys, and their function.
//!
//! A new command is a function in `commands` and a line here.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use crate::commands::*;
use crate::error::{Answer, CommandError};

/// It may change keys.
pub(crate) const WRITE: u8 = 1;
/// It reads keys only.
pub(crate) const READ: u8 = 2;
/// It belongs to publish/subscribe and may be given while subscribed.
pub(crate) const PUBSUB: u8 = 4;
/// It is carried out at once even between `MULTI` and `EXEC`.
pub(crate) const AT_ONCE: u8 = 8;
/// It may make the client wait.
pub(crate) const BLOCKING: u8 = 16;

/// What is known of a command.
#[derive(Debug)]
pub struct CommandSpec {
    /// The name in lower case; a subcommand's is `container|name`.
    pub name: &'static str,
    /// Number of arguments, the name included; at least that many if negative.
    pub arity: i32,
    pub(crate) flags: u8,
    /// Places of the first and last key and the step between keys; zeros if there are none.
    pub keys: (i32, i32, i32),
    pub(crate) run: fn(&mut Call<'_>) -> Answer,
    /// The subcommands of a container.
    pub subcommands: &'static [CommandSpec],
}

type Run = fn(&mut Call<'_>) -> Answer;
const NO_KEY: (i32, i32, i32) = (0, 0, 0);
const ONE_KEY: (i32, i32, i32) = (1, 1, 1);
const ALL_KEYS: (i32, i32, i32) = (1, -1, 1);

const fn command(
    name: &'static str,
    arity: i32,
    flags: u8,
    keys: (i32, i32, i32),
    run: Run,
) -> CommandSpec {
    CommandSpec {
        name,
        arity,
        flags,
        keys,
        run,
        subcommands: &[],
    }
}

const fn container(
    name: &'static str,
    arity: i32,
    run: Run,
    subcommands: &'static [CommandSpec],
) -> CommandSpec {
    CommandSpec {
        name,
        arity,
        flags: 0,
        keys: NO_KEY,
        run,
        subcommands,
    }
}

static COMMANDS: &[CommandSpec] = &[
    // The connection.
    command("auth", -2, AT_ONCE, NO_KEY, connection::auth),
    command("echo", 2, 0, NO_KEY, connection::echo),
    command("hello", -1, 0, NO_KEY, connection::hello),
    command("ping", -1, PUBSUB, NO_KEY, connection::ping),
    command("quit", -1, AT_ONCE | PUBSUB, NO_KEY, connection::quit),
    command("reset", 1, AT_ONCE | PUBSUB, NO_KEY, connection::reset),
    command("select", 2, 0, NO_KEY, connection::select),
    container(
        "client",
        -2,
        unreachable_container,
        &[
            command("client|getname", 2, 0, NO_KEY, client::getname),
            command("client|id", 2, 0, NO_KEY, client::id),
            command("client|info", 2, 0, NO_KEY, client::info),
            command("client|list", -2, 0, NO_KEY, client::list),
            command("client|no-evict", 3, 0, NO_KEY, client::ignore),
            command("client|setinfo", 4, 0, NO_KEY, client::setinfo),
            command("client|setname", 3, 0, NO_KEY, client::setname),
        ],
    ),
    // The server.
    command("dbsize", 1, READ, NO_KEY, server::dbsize),
    command("flushall", -1, WRITE, NO_KEY, server::flush),
    command("flushdb", -1, WRITE, NO_KEY, server::flush),
    command("info", -1, 0, NO_KEY, info::info),
    command("time", 1, 0, NO_KEY, server::time),
    CommandSpec {
        name: "command",
        arity: -1,
        flags: 0,
        keys: NO_KEY,
        run: introspect::all,
        subcommands: &[
            command("command|count", 2, 0, NO_KEY, introspect::count),
            command("command|docs", -2, 0, NO_KEY, introspect::docs),
            command("command|info", -2, 0, NO_KEY, introspect::info),
            command("command|list", -2, 0, NO_KEY, introspect::list),
        ],
    },
    container(
        "config",
        -2,
        unreachable_container,
        &[command("config|get", -3, 0, NO_KEY, server::config_get)],
    ),
    // Transactions.
    command("discard", 1, AT_ONCE, NO_KEY, transaction::discard),
    command("exec", 1, AT_ONCE, NO_KEY, transaction::exec),
    command("multi", 1, AT_ONCE, NO_KEY, transaction::multi),
    command("unwatch", 1, 0, NO_KEY, transaction::unwatch),
    command("watch", -2, AT_ONCE, ALL_KEYS, transaction::watch),
    // Keys.
    command("del", -2, WRITE, ALL_KEYS, keys::del),
    command("exists", -2, READ, ALL_KEYS, keys::exists),
    command("expire", -3, WRITE, ONE_KEY, expire::expire),
    command("expireat", -3, WRITE, ONE_KEY, expire::expireat),
    command("expiretime", 2, READ, ONE_KEY, expire::expiretime),
    command("keys", 2, READ, NO_KEY, keys::keys),
    command("persist", 2, WRITE, ONE_KEY, expire::persist),
    command("pexpire", -3, WRITE, ONE_KEY, expire::pexpire),
    command("pexpireat", -3, WRITE, ONE_KEY, expire::pexpireat),
    command("pexpiretime", 2, READ, ONE_KEY, expire::pexpiretime),
    command("pttl", 2, READ, ONE_KEY, expire::pttl),
    command("randomkey", 1, READ, NO_KEY, keys::randomkey),
    command("rename", 3, WRITE, (1, 2, 1), keys::rename),
    command("renamenx", 3, WRITE, (1, 2, 1), keys::renamenx),
    command("scan", -2, READ, NO_KEY, scan::scan),
    command("touch", -2, READ, ALL_KEYS, keys::exists),
    command("ttl", 2, READ, ONE_KEY, expire::ttl),
    command("type", 2, READ, ONE_KEY, keys::kind),
    command("unlink", -2, WRITE, ALL_KEYS, keys::del),
    // Strings.
    command("append", 3, WRITE, ONE_KEY, string::append),
    command("decr", 2, WRITE, ONE_KEY, counter::decr),
    command("decrby", 3, WRITE, ONE_KEY, counter::decrby),
    command("get", 2, READ, ONE_KEY, string::get),
    command("getdel", 2, WRITE, ONE_KEY, string::getdel),
    command("getex", -2, WRITE, ONE_KEY, string_set::getex),
    command("getrange", 4, READ, ONE_KEY, string::getrange),
    command("getset", 3, WRITE, ONE_KEY, string_set::getset),
    command("incr", 2, WRITE, ONE_KEY, counter::incr),
    command("incrby", 3, WRITE, ONE_KEY, counter::incrby),
    command("incrbyfloat", 3, WRITE, ONE_KEY, counter::incrbyfloat),
    command("mget", -2, READ, ALL_KEYS, string::mget),
    command("mset", -3, WRITE, (1, -1, 2), string_set::mset),
    command("msetnx", -3, WRITE, (1, -1, 2), string_set::msetnx),
    command("psetex", 4, WRITE, ONE_KEY, string_set::psetex),
    command("set", -3, WRITE, ONE_KEY, string_set::set),
    command("setex", 4, WRITE, ONE_KEY, string_set::setex),
    command("setnx", 3, WRITE, ONE_KEY, string_set::setnx),
    command("strlen", 2, READ, ONE_KEY, string::strlen),
    // Lists.
    command("lindex", 3, READ, ONE_KEY, list::lindex),
    command("llen", 2, READ, ONE_KEY, list::llen),
    command("lpop", -2, WRITE, ONE_KEY, list::lpop),
    command("lpush", -3, WRITE, ONE_KEY, list::lpush),
    command("lrange", 4, READ, ONE_KEY, list::lrange),
    command("lrem", 4, WRITE, ONE_KEY, list::lrem),
    command("lset", 4, WRITE, ONE_KEY, list::lset),
    command("ltrim", 4, WRITE, ONE_KEY, list::ltrim),
    command("rpop", -2, WRITE, ONE_KEY, list::rpop),
    command("rpush", -3, WRITE, ONE_KEY, list::rpush),
    // Sets.
    command("sadd", -3, WRITE, ONE_KEY, set::sadd),
    command("scard", 2, READ, ONE_KEY, set::scard),
    command("sdiff", -2, READ, ALL_KEYS, set_algebra::sdiff),
    command("sdiffstore", -3, WRITE, ALL_KEYS, set_algebra::sdiffstore),
    command("sinter", -2, READ, ALL_KEYS, set_algebra::sinter),
    command("sinterstore", -3, WRITE, ALL_KEYS, set_algebra::sinterstore),
    command("sismember", 3, READ, ONE_KEY, set::sismember),
    command("smembers", 2, READ, ONE_KEY, set::smembers),
    command("smismember", -3, READ, ONE_KEY, set::smismember),
    command("spop", -2, WRITE, ONE_KEY, set_chance::spop),
    command("srandmember", -2, READ, ONE_KEY, set_chance::srandmember),
    command("srem", -3, WRITE, ONE_KEY, set::srem),
    command("sscan", -3, READ, ONE_KEY, scan::sscan),
    command("sunion", -2, READ, ALL_KEYS, set_algebra::sunion),
    command("sunionstore", -3, WRITE, ALL_KEYS, set_algebra::sunionstore),
    // Hashes.
    command("hdel", -3, WRITE, ONE_KEY, hash::hdel),
    command("hexists", 3, READ, ONE_KEY, hash::hexists),
    command("hget", 3, READ, ONE_KEY, hash::hget),
    command("hgetall", 2, READ, ONE_KEY, hash::hgetall),
    command("hincrby", 4, WRITE, ONE_KEY, hash::hincrby),
    command("hincrbyfloat", 4, WRITE, ONE_KEY, hash::hincrbyfloat),
    command("hkeys", 2, READ, ONE_KEY, hash::hkeys),
    command("hlen", 2, READ, ONE_KEY, hash::hlen),
    command("hmget", -3, READ, ONE_KEY, hash::hmget),
    command("hmset", -4, WRITE, ONE_KEY, hash::hmset),
    command("hscan", -3, READ, ONE_KEY, scan::hscan),
    command("hset", -4, WRITE, ONE_KEY, hash::hset),
    command("hsetnx", 4, WRITE, ONE_KEY, hash::hsetnx),
    command("hstrlen", 3, READ, ONE_KEY, hash::hstrlen),
    command("hvals", 2, READ, ONE_KEY, hash::hvals),
    // Sorted sets.
    command("zadd", -4, WRITE, ONE_KEY, zset_add::zadd),
    command("zcard", 2, READ, ONE_KEY, zset::zcard),
    command("zcount", 4, READ, ONE_KEY, zset_range::zcount),
    command("zincrby", 4, WRITE, ONE_KEY, zset_add::zincrby),
    command("zlexcount", 4, READ, ONE_KEY, zset_range::zlexcount),
    command("zmscore", -3, READ, ONE_KEY, zset::zmscore),
    command("zpopmax", -2, WRITE, ONE_KEY, zset::zpopmax),
    command("zpopmin", -2, WRITE, ONE_KEY, zset::zpopmin),
    command("zrange", -4, READ, ONE_KEY, zset_range::zrange),
    command("zrangebylex", -4, READ, ONE_KEY, zset_range::zrangebylex),
    command(
        "zrangebyscore",
        -4,
        READ,
        ONE_KEY,
        zset_range::zrangebyscore,
    ),
    command("zrank", 3, READ, ONE_KEY, zset::zrank),
    command("zrem", -3, WRITE, ONE_KEY, zset::zrem),
    command(
        "zremrangebylex",
        4,
        WRITE,
        ONE_KEY,
        zset_range::zremrangebylex,
    ),
    command(
        "zremrangebyrank",
        4,
        WRITE,
        ONE_KEY,
        zset_range::zremrangebyrank,
    ),
    command(
        "zremrangebyscore",
        4,
        WRITE,
        ONE_KEY,
        zset_range::zremrangebyscore,
    ),
    command("zrevrange", -4, READ, ONE_KEY, zset_range::zrevrange),
    command(
        "zrevrangebylex",
        -4,
        READ,
        ONE_KEY,
        zset_range::zrevrangebylex,
    ),
    command(
        "zrevrangebyscore",
        -4,
        READ,
        ONE_KEY,
        zset_range::zrevrangebyscore,
    ),
    command("zrevrank", 3, READ, ONE_KEY, zset::zrevrank),
    command("zscan", -3, READ, ONE_KEY, scan::zscan),
    command("zscore", 3, READ, ONE_KEY, zset::zscore),
    // Streams.
    command("xack", -4, WRITE, ONE_KEY, stream_pending::xack),
    command("xadd", -5, WRITE, ONE_KEY, stream_add::xadd),
    command("xautoclaim", -6, WRITE, ONE_KEY, stream_claim::xautoclaim),
    command("xclaim", -6, WRITE, ONE_KEY, stream_claim::xclaim),
    command("xdel", -3, WRITE, ONE_KEY, stream_range::xdel),
    command("xlen", 2, READ, ONE_KEY, stream_range::xlen),
    command("xpending", -3, READ, ONE_KEY, stream_pending::xpending),
    command("xrange", -4, READ, ONE_KEY, stream_range::xrange),
    command("xread", -4, READ | BLOCKING, NO_KEY, stream_read::xread),
    command(
        "xreadgroup",
        -7,
        WRITE | BLOCKING,
        NO_KEY,
        stream_read::xreadgroup,
    ),
    command("xrevrange", -4, READ, ONE_KEY, stream_range::xrevrange),
    command("xtrim", -4, WRITE, ONE_KEY, stream_add::xtrim),
    container(
        "xgroup",
        -2,
        unreachable_container,
        &[
            command("xgroup|create", -5, WRITE, (2, 2, 1), stream_group::create),
            command(
                "xgroup|createconsumer",
                5,
                WRITE,
                (2, 2, 1),
                stream_group::createconsumer,
            ),
            command(
                "xgroup|delconsumer",
                5,
                WRITE,
                (2, 2, 1),
                stream_group::delconsumer,
            ),
            command("xgroup|destroy", 4, WRITE, (2, 2, 1), stream_group::destroy),
            command("xgroup|setid", -5, WRITE, (2, 2, 1), stream_group::setid),
        ],
    ),
    container(
        "xinfo",
        -2,
        unreachable_container,
        &[
            command(
                "xinfo|consumers",
                4,
                READ,
                (2, 2, 1),
                stream_info::consumers,
            ),
            command("xinfo|groups", 3, READ, (2, 2, 1), stream_info::groups),
            command("xinfo|stream", 3, READ, (2, 2, 1), stream_info::stream),
        ],
    ),
    // Publish/subscribe.
    command("psubscribe", -2, PUBSUB, NO_KEY, subscribe::psubscribe),
    command("publish", 3, 0, NO_KEY, subscribe::publish),
    command("punsubscribe", -1, PUBSUB, NO_KEY, subscribe::punsubscribe),
    command("subscribe", -2, PUBSUB, NO_KEY, subscribe::subscribe),
    command("unsubscribe", -1, PUBSUB, NO_KEY, subscribe::unsubscribe),
    container(
        "pubsub",
        -2,
        unreachable_container,
        &[
            command("pubsub|channels", -2, 0, NO_KEY, subscribe::channels),
            command("pubsub|numpat", 2, 0, NO_KEY, subscribe::numpat),
            command("pubsub|numsub", -2, 0, NO_KEY, subscribe::numsub),
        ],
    ),
];

type Index = IndexMap<&'static [u8], &'static CommandSpec, FixedState>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    COMMANDS
        .iter()
        .map(|spec| (spec.name.as_bytes(), spec))
        .collect()
});

/// All commands, the subcommands within their containers.
pub fn command_specs() -> &'static [CommandSpec] {
    COMMANDS
}

/// The command of that name in any case.
pub(crate) fn named(name: &[u8]) -> Option<&'static CommandSpec> {
    INDEX.get(name.to_ascii_lowercase().as_slice()).copied()
}

/// The command that some arguments call, with their number judged.
pub(crate) fn find(args: &[Vec<u8>]) -> Result<&'static CommandSpec, CommandError> {
    let mut spec = named(&args[0]).ok_or_else(|| unknown(args))?;
    if !spec.subcommands.is_empty() && args.len() > 1 {
        let wanted = args[1].to_ascii_lowercase();
        let found = spec
            .subcommands
            .iter()
            .find(|sub| sub.short_name().as_bytes() == wanted);
        spec = found.ok_or_else(|| {
            CommandError::new(format!(
                "ERR unknown subcommand '{:.128}'. Try {} HELP.",
                String::from_utf8_lossy(&args[1]),
                spec.name.to_ascii_uppercase()
            ))
        })?;
    }
    let least = spec.arity.unsigned_abs() as usize;
    let fits = if spec.arity < 0 {
        args.len() >= least
    } else {
        args.len() == least
    };
    if fits {
        Ok(spec)
    } else {
        Err(CommandError::arity(spec.name))
    }
}

/// The error for a name that no command has.
fn unknown(args: &[Vec<u8>]) -> CommandError {
    let mut shown = String::new();
    for arg in &args[1..] {
        if shown.len() >= 128 {
            break;
        }
        let room = 128 - shown.len();
        shown.push_str(&format!("'{:.room$}' ", String::from_utf8_lossy(arg)));
    }
    let name = String::from_utf8_lossy(&args[0]);
    CommandError::new(format!(
        "ERR unknown command '{name:.128}', with args beginning with: {shown}"
    ))
}

/// A container without a subcommand never gets here: its arity asks for one.
fn unreachable_container(call: &mut Call<'_>) -> Answer {
    Err(CommandError::arity(&String::from_utf8_lossy(&call.args[0])))
}

impl CommandSpec {
    /// The name, or for a subcommand what stands after its container.
    pub fn short_name(&self) -> &'static str {
        self.name.rsplit('|').next().unwrap_or(self.name)
    }

    pub(crate) fn full_name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn runs_in_multi(&self) -> bool {
        self.flags & AT_ONCE != 0
    }

    pub(crate) fn allowed_while_subscribed(&self) -> bool {
        self.flags & PUBSUB != 0
    }
}
