use serde::{Deserialize, Serialize};

use crate::kano::Category;

/// What a customer values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    Function,
    Quality,
    Price,
    Service,
    Speed,
    Time,
    Convenience,
    Delivery,
    Brand,
    Relationship,
    Solution,
}

impl Factor {
    pub const ALL: [Self; 11] = [
        Self::Function,
        Self::Quality,
        Self::Price,
        Self::Service,
        Self::Speed,
        Self::Time,
        Self::Convenience,
        Self::Delivery,
        Self::Brand,
        Self::Relationship,
        Self::Solution,
    ];

    /// Its names in English and in Chinese.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Function => ("function", "功能"),
            Self::Quality => ("quality", "质量"),
            Self::Price => ("price", "价格"),
            Self::Service => ("service", "服务"),
            Self::Speed => ("speed", "速度"),
            Self::Time => ("time", "时间"),
            Self::Convenience => ("convenience", "便利"),
            Self::Delivery => ("delivery", "准时交货"),
            Self::Brand => ("brand", "品牌"),
            Self::Relationship => ("relationship", "关系"),
            Self::Solution => ("solution", "整体解决方案"),
        }
    }

    /// The factor of that name in either language.
    pub fn of_name(name: &str) -> Option<Self> {
        let is = |factor: &Self| factor.names().0.eq_ignore_ascii_case(name) || factor.names().1 == name;
        Self::ALL.into_iter().find(is)
    }

    /// The category to assume as long as nobody was asked: what a thing does and costs is taken for granted, speed and ease are
    /// wanted more of, brand and relation delight.
    pub fn prior(self) -> Category {
        match self {
            Self::Function | Self::Quality | Self::Price | Self::Service => Category::MustBe,
            Self::Speed | Self::Time | Self::Convenience | Self::Delivery => Category::OneDimensional,
            Self::Brand | Self::Relationship | Self::Solution => Category::Attractive,
        }
    }
}
