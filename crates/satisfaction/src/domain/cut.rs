use uuid::Uuid;

/// What scores are cut by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    Workspace,
    Customer,
    Touchpoint,
    Channel,
}

impl Dimension {
    pub const ALL: [Self; 4] = [Self::Workspace, Self::Customer, Self::Touchpoint, Self::Channel];

    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Customer => "customer",
            Self::Touchpoint => "touchpoint",
            Self::Channel => "channel",
        }
    }

    /// The dimension called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }
}

/// The answers that a score is about: all, or those of one customer, touchpoint or channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut {
    pub dimension: Dimension,
    /// Empty for the workspace.
    pub key: String,
}

impl Cut {
    /// Everything.
    pub fn workspace() -> Self {
        Self { dimension: Dimension::Workspace, key: String::new() }
    }

    /// The answers of one customer.
    pub fn customer(id: Uuid) -> Self {
        Self { dimension: Dimension::Customer, key: id.to_string() }
    }
}
