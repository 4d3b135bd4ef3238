//! Layers: crates may depend on each other only along the edges of `xtask/layers.toml`, and some
//! may never name what would break an invariant (a clock, a socket, a thread).

use std::collections::BTreeMap;
use std::path::Path;

use toml::Table;

use crate::tidy::sources;

/// Checks every crate; gives a closing line or all violations.
pub fn check(root: &Path) -> Result<String, String> {
    let rules = table(&root.join("xtask/layers.toml"))?;
    let mut faults = Vec::new();
    let mut crates = 0;
    for (name, rule) in rules.iter().filter(|(name, _)| *name != "forbidden") {
        let folder = root.join("crates").join(name);
        if !folder.exists() {
            faults.push(format!(
                "layers.toml names `{name}`, but crates/{name} is not there"
            ));
            continue;
        }
        crates += 1;
        edges(&folder, name, rule, &mut faults)?;
    }
    unlisted(root, &rules, &mut faults)?;
    forbidden(root, &rules, &mut faults)?;
    match faults.is_empty() {
        true => Ok(format!("layers: {crates} crates keep their edges")),
        false => Err(faults.join("\n")),
    }
}

fn table(path: &Path) -> Result<Table, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    text.parse().map_err(|e| format!("{}: {e}", path.display()))
}

fn edges(
    folder: &Path,
    name: &str,
    rule: &toml::Value,
    faults: &mut Vec<String>,
) -> Result<(), String> {
    let manifest = table(&folder.join("Cargo.toml"))?;
    let allowed = list(rule.get("allow"));
    let mut dev_allowed = allowed.clone();
    dev_allowed.extend(list(rule.get("dev")));
    for (section, allowed) in [
        ("dependencies", &allowed),
        ("dev-dependencies", &dev_allowed),
    ] {
        let dependencies = manifest.get(section).and_then(|d| d.as_table());
        let names = dependencies.into_iter().flat_map(|d| d.keys());
        for used in names.filter_map(|d| d.strip_prefix("tachograph-")) {
            if !allowed.iter().any(|a| a == used) {
                faults.push(format!("crates/{name}: {section} may not name `{used}`"));
            }
        }
    }
    Ok(())
}

fn list(value: Option<&toml::Value>) -> Vec<String> {
    let items = value.and_then(|v| v.as_array()).into_iter().flatten();
    items
        .filter_map(|v| v.as_str().map(str::to_string))
        .collect()
}

fn unlisted(root: &Path, rules: &Table, faults: &mut Vec<String>) -> Result<(), String> {
    let folders = std::fs::read_dir(root.join("crates")).map_err(|e| e.to_string())?;
    for folder in folders.flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        if !rules.contains_key(&name) {
            faults.push(format!("crates/{name} is not listed in xtask/layers.toml"));
        }
    }
    Ok(())
}

fn forbidden(root: &Path, rules: &Table, faults: &mut Vec<String>) -> Result<(), String> {
    let empty = Table::new();
    let words = rules
        .get("forbidden")
        .and_then(|f| f.as_table())
        .unwrap_or(&empty);
    let words: BTreeMap<&String, Vec<String>> = words
        .iter()
        .map(|(name, words)| (name, list(Some(words))))
        .collect();
    for (name, words) in words {
        for path in sources(&root.join("crates").join(name).join("src"))? {
            let text = std::fs::read_to_string(&path).map_err(|e| e.to_string())?;
            let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
            for (number, line) in code.lines().enumerate() {
                let names =
                    |word: &&String| !line.trim_start().starts_with("//") && line.contains(*word);
                if let Some(word) = words.iter().find(names) {
                    let place = path.strip_prefix(root).unwrap_or(&path).display();
                    faults.push(format!(
                        "{place}:{}: crate `{name}` may not name {word}",
                        number + 1
                    ));
                }
            }
        }
    }
    Ok(())
}
