//! Free ports on the loopback interface.
//!
//! They lie below the range from which the system takes ports for outgoing connections: a server
//! that is down for a moment finds its port free when it comes back.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};

const FIRST: u16 = 20_000;
const LAST: u16 = 31_999;

/// So many ports that nobody listens on and that are not `taken`, near each other.
///
/// # Errors
/// A sentence where too few are free.
pub fn choose(count: usize, taken: &BTreeSet<u16>) -> Result<Vec<u16>, String> {
    let span = u32::from(LAST - FIRST) + 1;
    // Two testbeds that start at the same moment begin at different places.
    let start = std::process::id().wrapping_mul(131) % span;
    let in_turn = (0..span).map(|i| FIRST + ((start + i) % span) as u16);
    let free = in_turn.filter(|port| !taken.contains(port) && is_free(*port));
    let ports: Vec<u16> = free.take(count).collect();
    match ports.len() == count {
        true => Ok(ports),
        false => Err(format!(
            "fewer than {count} ports are free from {FIRST} to {LAST}"
        )),
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
