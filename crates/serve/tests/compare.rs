//! Hundreds of commands, given to this server and to a real Redis: every reply must be the same.

mod support;

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use support::Client;

/// A real Redis that ends with the test.
struct RealRedis(Child);

impl Drop for RealRedis {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_real() -> (RealRedis, SocketAddr) {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let port = address.port().to_string();
    let child = Command::new("redis-server")
        .args([
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ])
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server can be started");
    let mut real = RealRedis(child);
    while Client::connect(address).is_err() {
        let ended = real.0.try_wait().expect("its state is known");
        assert!(ended.is_none(), "redis-server ended at once: {ended:?}");
        std::thread::yield_now();
    }
    (real, address)
}

/// A reply whose order is free, in one fixed order: pairs (of a map) or single items.
fn sorted(reply: &str, protocol: u8, command: &str) -> String {
    let open = reply.find(['[', '{']).map_or(0, |at| at + 1);
    let items: Vec<_> = reply[open..reply.len() - 1].split(' ').collect();
    let size = if command.starts_with("HGETALL") { 2 } else { 1 };
    let mut groups: Vec<_> = items.chunks(size).collect();
    groups.sort_unstable();
    format!("{protocol} {} {groups:?}", &reply[..open])
}

fn compare(protocol: u8) {
    if !support::has_program("redis-server", "comparison with a real Redis") {
        return;
    }
    let (_real, real_address) = start_real();
    let (server, _store) = support::start();
    let mut real = Client::connect(real_address).expect("a real Redis");
    let mut ours = Client::connect(server.local_addr()).expect("our server");
    if protocol == 3 {
        assert!(
            real.run("HELLO 3")
                .starts_with("%{\"server\" \"redis\" \"version\"")
        );
        assert!(
            ours.run("HELLO 3")
                .starts_with("%{\"server\" \"redis\" \"version\"")
        );
    }
    let mut different = Vec::new();
    let lines = include_str!("commands.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let command = line.trim_start_matches('~');
        let (mut expect, mut got) = (real.run(command), ours.run(command));
        if line.starts_with('~') {
            expect = sorted(&expect, protocol, command);
            got = sorted(&got, protocol, command);
        }
        if expect != got {
            different.push(format!("{command}\n   Redis: {expect}\n    ours: {got}"));
        }
    }
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

#[test]
fn replies_equal_those_of_redis_in_resp2() {
    compare(2);
}

#[test]
fn replies_equal_those_of_redis_in_resp3() {
    compare(3);
}
