use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::Expression;
use crate::run::root;

const FOLDER: &str = "deploy/grafana/dashboards";
/// Longer ids are refused by Grafana.
const MAX_UID: usize = 40;

/// A dashboard and its file.
pub struct Board {
    file: String,
    content: Value,
}

/// All dashboards.
pub fn read() -> anyhow::Result<Vec<Board>> {
    let mut boards = Vec::new();
    for entry in fs::read_dir(root().join(FOLDER)).with_context(|| format!("reading {FOLDER}"))? {
        let path = entry?.path();
        let file = format!("{FOLDER}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        let content = serde_json::from_str(&fs::read_to_string(&path)?).with_context(|| file.clone())?;
        boards.push(Board { file, content });
    }
    ensure!(!boards.is_empty(), "{FOLDER} has no dashboard");
    Ok(boards)
}

/// Dashboards that Grafana would take for one.
pub fn doubled(boards: &[Board]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let names = boards.iter().flat_map(|board| [board.text("uid"), board.text("title")]);
    names
        .filter(|name| !seen.insert(*name))
        .map(|name| format!("two dashboards are called {name:?}"))
        .collect()
}

impl Board {
    fn text(&self, key: &str) -> &str {
        self.content[key].as_str().unwrap_or_default()
    }

    fn panels(&self) -> impl Iterator<Item = &Value> {
        self.content["panels"].as_array().into_iter().flatten()
    }

    pub fn expressions(&self) -> Vec<Expression> {
        let of_panel = |panel: &Value| -> Vec<Expression> {
            let targets = panel["targets"].as_array().into_iter().flatten();
            let place = format!("{}: {}", self.file, panel["title"].as_str().unwrap_or_default());
            let text = |target: &Value| target["expr"].as_str().unwrap_or_default().to_owned();
            targets.map(|target| Expression { place: place.clone(), text: text(target) }).collect()
        };
        self.panels().flat_map(of_panel).collect()
    }

    /// What Grafana would not show, or not show well.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.text("uid").is_empty() || self.text("uid").len() > MAX_UID || self.text("title").is_empty() {
            faults.push("it has no title, or no uid of at most 40 characters".to_owned());
        }
        let variables = self.content["templating"]["list"].as_array().into_iter().flatten();
        if !variables.into_iter().any(|one| one["name"] == "datasource" && one["type"] == "datasource") {
            faults.push("it has no variable for its data source".to_owned());
        }
        let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
        for panel in self.panels() {
            let title = panel["title"].as_str().unwrap_or_default();
            if title.is_empty() {
                faults.push(format!("panel {} has no title", panel["id"]));
            }
            if !panel["id"].as_u64().is_some_and(|id| ids.insert(id)) {
                faults.push(format!("{title}: its id is missing, or that of another panel"));
            }
            if !place(panel).is_some_and(|place| place.into_iter().all(|cell| cells.insert(cell))) {
                faults.push(format!("{title}: it lies outside of the grid or upon another panel"));
            }
            if panel["type"] != "row" {
                faults.extend(content_faults(panel).into_iter().map(|fault| format!("{title}: {fault}")));
            }
        }
        faults.into_iter().map(|fault| format!("{}: {fault}", self.file)).collect()
    }
}

/// The cells of the grid that a panel covers.
fn place(panel: &Value) -> Option<Vec<(u64, u64)>> {
    let number = |key: &str| panel["gridPos"][key].as_u64();
    let (x, y, width, height) = (number("x")?, number("y")?, number("w")?, number("h")?);
    let cells = (y..y + height).flat_map(|y| (x..x + width).map(move |x| (x, y)));
    (x + width <= 24 && width > 0 && height > 0).then(|| cells.collect())
}

fn content_faults(panel: &Value) -> Vec<&'static str> {
    let field = &panel["fieldConfig"]["defaults"];
    let targets = panel["targets"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut letters = BTreeSet::new();
    let from_variable = |value: &Value| value["uid"] == "${datasource}" && value["type"] == "prometheus";
    let rules = [
        (!field["unit"].as_str().unwrap_or_default().is_empty(), "it has no unit"),
        (!panel["description"].as_str().unwrap_or_default().is_empty(), "it explains nothing"),
        (from_variable(&panel["datasource"]), "its data source is not the variable"),
        (!targets.is_empty(), "it asks nothing"),
        (
            targets.iter().all(|target| from_variable(&target["datasource"])),
            "a question has a data source of its own",
        ),
        (
            targets
                .iter()
                .all(|target| target["refId"].as_str().is_some_and(|letter| letters.insert(letter))),
            "two questions have the same letter",
        ),
    ];
    rules.into_iter().filter(|(good, _)| !good).map(|(_, fault)| fault).collect()
}
