//! The same queries of both tables. The archive evaluates every condition by the evaluator of
//! EPL, so its answers are those of a reader that pushes nothing.

use tachograph_connect::hbase::{CellTest, HBaseColumn, HBaseReader, HBaseScan};
use tachograph_engine::query::{HBaseTableReader, TableQuery};

use crate::harness::Verdict;
use crate::support::{Written, keys, rows, written};

/// Half past: the records of half the time.
const MIDDLE: i64 = 1_451_606_410_000;

const CONDITIONS: [&str; 24] = [
    "area = '3'",
    "'3' = area",
    "area != '3'",
    "area in ('1', '2', 'none')",
    "area not in ('1', '2')",
    "area is null",
    "area is not null",
    "area is not '3'",
    "area > '2'",
    "note = ''",
    "note != ''",
    "note like 'Z%'",
    "note like 'zu%'",
    "note like '100%'",
    "note like 'two%'",
    "note like 'a__'",
    "note like '%l%'",
    "note not like 'Z%'",
    "area = '3' and note != ''",
    "area != '3' and note != area and v > 40",
    "area in ('1', '2') and note like 'Z%' and ok",
    "area = '3' or note = ''",
    "v > 40 and ratio < 9.5",
    "not (area = '3') and current_timestamp % 2000 = 0",
];

fn ranges(base: &TableQuery) -> Vec<TableQuery> {
    let text = |text: &str| Some(text.to_string());
    let of_keys = [
        (None, None, None),
        (text("A1-"), None, None),
        (
            text("A1-"),
            text("A1-20160101000005"),
            text("A1-20160101000009"),
        ),
        (text("A1-"), text("A0"), text("A3")),
        (text("A1-"), text("A2"), None),
        (None, text("A1-20160101000005"), text("A3-20160101000005")),
        (None, None, text("")),
        (None, text("A3"), text("A1")),
        (text("B"), None, None),
    ];
    let of_times = [
        (None, None),
        (Some(MIDDLE), None),
        (None, Some(MIDDLE)),
        (Some(MIDDLE), Some(MIDDLE + 3_000)),
        (Some(MIDDLE), Some(MIDDLE)),
    ];
    let mut all = Vec::new();
    for (prefix, from, to) in of_keys {
        for (since, until) in of_times {
            let (prefix, from, to) = (prefix.clone(), from.clone(), to.clone());
            all.push(TableQuery {
                prefix,
                from,
                to,
                since,
                until,
                ..base.clone()
            });
        }
    }
    all
}

fn columns() -> [Option<Vec<String>>; 4] {
    let names = |names: &[&str]| Some(names.iter().map(|n| n.to_string()).collect());
    [
        None,
        names(&["v"]),
        names(&["f:note", "ok"]),
        names(&["area"]),
    ]
}

/// The table of HBase.
pub fn table(written: &Written) -> HBaseTableReader {
    let table = HBaseTableReader::of_topology(&written.config, &written.name);
    let table = table.expect("the cluster answers");
    table.expect("the topology writes the table")
}

pub fn hbase_answers_as_the_archive_does() -> Verdict {
    let written = written("alike")?;
    let (hbase, archive) = (table(&written), written.archive.view());
    let conditions = CONDITIONS.iter().map(|c| Some(c.to_string()));
    let conditions: Vec<Option<String>> = std::iter::once(None).chain(conditions).collect();
    let mut seen = 0;
    for (number, range) in ranges(&written.query()).into_iter().enumerate() {
        for condition in &conditions {
            let columns = columns()[number % 4].clone();
            for (columns, limit) in [(columns, None), (None, Some(5)), (None, Some(0))] {
                let query = TableQuery {
                    condition: condition.clone(),
                    columns,
                    limit,
                    ..range.clone()
                };
                let wanted = rows(&archive, &query);
                seen += wanted.len();
                assert_eq!(rows(&hbase, &query), wanted, "{query:?}");
            }
        }
    }
    assert!(seen > 1_000, "the queries find rows: {seen}");
    written.drop();
    Ok(())
}

pub fn every_choice_of_columns_gives_every_row() -> Verdict {
    let written = written("columns")?;
    let (hbase, archive) = (table(&written), written.archive.view());
    for columns in columns() {
        for condition in [
            None,
            Some("area = '3'"),
            Some("v > 40"),
            Some("note is null"),
        ] {
            let query = TableQuery {
                columns: columns.clone(),
                condition: condition.map(Into::into),
                ..written.query()
            };
            assert_eq!(rows(&hbase, &query), rows(&archive, &query), "{query:?}");
        }
    }
    for key in ["A1-20160101000004", "A0-20160101000000", "A9", ""] {
        let query = TableQuery {
            key: Some(key.into()),
            ..written.query()
        };
        assert_eq!(rows(&hbase, &query), rows(&archive, &query), "{key}");
    }
    written.drop();
    Ok(())
}

/// Without the engine between: what comes is what the servers let through.
pub fn the_servers_test_the_cells() -> Verdict {
    let written = written("tests")?;
    let reader = HBaseReader::open(&written.servers, &[], &written.name).expect("a table");
    let area = HBaseColumn {
        family: "f".into(),
        qualifier: "area".into(),
    };
    let texts = |texts: &[&str]| texts.iter().map(|t| t.to_string()).collect();
    let tests = [
        (CellTest::Equal("3".into()), "area = '3'"),
        (CellTest::NotEqual("3".into()), "area != '3'"),
        (CellTest::OneOf(texts(&["1", "2"])), "area in ('1', '2')"),
        (CellTest::Begins("4".into()), "area like '4%'"),
    ];
    for (test, condition) in tests {
        let scan = HBaseScan {
            columns: Some(Vec::new()),
            tests: vec![(area.clone(), test)],
            ..HBaseScan::default()
        };
        let found = reader.scan(&scan).map(|row| row.expect("a row").key());
        let query = TableQuery {
            condition: Some(condition.into()),
            ..written.query()
        };
        let wanted = keys(&written.archive.view(), &query);
        assert!(!wanted.is_empty());
        assert_eq!(found.collect::<Vec<_>>().join(" "), wanted, "{condition}");
    }
    written.drop();
    Ok(())
}
