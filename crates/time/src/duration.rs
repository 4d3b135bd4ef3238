//! Durations as configuration files spell them: `30 sec`, `500 ms`, `7 days`, `1 min 30 sec`.

use crate::Millis;

/// Reads a duration; none where it is not one. Parts add up; a bare number is not a duration.
///
/// ```
/// assert_eq!(tachograph_time::parse_duration("1 min 30 sec"), Some(90_000));
/// assert_eq!(tachograph_time::parse_duration("30"), None);
/// ```
pub fn parse_duration(text: &str) -> Option<Millis> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total: Millis = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let amount: Millis = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        total = total.checked_add(amount.checked_mul(unit(&rest[..letters])?)?)?;
        rest = rest[letters..].trim_start();
    }
    Some(total)
}

fn unit(name: &str) -> Option<Millis> {
    Some(match name {
        "ms" | "msec" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "second" | "seconds" => 1_000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 604_800_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn parts_add_up() {
        assert_eq!(parse_duration("7 days"), Some(604_800_000));
        assert_eq!(parse_duration("1min5s"), Some(65_000));
        assert_eq!(parse_duration("0 ms"), Some(0));
    }

    #[test]
    fn nonsense_is_none() {
        for text in [
            "",
            "sec",
            "30",
            "30 parsecs",
            "-1 sec",
            "99999999999999999999 sec",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
