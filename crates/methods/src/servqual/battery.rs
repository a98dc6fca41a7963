use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::score::Scale;

/// A questionnaire whose items are asked twice, as expected and as perceived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Battery {
    pub scale: Scale,
    dimensions: Vec<Dimension>,
}

/// Items that ask for the same side of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    pub name: String,
    /// What follows E and P in the names of the columns.
    pub items: Vec<String>,
}

/// Why dimensions are no battery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatteryError {
    #[error("there is no dimension")]
    NoDimension,
    #[error("a dimension has no name")]
    NoName,
    #[error("the dimension {0} is there twice")]
    Twice(String),
    #[error("the dimension {0} has no items")]
    NoItems(String),
    #[error("the item {0:?} is empty or there twice")]
    Item(String),
    #[error("there are more than {most} items", most = Battery::MOST_ITEMS)]
    TooMany,
}

impl Battery {
    /// More than any questionnaire that somebody fills in.
    pub const MOST_ITEMS: usize = 1000;

    pub fn new(scale: Scale, dimensions: Vec<Dimension>) -> Result<Self, BatteryError> {
        if dimensions.is_empty() {
            return Err(BatteryError::NoDimension);
        }
        let (mut names, mut items) = (HashSet::new(), HashSet::new());
        for Dimension { name, items: own } in &dimensions {
            if name.trim().is_empty() {
                return Err(BatteryError::NoName);
            }
            if !names.insert(name.to_lowercase()) {
                return Err(BatteryError::Twice(name.clone()));
            }
            if own.is_empty() {
                return Err(BatteryError::NoItems(name.clone()));
            }
            if let Some(item) =
                own.iter().find(|item| item.trim().is_empty() || !items.insert(item.to_lowercase()))
            {
                return Err(BatteryError::Item(item.clone()));
            }
        }
        if items.len() > Self::MOST_ITEMS {
            return Err(BatteryError::TooMany);
        }
        Ok(Self { scale, dimensions })
    }

    /// The 22 items of SERVQUAL, numbered as in the questionnaire, on 1 to 7 (Parasuraman, Zeithaml and Berry, *SERVQUAL*, Journal
    /// of Retailing 64(1), 1988).
    pub fn standard(scale: Scale) -> Self {
        let dimensions = [
            ("tangibles", 1..=4),
            ("reliability", 5..=9),
            ("responsiveness", 10..=13),
            ("assurance", 14..=17),
            ("empathy", 18..=22),
        ];
        let dimension = |(name, items): (&str, std::ops::RangeInclusive<u8>)| Dimension {
            name: name.to_owned(),
            items: items.map(|item| item.to_string()).collect(),
        };
        Self { scale, dimensions: dimensions.into_iter().map(dimension).collect() }
    }

    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The items of all dimensions in their order.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        self.dimensions.iter().flat_map(|dimension| dimension.items.iter().map(String::as_str))
    }
}
