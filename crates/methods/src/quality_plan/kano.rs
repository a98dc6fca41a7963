use serde::{Deserialize, Serialize};

/// A class of Kano's model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KanoClass {
    /// Must-be: absent it annoys, present it is taken for granted.
    #[serde(rename = "M")]
    MustBe,
    /// One-dimensional: the more the better.
    #[serde(rename = "O")]
    OneDimensional,
    /// Attractive: absent nobody misses it, present it delights.
    #[serde(rename = "A")]
    Attractive,
    /// Indifferent.
    #[serde(rename = "I")]
    Indifferent,
    /// Reverse: present it annoys.
    #[serde(rename = "R")]
    Reverse,
}

impl KanoClass {
    /// The class of a letter, M, O, A, I or R in any case.
    pub fn of_letter(letter: &str) -> Option<Self> {
        [
            ("M", Self::MustBe),
            ("O", Self::OneDimensional),
            ("A", Self::Attractive),
            ("I", Self::Indifferent),
            ("R", Self::Reverse),
        ]
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(letter))
        .map(|(_, class)| class)
    }

    /// The exponent 1/k of the level-up ratio; none for classes whose ratio is left alone.
    pub(super) fn exponent(self) -> Option<f64> {
        match self {
            Self::MustBe => Some(2.0),
            Self::OneDimensional => Some(1.0),
            Self::Attractive => Some(0.5),
            Self::Indifferent | Self::Reverse => None,
        }
    }
}
