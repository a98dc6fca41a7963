use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::Expression;
use crate::run::root;

pub const RULES: &str = "deploy/prometheus/rules/ting.yml";
pub const TESTS: &str = "deploy/prometheus/tests/ting.yml";
const RUNBOOKS: &str = "docs/operating/runbooks";
/// What every runbook tells, in this order.
const PARTS: [&str; 5] =
    ["## What it means", "## Who notices", "## Look here", "## Do this", "## When it is over"];

#[derive(Debug, Deserialize)]
struct File {
    groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
struct Group {
    rules: Vec<Rule>,
}

/// A rule; there are none but alerts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    alert: String,
    expr: String,
    #[serde(rename = "for", default)]
    _for: Option<String>,
    labels: Labels,
    annotations: Annotations,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    severity: Severity,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Page,
    Ticket,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Annotations {
    summary: String,
    todo: String,
    runbook_url: String,
}

impl Rule {
    pub fn expression(&self) -> Expression {
        Expression { place: format!("{RULES}: {}", self.alert), text: self.expr.clone() }
    }

    /// What is wrong with the alert itself and with its runbook.
    fn faults(&self, tests: &str) -> Vec<String> {
        let name = &self.alert;
        let page = format!("{RUNBOOKS}/{name}.md");
        let runbook = fs::read_to_string(root().join(&page)).unwrap_or_default();
        let severity = match self.labels.severity {
            Severity::Page => "Severity `page`",
            Severity::Ticket => "Severity `ticket`",
        };
        let told = PARTS.iter().scan(0, |from, part| {
            let found = runbook.get(*from..)?.find(part)?;
            *from += found;
            Some(())
        });
        let rules = [
            (self.annotations.runbook_url == page, format!("runbook_url is not {page}")),
            (runbook.starts_with(&format!("# {name}\n")), format!("{page} is missing, or has another title")),
            (runbook.contains(severity), format!("{page} does not say: {severity}")),
            (told.count() == PARTS.len(), format!("{page} has not these parts: {}", PARTS.join(", "))),
            (!self.annotations.summary.trim().is_empty(), "it has no summary".to_owned()),
            (!self.annotations.todo.trim().is_empty(), "it does not say what to do".to_owned()),
            (tests.contains(&format!("alertname=\"{name}\"")), format!("{TESTS} does not try it")),
        ];
        let broken = rules.into_iter().filter(|(good, _)| !good);
        broken.map(|(_, fault)| format!("{RULES}: {name}: {fault}")).collect()
    }
}

/// All alerts.
pub fn read() -> anyhow::Result<Vec<Rule>> {
    let text = fs::read_to_string(root().join(RULES)).with_context(|| format!("reading {RULES}"))?;
    let file: File = yaml_serde::from_str(&text).with_context(|| RULES.to_owned())?;
    let rules: Vec<Rule> = file.groups.into_iter().flat_map(|group| group.rules).collect();
    ensure!(!rules.is_empty(), "{RULES} has no rule");
    Ok(rules)
}

/// What is wrong with the alerts, their runbooks and their tests.
pub fn faults(rules: &[Rule]) -> anyhow::Result<Vec<String>> {
    let tests = fs::read_to_string(root().join(TESTS)).with_context(|| format!("reading {TESTS}"))?;
    let index = fs::read_to_string(root().join(RUNBOOKS).join("README.md")).unwrap_or_default();
    let mut faults: Vec<String> = rules.iter().flat_map(|rule| rule.faults(&tests)).collect();
    let mut names = BTreeSet::new();
    for Rule { alert, .. } in rules {
        if !names.insert(format!("{alert}.md")) {
            faults.push(format!("{RULES}: there are two {alert}"));
        }
        if !index.contains(&format!("[{alert}]({alert}.md)")) {
            faults.push(format!("{RUNBOOKS}/README.md does not list {alert}"));
        }
    }
    for entry in fs::read_dir(root().join(RUNBOOKS)).with_context(|| format!("reading {RUNBOOKS}"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "README.md" && !names.contains(&name) {
            faults.push(format!("{RUNBOOKS}/{name} belongs to no alert"));
        }
    }
    Ok(faults)
}
