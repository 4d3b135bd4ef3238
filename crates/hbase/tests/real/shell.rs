//! HBase's own shell reads the rows that our client writes, and ours reads what was put by the shell.

use tachograph_hbase::{Cell, Put, Scan};

use crate::harness::Verdict;
use crate::server::shell;
use crate::support::{Fresh, own_alone};

/// What the shell shows of our rows.
const SHOWN: [&str; 4] = [
    r"\x00\x01\xFF\x80\x0A column=f:\x00\xFF, timestamp=1970-01-01T00:00:02, value=\xFF\x00",
    "A0001 column=f:q, timestamp=1970-01-01T00:00:03, value=new",
    "A0001 column=f:q, timestamp=1970-01-01T00:00:01, value=old",
    "A0001 column=f:speed, timestamp=1970-01-01T00:00:01.500, value=81",
];

async fn write(fresh: &Fresh) {
    let puts = [
        Put::new([0, 1, 0xff, 0x80, 10]).column_at("f", [0, 0xff], 2_000, [0xff, 0]),
        Put::new("A0001").column_at("f", "q", 1_000, "old"),
        Put::new("A0001").column_at("f", "q", 3_000, "new"),
        Put::new("A0001").column_at("f", "speed", 1_500, "81"),
    ];
    for put in puts {
        fresh.table.put(put).await.unwrap();
    }
}

/// The shell's own words for rows as they were put.
fn puts(table: &str) -> String {
    format!(
        "put '{table}', \"\\x00\\xff\", \"f:\\x80\", \"\\x00\\x0a\", 1000\n\
         put '{table}', 'B0002', 'f:q', 'first', 1000\n\
         put '{table}', 'B0002', 'f:q', 'second', 2000\n\
         put '{table}', 'B0003', 'f:gone', 'x', 1000\n\
         deleteall '{table}', 'B0003'\n\
         incr '{table}', 'B0004', 'f:n', 42\n"
    )
}

fn bytes(cell: &Cell) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let (row, qualifier) = (cell.row().to_vec(), cell.qualifier().to_vec());
    (row, qualifier, cell.value().to_vec())
}

pub async fn the_shell_and_we_read_what_either_wrote() -> Verdict {
    own_alone()?;
    let family = || tachograph_hbase::Family::new("f").versions(3);
    let ours = Fresh::with("for_shell", family(), &[]).await?;
    let shells = Fresh::with("of_shell", family(), &["B0003"]).await?;
    write(&ours).await;
    let scan = format!("scan '{}', {{VERSIONS => 3}}\n", ours.name);
    let told = shell(&(puts(&shells.name) + &scan));
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    let first = lines.iter().position(|line| line.starts_with("ROW"));
    let first = first.unwrap_or_else(|| panic!("no rows: {told}"));
    assert_eq!(lines[first + 1..=first + SHOWN.len()], SHOWN, "{told}");
    assert!(lines.contains(&"2 row(s)"), "{told}");
    let rows = shells.rows(Scan::new().versions(3)).await;
    let cells: Vec<_> = rows.iter().flat_map(|row| row.cells()).map(bytes).collect();
    let cell = |row: &[u8], qualifier: &[u8], value: &[u8]| {
        (row.to_vec(), qualifier.to_vec(), value.to_vec())
    };
    let wanted = [
        cell(&[0, 0xff], &[0x80], &[0, 10]),
        cell(b"B0002", b"q", b"second"),
        cell(b"B0002", b"q", b"first"),
        cell(b"B0004", b"n", &42_u64.to_be_bytes()),
    ];
    assert_eq!(cells, wanted, "{told}");
    ours.drop().await;
    shells.drop().await;
    Ok(())
}
