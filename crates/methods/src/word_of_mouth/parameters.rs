use serde::{Deserialize, Serialize};

/// A figure that is quoted, with whoever quotes it. Such figures contradict each other, so most are a range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub low: f64,
    /// The same as `low` where one figure is quoted.
    pub high: f64,
    pub source: String,
}

impl Parameter {
    fn quoted(low: f64, high: f64, source: &str) -> Self {
        Self { low, high, source: source.to_owned() }
    }

    pub(super) fn check(&self, highest: f64) -> bool {
        (0.0..=highest).contains(&self.low) && (self.low..=highest).contains(&self.high)
    }
}

/// All figures that the estimates rest on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// People whom a dissatisfied customer tells.
    pub dissatisfied_tells: Parameter,
    /// People whom a satisfied customer tells.
    pub satisfied_tells: Parameter,
    /// People whom a highly satisfied customer tells.
    pub highly_satisfied_tells: Parameter,
    /// Dissatisfied customers who keep silent, for each who complains.
    pub silent_per_complainer: Parameter,
    /// New customers whom 100 satisfied ones bring.
    pub new_per_100_satisfied: Parameter,
    /// What winning a new customer costs, in times of keeping one.
    pub acquisition_ratio: Parameter,
    /// Good impressions that make up for a bad one.
    pub impressions_to_offset: Parameter,
    /// What mending a bad first impression costs in addition, in percent.
    pub first_impression_percent: Parameter,
    /// What 5 points more of loyal customers add to the profit, in percent.
    pub loyalty_profit_percent: Parameter,
    /// How much oftener a highly satisfied customer buys again than a satisfied one.
    pub repurchase_ratio: Parameter,
}

const SATISFACTION: &str =
    "reading list 003-5, after Schneider and Bowen, Sloan Management Review 41(1), 1999";
const SERVICE: &str = "reading list 003-1, first source not named";

impl Default for Parameters {
    fn default() -> Self {
        let one = |value, source| Parameter::quoted(value, value, source);
        Self {
            dissatisfied_tells: one(22.0, SATISFACTION),
            satisfied_tells: one(8.0, SATISFACTION),
            highly_satisfied_tells: one(10.0, "reading list 003-5: \"10 and more\""),
            silent_per_complainer: one(20.0, SERVICE),
            new_per_100_satisfied: Parameter::quoted(
                15.0,
                25.0,
                "15: reading list 003-1; 25: reading list 004-14",
            ),
            acquisition_ratio: Parameter::quoted(
                5.0,
                20.0,
                "5 and more: reading list 004-14; 5 to 7: 003-1; 20: 002-3",
            ),
            impressions_to_offset: one(12.0, "reading list 003-1, also attributed to R. Newell-Legner"),
            first_impression_percent: Parameter::quoted(25.0, 50.0, SERVICE),
            loyalty_profit_percent: Parameter::quoted(25.0, 85.0, SERVICE),
            repurchase_ratio: one(
                6.0,
                "reading list 003-5, second-hand: Schneider and Bowen 1999 report it of Xerox over 18 months",
            ),
        }
    }
}

impl Parameters {
    /// The names that settings use, in order, with each figure.
    pub fn named(&self) -> [(&'static str, &Parameter); 10] {
        [
            ("dissatisfied_tells", &self.dissatisfied_tells),
            ("satisfied_tells", &self.satisfied_tells),
            ("highly_satisfied_tells", &self.highly_satisfied_tells),
            ("silent_per_complainer", &self.silent_per_complainer),
            ("new_per_100_satisfied", &self.new_per_100_satisfied),
            ("acquisition_ratio", &self.acquisition_ratio),
            ("impressions_to_offset", &self.impressions_to_offset),
            ("first_impression_percent", &self.first_impression_percent),
            ("loyalty_profit_percent", &self.loyalty_profit_percent),
            ("repurchase_ratio", &self.repurchase_ratio),
        ]
    }

    /// The figure of that name.
    pub fn of_mut(&mut self, name: &str) -> Option<&mut Parameter> {
        Some(match name {
            "dissatisfied_tells" => &mut self.dissatisfied_tells,
            "satisfied_tells" => &mut self.satisfied_tells,
            "highly_satisfied_tells" => &mut self.highly_satisfied_tells,
            "silent_per_complainer" => &mut self.silent_per_complainer,
            "new_per_100_satisfied" => &mut self.new_per_100_satisfied,
            "acquisition_ratio" => &mut self.acquisition_ratio,
            "impressions_to_offset" => &mut self.impressions_to_offset,
            "first_impression_percent" => &mut self.first_impression_percent,
            "loyalty_profit_percent" => &mut self.loyalty_profit_percent,
            "repurchase_ratio" => &mut self.repurchase_ratio,
            _ => return None,
        })
    }
}
