//! Each filter and comparator, as the real servers understand it.

use std::ops::Bound;

use tachograph_hbase::{BitwiseOp, Comparator, Compare, Filter, Put, RowRange, Scan};

use crate::harness::{Skipped, Verdict};
use crate::support::Fresh;

/// Rows `a1`, `a2`, `b1`, `b2`, `c1`, `c2` with a speed each, and a flag of every second one.
async fn filled(test: &str) -> Result<Fresh, Skipped> {
    let fresh = Fresh::new(test, &["b"]).await?;
    let put = |(index, row): (usize, &&str)| {
        let speed = format!("{}", 70 + 5 * index);
        let put = Put::new(row)
            .timestamp(100 + index as i64)
            .column("f", "speed", speed);
        match index % 2 {
            0 => put.column("f", "flag", [index as u8]),
            _ => put,
        }
    };
    let rows = ["a1", "a2", "b1", "b2", "c1", "c2"];
    let answers = fresh.table.batch(rows.iter().enumerate().map(put)).await;
    answers
        .into_iter()
        .for_each(|answer| assert!(answer.is_ok()));
    Ok(fresh)
}

pub async fn filters_of_rows() -> Verdict {
    let fresh = filled("rows").await?;
    let keys = async |filter: Filter| fresh.keys(Scan::new().filter(filter)).await.join(" ");
    assert_eq!(keys(Filter::prefix("b")).await, "b1 b2");
    assert_eq!(
        keys(Filter::row(Compare::Greater, Comparator::binary("b1"))).await,
        "b2 c1 c2"
    );
    assert_eq!(
        keys(Filter::row(
            Compare::LessOrEqual,
            Comparator::binary_prefix("a")
        ))
        .await,
        "a1 a2"
    );
    assert_eq!(
        keys(Filter::row(Compare::Equal, Comparator::regex("^[ac]2$"))).await,
        "a2 c2"
    );
    assert_eq!(
        keys(Filter::row(Compare::NotEqual, Comparator::substring("1"))).await,
        "a2 b2 c2"
    );
    assert_eq!(keys(Filter::page(1)).await, "a1 b1");
    assert_eq!(keys(Filter::inclusive_stop("b1")).await, "a1 a2 b1");
    assert_eq!(keys(Filter::random_row(1.0)).await, "a1 a2 b1 b2 c1 c2");
    let ranges = [RowRange::new("a2", "b2"), RowRange::new("c2", "")];
    assert_eq!(keys(Filter::row_ranges(ranges)).await, "a2 b1 c2");
    fresh.drop().await;
    Ok(())
}

pub async fn filters_of_values() -> Verdict {
    let fresh = filled("values").await?;
    let keys = async |filter: Filter| fresh.keys(Scan::new().filter(filter)).await.join(" ");
    let fast =
        |compare| Filter::single_column_value("f", "speed", compare, Comparator::binary("80"));
    assert_eq!(keys(fast(Compare::Greater)).await, "b2 c1 c2");
    assert_eq!(keys(fast(Compare::GreaterOrEqual)).await, "b1 b2 c1 c2");
    assert_eq!(keys(fast(Compare::Equal)).await, "b1");
    let flag = Comparator::binary([4]);
    let strict = Filter::single_column_value("f", "flag", Compare::Equal, flag.clone());
    assert_eq!(keys(strict).await, "c1");
    let lenient = Filter::single_column_value_or_missing("f", "flag", Compare::Equal, flag);
    assert_eq!(keys(lenient).await, "a2 b2 c1 c2");
    assert_eq!(
        keys(Filter::value(Compare::Equal, Comparator::binary("85"))).await,
        "b2"
    );
    assert_eq!(
        keys(Filter::value(
            Compare::Equal,
            Comparator::bits([2], BitwiseOp::And)
        ))
        .await,
        "b1"
    );
    let skip = Filter::skip(Filter::value(Compare::NotEqual, Comparator::binary("85")));
    assert_eq!(keys(skip).await, "a1 a2 b1 c1 c2");
    let both = Filter::all([Filter::prefix("c"), fast(Compare::Less)]);
    assert_eq!(keys(both).await, "");
    let either = Filter::any([Filter::prefix("c"), fast(Compare::Less)]);
    assert_eq!(keys(either).await, "a1 a2 c1 c2");
    assert_eq!(keys(Filter::timestamps([105, 101])).await, "a2 c2");
    fresh.drop().await;
    Ok(())
}

pub async fn filters_of_columns() -> Verdict {
    let fresh = filled("columns").await?;
    let columns = async |filter: Filter| {
        let rows = fresh.rows(Scan::new().prefix("a").filter(filter)).await;
        let cells = rows.iter().flat_map(|row| row.cells());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let names = cells.map(|cell| format!("{}:{}", text(cell.row()), text(cell.qualifier())));
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(columns(Filter::column_prefix("fl")).await, "a1:flag");
    assert_eq!(
        columns(Filter::column_prefixes(["sp", "x"])).await,
        "a1:speed a2:speed"
    );
    assert_eq!(columns(Filter::column_range("a", "g")).await, "a1:flag");
    assert_eq!(columns(Filter::column_page(1, 1)).await, "a1:speed");
    assert_eq!(columns(Filter::first_key_only()).await, "a1:flag a2:speed");
    let qualifier = Filter::qualifier(Compare::Equal, Comparator::binary("flag"));
    assert_eq!(columns(qualifier).await, "a1:flag");
    let family = |with| Filter::family(Compare::Equal, Comparator::binary(with));
    assert_eq!(columns(family("f")).await, "a1:flag a1:speed a2:speed");
    assert_eq!(columns(family("g")).await, "");
    let until = Filter::while_match(Filter::row(Compare::Less, Comparator::binary("a2")));
    assert_eq!(columns(until).await, "a1:flag a1:speed");
    let rows = fresh.rows(Scan::new().filter(Filter::key_only())).await;
    assert!(
        rows.iter()
            .flat_map(|row| row.cells())
            .all(|cell| cell.value().is_empty())
    );
    fresh.drop().await;
    Ok(())
}

pub async fn filters_of_one_column() -> Verdict {
    let fresh = filled("one").await?;
    let cells = async |filter: Filter| {
        let rows = fresh.rows(Scan::new().filter(filter)).await;
        let cells = rows.iter().flat_map(|row| row.cells());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let names = cells.map(|cell| format!("{}:{}", text(cell.row()), text(cell.qualifier())));
        names.collect::<Vec<_>>().join(" ")
    };
    let fast = (Compare::Greater, Comparator::binary("85"));
    let (compare, with) = fast.clone();
    assert_eq!(
        cells(Filter::column_value("f", "speed", compare, with.clone())).await,
        "c1:speed c2:speed"
    );
    let excluded = Filter::single_column_value_excluded("f", "speed", compare, with);
    assert_eq!(cells(excluded).await, "c1:flag");
    assert_eq!(
        cells(Filter::dependent_column("f", "flag", None)).await,
        "a1:flag a1:speed b1:flag b1:speed c1:flag c1:speed"
    );
    let dependent = Filter::dependent_column("f", "speed", Some(fast));
    assert_eq!(cells(dependent).await, "c1:flag c1:speed c2:speed");
    let bounds = |from, to| Filter::all([Filter::prefix("a"), Filter::column_bounds(from, to)]);
    let (flag, speed) = (&b"flag"[..], &b"speed"[..]);
    let between = bounds(Bound::Excluded(flag), Bound::Included(speed));
    assert_eq!(cells(between).await, "a1:speed a2:speed");
    let before = bounds(Bound::Unbounded, Bound::Excluded(speed));
    assert_eq!(cells(before).await, "a1:flag");
    let prefixes = Filter::column_prefixes(["s", "sp", "f", "f"]);
    assert_eq!(
        cells(Filter::all([Filter::prefix("a"), prefixes])).await,
        "a1:flag a1:speed a2:speed"
    );
    fresh.drop().await;
    Ok(())
}

pub async fn filters_of_parts_of_keys() -> Verdict {
    let fresh = filled("parts").await?;
    let keys = async |filter: Filter| fresh.keys(Scan::new().filter(filter)).await.join(" ");
    let second = |byte| vec![None, Some(byte)];
    assert_eq!(keys(Filter::fuzzy_rows([second(b'2')])).await, "a2 b2 c2");
    let either = Filter::fuzzy_rows([second(b'2'), vec![Some(b'b')]]);
    assert_eq!(keys(either).await, "a2 b1 b2 c2");
    assert_eq!(
        keys(Filter::fuzzy_rows([vec![None; 2]])).await,
        "a1 a2 b1 b2 c1 c2"
    );
    let exact = Filter::fuzzy_rows(["b1", "c2"].map(|key| key.bytes().map(Some).collect()));
    assert_eq!(keys(exact).await, "b1 c2");
    let part = Filter::row(Compare::Greater, Comparator::binary_at(1, "1"));
    assert_eq!(keys(part).await, "a2 b2 c2");
    fresh.drop().await;
    Ok(())
}
