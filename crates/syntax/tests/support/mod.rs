//! What the tests share: trees without places.

/// The tree as text without the places, for comparison.
pub fn without_places(tree: &impl std::fmt::Debug) -> String {
    let text = format!("{tree:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("span: @") {
        out.push_str(&rest[..at]);
        rest = rest[at + 7..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    }
    out.push_str(rest);
    while let Some(at) = out.find('@') {
        let tail = out[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        out = format!("{}{tail}", &out[..at]);
    }
    out
}
