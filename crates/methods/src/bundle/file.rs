//! The shape of a model in TOML, before anything is resolved.

use serde::Deserialize;
use toml::Spanned;

use super::model::Kind;

/// A text with its place in the file.
pub(super) type Text = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub name: Option<String>,
    /// The name in Chinese; for readers of the file.
    #[serde(rename = "name_zh")]
    pub _name_zh: Option<String>,
    #[serde(default, rename = "module")]
    pub modules: Vec<Module>,
    #[serde(default, rename = "constraint")]
    pub constraints: Vec<Constraint>,
    #[serde(default, rename = "external")]
    pub externals: Vec<External>,
    #[serde(default, rename = "mapping")]
    pub mappings: Vec<Mapping>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Module {
    pub id: Text,
    #[serde(rename = "name")]
    pub _name: Option<String>,
    #[serde(rename = "name_zh")]
    pub _name_zh: Option<String>,
    pub kind: Option<Kind>,
    #[serde(rename = "petal")]
    pub _petal: Option<Petal>,
    #[serde(rename = "part")]
    pub _part: Option<Part>,
    pub parent: Option<Text>,
    #[serde(default)]
    pub optional: bool,
    #[serde(default, rename = "attribute")]
    pub attributes: Vec<Attribute>,
}

/// The eight activities of the flower of service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Petal {
    Information,
    Demonstration,
    HumanTouch,
    Ordering,
    Billing,
    Delivery,
    AfterSales,
    Other,
}

/// The seven parts of a service bundle.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    Environment,
    Senses,
    Interpersonal,
    Process,
    Supply,
    Information,
    Finance,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attribute {
    pub id: Text,
    #[serde(rename = "name")]
    pub _name: Option<String>,
    #[serde(rename = "name_zh")]
    pub _name_zh: Option<String>,
    pub domain: Spanned<toml::Value>,
    pub unit: Option<String>,
    pub default: Option<Spanned<toml::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Constraint {
    pub id: Option<Text>,
    #[serde(rename = "name")]
    pub _name: Option<String>,
    #[serde(rename = "if")]
    pub condition: Option<Text>,
    pub then: Option<Text>,
    pub forbid: Option<Text>,
    pub require: Option<Text>,
    pub module: Option<Text>,
    pub requires: Option<Spanned<Names>>,
    pub excludes: Option<Spanned<Names>>,
}

/// One name or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Names {
    One(String),
    Several(Vec<String>),
}

impl Names {
    pub fn list(&self) -> Vec<&str> {
        match self {
            Self::One(name) => vec![name],
            Self::Several(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct External {
    pub id: Text,
    #[serde(rename = "name")]
    pub _name: Option<String>,
    #[serde(rename = "name_zh")]
    pub _name_zh: Option<String>,
    #[serde(default, rename = "attribute")]
    pub attributes: Vec<Need>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Need {
    pub id: Text,
    #[serde(rename = "name")]
    pub _name: Option<String>,
    #[serde(rename = "name_zh")]
    pub _name_zh: Option<String>,
    pub domain: Spanned<toml::Value>,
    pub weight: Option<Spanned<f64>>,
    pub passes_to: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    pub id: Option<Text>,
    pub when: Text,
    pub then: Text,
}
