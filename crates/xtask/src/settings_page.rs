//! The page of all settings, made of the documented defaults of every process.

use std::{collections::BTreeSet, fmt::Write as _};

use anyhow::Context as _;

use crate::generated::Generated;

const HEAD: &str = "\
# Settings

Made of the defaults that each process carries, by `cargo xtask settings`. A setting comes from the default, then from the TOML file
named with `--config` (or `TING_CONFIG`), then from the environment; the last word wins. `--check-config` shows every setting with
where it comes from, secrets masked, and says what is wrong. What docker-compose.yml asks for is in `.env.example`.
";

/// Heading, and the file of defaults.
const PARTS: &[(&str, &str)] = &[
    ("All four services", include_str!("../../chassis/config.default.toml")),
    ("intake", include_str!("../../intake/config.default.toml")),
    ("analysis", include_str!("../../analysis/config.default.toml")),
    ("satisfaction", include_str!("../../satisfaction/config.default.toml")),
    ("recovery", include_str!("../../recovery/config.default.toml")),
    ("gateway", include_str!("../../gateway/config.default.toml")),
];

pub const FILE: Generated = Generated { path: "docs/operating/settings.md", chore: "settings", content };

fn content() -> anyhow::Result<String> {
    let mut page = HEAD.to_owned();
    for (heading, defaults) in PARTS {
        write!(page, "\n## {heading}\n\n| variable | default | meaning |\n|---|---|---|\n")?;
        for row in rows(defaults)? {
            page.push_str(&row);
        }
    }
    Ok(page)
}

/// The environment variables that a process knows; every one has the settings of all services, but the gateway.
pub fn known(process: &str) -> anyhow::Result<BTreeSet<String>> {
    let mut known = BTreeSet::new();
    for (heading, defaults) in PARTS {
        if *heading == process || (*heading == PARTS[0].0 && process != "gateway") {
            known.extend(rows(defaults)?.iter().filter_map(|row| Some(row.split('`').nth(1)?.to_owned())));
        }
    }
    Ok(known)
}

/// A row for every setting. The comment lines above a setting explain it; a blank line parts them from what stands before.
fn rows(defaults: &str) -> anyhow::Result<Vec<String>> {
    let (mut section, mut comment) = (String::new(), Vec::new());
    let mut rows = Vec::new();
    for line in defaults.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if let Some(name) = line.strip_prefix('[') {
            section = format!("{}__", name.trim_end_matches(']').to_uppercase());
            comment.clear();
        } else if line.is_empty() {
            comment.clear();
        } else {
            let (key, value) = line.split_once('=').with_context(|| format!("no setting: {line}"))?;
            let (key, value) = (key.trim().to_uppercase(), value.trim());
            let meaning = std::mem::take(&mut comment).join(" ").replace('|', "\\|");
            rows.push(format!("| `TING__{section}{key}` | `{value}` | {meaning} |\n"));
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{known, rows};

    #[test]
    fn a_process_knows_its_own_settings_and_those_of_all_services() {
        let (recovery, gateway) = (known("recovery").unwrap(), known("gateway").unwrap());
        assert!(recovery.contains("TING__SERVICE__SMTP_URL") && recovery.contains("TING__DATABASE__URL"));
        assert!(gateway.contains("TING__SERVICES__INTAKE") && !gateway.contains("TING__DATABASE__URL"));
    }

    #[test]
    fn a_setting_has_its_variable_default_and_the_comment_above_it() {
        let text = "# About the file.\n\n# Where.\n# Truly.\naddress = \"a\"\n[nats]\nurl = \"n\"\n";
        assert_eq!(
            rows(text).unwrap(),
            ["| `TING__ADDRESS` | `\"a\"` | Where. Truly. |\n", "| `TING__NATS__URL` | `\"n\"` |  |\n"]
        );
    }
}
