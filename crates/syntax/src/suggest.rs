//! "Did you mean …?"
//!
//! Nouns: the *distance* of two names is the number of letters to change, add, drop or swap. No state.
//! Never: suggests what has hardly anything in common.

/// The candidate nearest to a misspelt name, if one is near enough; the first of equals.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(MAX_LENGTH).collect();
    let allowed = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(|c| *c != name)
        .map(|c| {
            (
                distance(&wanted, &c.to_lowercase().chars().collect::<Vec<_>>()),
                c,
            )
        })
        .filter(|(distance, c)| *distance <= allowed && *distance < c.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Longer names are compared by their beginning alone.
const MAX_LENGTH: usize = 64;

/// Least number of letters to change, add, drop or swap with a neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            let mut least = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn nearest_name_is_found() {
        let names = ["carNumber", "speed", "speedPedal"];
        assert_eq!(suggest("sped", names), Some("speed"));
        assert_eq!(suggest("carnumber", names), Some("carNumber"));
        assert_eq!(suggest("pseed", names), Some("speed"));
        assert_eq!(suggest("temperature", names), None);
        assert_eq!(suggest("x", ["a", "xy"]), Some("xy"));
        assert_eq!(suggest("", names), None);
    }
}
