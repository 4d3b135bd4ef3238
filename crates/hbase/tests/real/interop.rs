//! HBase's own Java client reads the rows that ours writes, and the other way round: the same cells,
//! to the byte. The program of the Java side is `tools/interop/Rows.java`.

use std::process::Command;

use tachograph_hbase::{Append, Cell, Delete, Family, Increment, Put, Scan};

use crate::harness::Verdict;
use crate::server::{Server, jars, root};
use crate::support::{Fresh, own_alone};

/// Bytes that are no text.
const ODD: [u8; 5] = [0, 1, 0xff, 0x80, 10];

async fn write(fresh: &Fresh) {
    let puts = [
        Put::new("plain").column_at("f", "q", 1_000, "value"),
        Put::new("Zürich").column_at("f", "straße", 1_000, "größe"),
        Put::new(ODD).column_at("f", ODD, 9_000_000_000_000_000, ODD),
        Put::new("empty").column_at("f", "", 0, ""),
        Put::new("versions").column_at("f", "q", 1, "v1"),
        Put::new("versions").column_at("f", "q", 2, "v2"),
        Put::new("versions").column_at("f", "q", 3, "v3"),
        Put::new("joined").column_at("f", "q", 7, "left"),
        Put::new("large").column_at("f", "q", 8, vec![0; 1 << 20]),
    ];
    for put in puts {
        fresh.table.put(put).await.unwrap();
    }
    let second = Delete::row("versions").version("f", "q", 2);
    fresh.table.delete(second).await.unwrap();
    let counted = Increment::new("counter").column("f", "n", 42);
    fresh.table.increment(counted).await.unwrap();
    let appended = Append::new("joined").column("f", "q", "-right");
    fresh.table.append(appended).await.unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line(cell: &Cell) -> String {
    let column = format!("{}:{}", hex(cell.family()), hex(cell.qualifier()));
    let (row, value) = (hex(cell.row()), hex(cell.value()));
    shown(&row, &column, cell.timestamp(), &value)
}

/// A timestamp of the server's is shown as `now`, and a value that is large by its length.
fn shown(row: &str, column: &str, timestamp: i64, value: &str) -> String {
    let timestamp = match timestamp {
        1_600_000_000_000..4_000_000_000_000 => "now".to_owned(),
        other => other.to_string(),
    };
    let value = match value.len() {
        0..200 => value.to_owned(),
        long => format!("{} bytes", long / 2),
    };
    format!("{row} {column} {timestamp} {value}")
}

async fn read(fresh: &Fresh) -> Vec<String> {
    let rows = fresh.rows(Scan::new().versions(10)).await;
    rows.iter().flat_map(|row| row.cells()).map(line).collect()
}

/// Runs the Java program on a table; gives what it printed.
fn java(server: &Server, table: &str, verb: &str) -> Vec<String> {
    let (_, port) = server.zookeeper[0].rsplit_once(':').expect("a port");
    let home = std::env::var("JAVA_HOME").map(|home| format!("{home}/bin/java"));
    let output = Command::new(home.unwrap_or_else(|_| "java".to_owned()))
        .arg("-Djava.net.preferIPv4Stack=true")
        .args(["--class-path".as_ref(), jars().join("*").as_os_str()])
        .arg(root().join("tools/interop/Rows.java"))
        .args([port, table, verb])
        .output()
        .expect("java runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "Rows.java {verb}: {told}");
    let lines = String::from_utf8(output.stdout).expect("text");
    lines.lines().map(of_java).collect()
}

fn of_java(line: &str) -> String {
    let parts: Vec<&str> = line.split(' ').collect();
    let timestamp = parts[2].parse().expect("a timestamp");
    shown(parts[0], parts[1], timestamp, parts[3])
}

fn expected() -> Vec<String> {
    let cell = |row: &[u8], qualifier: &[u8], timestamp: &str, value: &str| {
        format!("{} 66:{} {timestamp} {value}", hex(row), hex(qualifier))
    };
    vec![
        cell(&ODD, &ODD, "9000000000000000", &hex(&ODD)),
        cell(
            "Zürich".as_bytes(),
            "straße".as_bytes(),
            "1000",
            &hex("größe".as_bytes()),
        ),
        cell(b"counter", b"n", "now", "000000000000002a"),
        cell(b"empty", b"", "0", ""),
        cell(b"joined", b"q", "now", &hex(b"left-right")),
        cell(b"joined", b"q", "7", &hex(b"left")),
        cell(b"large", b"q", "8", "1048576 bytes"),
        cell(b"plain", b"q", "1000", &hex(b"value")),
        cell(b"versions", b"q", "3", &hex(b"v3")),
        cell(b"versions", b"q", "1", &hex(b"v1")),
    ]
}

pub async fn javas_client_and_ours_read_what_either_wrote() -> Verdict {
    let server = own_alone()?;
    let family = || Family::new("f").versions(10);
    let ours = Fresh::with("ours", family(), &[]).await?;
    let javas = Fresh::with("javas", family(), &["m"]).await?;
    write(&ours).await;
    java(server, &javas.name, "write");
    for fresh in [&ours, &javas] {
        assert_eq!(
            read(fresh).await,
            expected(),
            "read by ours: {}",
            fresh.name
        );
        let read = java(server, &fresh.name, "read");
        assert_eq!(read, expected(), "read by Java's: {}", fresh.name);
    }
    ours.drop().await;
    javas.drop().await;
    Ok(())
}
