use serde::{Deserialize, Serialize};

/// One of the five gaps in which a service is lost between customer and firm (Parasuraman, Zeithaml and Berry, *A conceptual model
/// of service quality and its implications for future research*, Journal of Marketing 49(4), 1985).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// 1: what customers expect, and what the management believes they expect.
    Understanding,
    /// 2: what the management believes, and what is specified.
    Design,
    /// 3: what is specified, and what is delivered.
    Delivery,
    /// 4: what is delivered, and what is promised.
    Promise,
    /// 5: what customers expect, and what they perceive. The only one that customers alone can tell.
    Perception,
}

impl Gap {
    pub const ALL: [Self; 5] =
        [Self::Understanding, Self::Design, Self::Delivery, Self::Promise, Self::Perception];

    /// 1 to 5, as the literature counts them.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The gap of that number.
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|gap| gap.number() == number)
    }

    /// What stands in the columns E, and what in the columns P.
    pub fn sides(self) -> (&'static str, &'static str) {
        match self {
            Self::Understanding => ("what customers expect", "what the management believes they expect"),
            Self::Design => ("what the management believes customers expect", "what is specified"),
            Self::Delivery => ("what is specified", "what is delivered"),
            Self::Promise => ("what is promised", "what is delivered"),
            Self::Perception => ("what customers expect", "what customers perceive"),
        }
    }

    /// The degree of the consistency model ([`crate::consistency`]) that tells of the same loss as a ratio.
    pub fn degree(self) -> &'static str {
        match self {
            Self::Understanding => "lambda7",
            Self::Design => "lambda1",
            Self::Delivery => "lambda3",
            Self::Promise => "lambda2",
            Self::Perception => "s1",
        }
    }
}
