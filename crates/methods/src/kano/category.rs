use serde::{Deserialize, Serialize};

/// What kind of requirement it is.
///
/// The order is that in which ties are resolved: missing a must-be hurts most, so it goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Taken for granted: absence dissatisfies, presence only prevents that (基本型).
    #[serde(rename = "M")]
    MustBe,
    /// The more the better, in both directions (期望型).
    #[serde(rename = "O")]
    OneDimensional,
    /// Delights when present, is not missed when absent (兴奋型).
    #[serde(rename = "A")]
    Attractive,
    /// Neither matters (无差异型).
    #[serde(rename = "I")]
    Indifferent,
    /// Presence dissatisfies (反向型).
    #[serde(rename = "R")]
    Reverse,
    /// No answer that says anything, or mostly contradictory ones.
    Unclassified,
}

impl Category {
    /// The five that answers can vote for, in the order in which ties are resolved.
    pub const VOTED: [Self; 5] =
        [Self::MustBe, Self::OneDimensional, Self::Attractive, Self::Indifferent, Self::Reverse];

    /// The class of a letter, M, O, A, I or R in any case.
    pub fn of_letter(letter: &str) -> Option<Self> {
        Self::VOTED.into_iter().find(|class| class.letter().eq_ignore_ascii_case(letter))
    }

    /// The letter that the literature uses; `–` for none.
    pub fn letter(self) -> &'static str {
        match self {
            Self::MustBe => "M",
            Self::OneDimensional => "O",
            Self::Attractive => "A",
            Self::Indifferent => "I",
            Self::Reverse => "R",
            Self::Unclassified => "–",
        }
    }

    /// The name in English.
    pub fn name(self) -> &'static str {
        match self {
            Self::MustBe => "must-be",
            Self::OneDimensional => "one-dimensional",
            Self::Attractive => "attractive",
            Self::Indifferent => "indifferent",
            Self::Reverse => "reverse",
            Self::Unclassified => "unclassified",
        }
    }
}

/// What one pair of answers says: a cell of an evaluation table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Cell {
    M,
    O,
    A,
    I,
    R,
    /// Questionable: the two answers contradict each other.
    Q,
}

impl Cell {
    pub const ALL: [Self; 6] = [Self::M, Self::O, Self::A, Self::I, Self::R, Self::Q];

    /// The cell of that letter, in whatever case.
    pub fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cell| cell.letter().eq_ignore_ascii_case(letter))
    }

    pub fn letter(self) -> &'static str {
        ["M", "O", "A", "I", "R", "Q"][self as usize]
    }
}
