use serde::{Deserialize, Serialize};

/// What the three scores say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// 4 or more on all: keep close.
    Key,
    /// R of 4 or more and F of 2 or less: just begun.
    New,
    /// R of 2 or less and F of 4 or more: bought often, stays away.
    WinBack,
    /// 2 or less on all.
    Dormant,
    /// Everybody else.
    Regular,
}

impl Segment {
    pub const ALL: [Self; 5] = [Self::Key, Self::New, Self::WinBack, Self::Regular, Self::Dormant];

    /// The name that JSON and tables use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::New => "new",
            Self::WinBack => "win_back",
            Self::Dormant => "dormant",
            Self::Regular => "regular",
        }
    }

    pub(super) fn of(r: u8, f: u8, m: u8) -> Self {
        match (r, f, m) {
            (4.., 4.., 4..) => Self::Key,
            (4.., ..=2, _) => Self::New,
            (..=2, 4.., _) => Self::WinBack,
            (..=2, ..=2, ..=2) => Self::Dormant,
            _ => Self::Regular,
        }
    }
}

/// The eight classes that compare each dimension with its mean, strictly: recent is below the mean, often and much are above.
/// Important customers spend much; the second word says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueClass {
    /// Recent, often, much (重要价值).
    ImportantValue,
    /// Not recent, often, much (重要保持).
    ImportantKeep,
    /// Recent, not often, much (重要发展).
    ImportantDevelop,
    /// Not recent, not often, much (重要挽留).
    ImportantRetain,
    /// Recent, often, not much (一般价值).
    GeneralValue,
    /// Not recent, often, not much (一般保持).
    GeneralKeep,
    /// Recent, not often, not much (一般发展).
    GeneralDevelop,
    /// Not recent, not often, not much (一般挽留).
    GeneralRetain,
}

impl ValueClass {
    pub const ALL: [Self; 8] = [
        Self::ImportantValue,
        Self::ImportantKeep,
        Self::ImportantDevelop,
        Self::ImportantRetain,
        Self::GeneralValue,
        Self::GeneralKeep,
        Self::GeneralDevelop,
        Self::GeneralRetain,
    ];

    /// The name that JSON and tables use.
    pub fn name(self) -> &'static str {
        match self {
            Self::ImportantValue => "important_value",
            Self::ImportantKeep => "important_keep",
            Self::ImportantDevelop => "important_develop",
            Self::ImportantRetain => "important_retain",
            Self::GeneralValue => "general_value",
            Self::GeneralKeep => "general_keep",
            Self::GeneralDevelop => "general_develop",
            Self::GeneralRetain => "general_retain",
        }
    }

    pub(super) fn of(recent: bool, often: bool, much: bool) -> Self {
        match (recent, often, much) {
            (true, true, true) => Self::ImportantValue,
            (false, true, true) => Self::ImportantKeep,
            (true, false, true) => Self::ImportantDevelop,
            (false, false, true) => Self::ImportantRetain,
            (true, true, false) => Self::GeneralValue,
            (false, true, false) => Self::GeneralKeep,
            (true, false, false) => Self::GeneralDevelop,
            (false, false, false) => Self::GeneralRetain,
        }
    }
}
