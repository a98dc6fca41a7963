use serde::{Deserialize, Serialize, Serializer};

use super::{expression::Expression, set::Set, spans::Span};

/// A value of an attribute: a word of a list, a number, or yes and no.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Bool(bool),
    Number(f64),
    Text(String),
}

impl Value {
    /// The value as a number to reckon with: yes counts 1, no counts 0, a word has none.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(yes) => Some(f64::from(u8::from(*yes))),
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(yes) => write!(f, "{yes}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text}"),
        }
    }
}

impl Serialize for Value {
    /// Whole numbers are written without a point: 8 parcels are not 8.0.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(yes) => serializer.serialize_bool(*yes),
            Self::Text(text) => serializer.serialize_str(text),
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
        }
    }
}

/// What an attribute may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Domain {
    /// A list of values, in the order of the model.
    Values(Vec<Value>),
    /// Any number of an interval.
    Interval(Span),
}

impl Domain {
    /// Whether a value belongs to it.
    pub fn contains(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Values(values), value) => values.contains(value),
            (Self::Interval(span), Value::Number(number)) => span.contains(*number),
            (Self::Interval(_), _) => false,
        }
    }

    /// Reads a value as it is typed; `None` if it does not belong to the domain.
    pub fn read(&self, text: &str) -> Option<Value> {
        let text = text.trim();
        let number = || text.parse().ok().filter(|number: &f64| number.is_finite());
        match self {
            Self::Values(values) => {
                let number = number();
                let same = |value: &&Value| match value {
                    Value::Bool(true) => matches!(text, "true" | "yes"),
                    Value::Bool(false) => matches!(text, "false" | "no"),
                    Value::Number(value) => Some(*value) == number,
                    Value::Text(value) => value == text,
                };
                values.iter().find(same).cloned()
            }
            Self::Interval(_) => number().map(Value::Number).filter(|value| self.contains(value)),
        }
    }

    /// The whole domain as a set; `absent` adds that there is no value.
    pub(super) fn set(&self, absent: bool) -> Set {
        match self {
            Self::Values(values) => Set::places(values.len() + usize::from(absent), |_| true),
            Self::Interval(span) => Set::Numbers { spans: (*span).into(), absent },
        }
    }
}

/// `land, air`, `1 … 10` or `(0, 3]`.
impl std::fmt::Display for Domain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Interval(span) => write!(f, "{span}"),
            Self::Values(values) => match (values.first(), values.last()) {
                (Some(Value::Number(first)), Some(Value::Number(last))) if values.len() > 6 => {
                    write!(f, "{first} … {last}")
                }
                _ => {
                    write!(f, "{}", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
                }
            },
        }
    }
}

/// Whether a module is what is sold or what comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Core,
    Additional,
}

/// A part of the bundle that is chosen or left out as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    pub id: String,
    pub kind: Kind,
    /// The place of the module it belongs to.
    pub parent: Option<usize>,
    /// Whether it may be left out while its parent is chosen.
    pub optional: bool,
    /// Whether it is left out in some selection: it or a module above it is optional.
    pub(super) absent: bool,
}

/// A property of a module that takes one value in each configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub id: String,
    pub module: usize,
    pub domain: Domain,
    pub unit: Option<String>,
    /// The value preferred where nothing speaks against it.
    pub default: Option<Value>,
}

/// What a customer may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    pub id: String,
    pub domain: Domain,
    /// How much it counts, ω; above 0.
    pub weight: f64,
}

/// Why a rule is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// What the customer asked for.
    Choice,
    /// What a need means for the attributes.
    Mapping,
    /// What fits together.
    Constraint,
}

/// A rule that every configuration keeps: always, or while a need is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub id: String,
    pub origin: Origin,
    /// The rule in the words of the model.
    pub text: String,
    /// The needs that call for it; always in force without.
    pub(super) when: Option<Expression>,
    pub(super) then: Expression,
}

/// A bundle of services: modules and attributes, what fits together, what customers may ask for, and what that means.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub name: Option<String>,
    pub modules: Vec<Module>,
    pub attributes: Vec<Attribute>,
    pub needs: Vec<Need>,
    pub rules: Vec<Rule>,
    /// What is allowed and yet looks like a slip.
    pub warnings: Vec<String>,
    /// Rules of the tree of modules: a part is chosen only with the whole, and only what is chosen has values.
    pub(super) structure: Vec<Expression>,
    /// For the need of a place, the attribute that takes over its value.
    pub(super) passes: Vec<Option<usize>>,
}

impl Model {
    /// Where the variable of an attribute stands: after the modules.
    pub(super) fn variable(&self, attribute: usize) -> usize {
        self.modules.len() + attribute
    }

    /// Everything that may be the value of each variable, modules first.
    pub(super) fn domains(&self) -> Vec<Set> {
        let modules = self.modules.iter().map(|_| Set::places(2, |_| true));
        let attribute = |attribute: &Attribute| attribute.domain.set(self.modules[attribute.module].absent);
        modules.chain(self.attributes.iter().map(attribute)).collect()
    }
}
