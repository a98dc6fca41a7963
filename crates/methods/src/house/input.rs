use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A house of quality as a file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct House {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The demanded qualities.
    pub rows: Vec<Row>,
    /// The technical characteristics.
    pub columns: Vec<Column>,
    pub relations: Vec<Relation>,
    #[serde(default)]
    pub roof: Vec<Roof>,
    #[serde(default)]
    pub scale: Scale,
}

/// A demanded quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    /// Its weight, 0 or more; in percent if it comes from a quality plan.
    pub weight: f64,
}

/// A technical characteristic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What the own product has today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Written>,
    /// What each competitor has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub competitors: BTreeMap<String, Written>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Written>,
}

/// What is better of a characteristic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Larger,
    Smaller,
    /// As near as possible to the target.
    Nominal,
}

/// A value of a characteristic: a number, or words such as `IPX4`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Written {
    Number(f64),
    Text(String),
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A characteristic serves a demanded quality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    pub row: String,
    pub column: String,
    pub strength: Strength,
}

/// How much a characteristic serves a demanded quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// ◎
    Strong,
    /// ○
    Medium,
    /// △
    Weak,
}

/// What the strengths are worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    #[default]
    #[serde(rename = "9-3-1")]
    NineThreeOne,
    /// As usual in Japan: less is decided by the strong relations alone.
    #[serde(rename = "5-3-1")]
    FiveThreeOne,
}

impl Scale {
    /// The scale as files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NineThreeOne => "9-3-1",
            Self::FiveThreeOne => "5-3-1",
        }
    }

    /// The number of a strength, at least 1.
    pub fn worth(self, strength: Strength) -> f64 {
        match (strength, self) {
            (Strength::Strong, Self::NineThreeOne) => 9.0,
            (Strength::Strong, Self::FiveThreeOne) => 5.0,
            (Strength::Medium, _) => 3.0,
            (Strength::Weak, _) => 1.0,
        }
    }
}

/// Two characteristics help or hinder each other; the order of the two means nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Roof {
    pub a: String,
    pub b: String,
    pub value: RoofValue,
}

/// How much two characteristics help (above 0) or hinder (below 0) each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RoofValue {
    /// From −1 to 1 without 0; ±0.9, ±0.3 and ±0.1 are usual.
    Number(f64),
    /// `++`, `+`, `-` or `--`, which stand for ±0.9 and ±0.3.
    Symbol(String),
}

impl RoofValue {
    /// The value, NaN for a symbol that is none; a house that was checked has no such symbol.
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Symbol(symbol) => match symbol.replace(['−', '–'], "-").as_str() {
                "++" => 0.9,
                "+" => 0.3,
                "-" => -0.3,
                "--" => -0.9,
                _ => f64::NAN,
            },
        }
    }

    /// The value as the roof shows it: doubled from 0.6 on.
    pub(super) fn symbol(&self) -> &'static str {
        match self.number() {
            value if value >= 0.6 => "++",
            value if value > 0.0 => "+",
            value if value > -0.6 => "−",
            _ => "−−",
        }
    }
}
