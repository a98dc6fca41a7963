use std::{collections::HashSet, path::Path};

use serde::Serialize;
use ting_methods::text::{Correction, Previous};

use crate::error::CliError;

const HINT: &str =
    r#"one object a line, such as {"action": "pin", "card": "T010", "theme": 3, "who": "Li", "why": "…"}"#;

/// A correction that names something that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unused {
    /// Counted from 1.
    pub correction: usize,
    pub message: String,
}

/// Reads corrections, one JSON object a line; blank lines do not count.
pub fn read(path: &Path) -> Result<Vec<Correction>, CliError> {
    let name = path.display();
    let content = std::fs::read_to_string(path)
        .map_err(|error| CliError::failed(format!("cannot read {name}: {error}"), HINT))?;
    let lines = (1..).zip(content.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line)
                .map_err(|error| CliError::failed(format!("{name}, line {number}: {error}"), HINT))
        })
        .collect()
}

/// The corrections that name a card or a theme that is not there.
pub fn unused<'a>(
    corrections: &[Correction],
    previous: Option<&Previous>,
    cards: impl Iterator<Item = &'a str>,
) -> Result<Vec<Unused>, CliError> {
    let mut known: HashSet<&str> = HashSet::new();
    for card in cards {
        known.insert(card);
        known.extend(card.rsplit_once('#').map(|(comment, _)| comment));
    }
    let themes: HashSet<u32> =
        previous.iter().flat_map(|previous| &previous.themes).map(|theme| theme.key).collect();
    let mut unused = Vec::new();
    for (number, correction) in (1..).zip(corrections) {
        let named = correction.action.themes();
        if previous.is_none() && !named.is_empty() {
            return Err(CliError::failed(
                format!("correction {number} names theme {}, and nothing says which run's", named[0]),
                "name the result or the model of that run with --previous",
            ));
        }
        let cards = correction.action.cards().into_iter().filter(|card| !known.contains(card));
        let cards = cards.map(|card| format!("there is no card {card}"));
        let themes = named.into_iter().filter(|theme| !themes.contains(theme));
        let themes = themes.map(|theme| format!("there is no theme {theme} in the run before"));
        unused.extend(cards.chain(themes).map(|message| Unused { correction: number, message }));
    }
    Ok(unused)
}
