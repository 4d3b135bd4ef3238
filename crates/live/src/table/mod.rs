//! The table of all commands: name, number of arguments, what they do to keys, and their function.
//!
//! A new command is a function in `commands` and a line in [`commands`].

mod commands;

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use crate::commands::Call;
use crate::error::{Answer, CommandError};
use commands::COMMANDS;

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
