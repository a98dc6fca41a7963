use serde::{Deserialize, Serialize};

/// Published orders in which needs come, the most basic first. Level 1 is the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ladder {
    /// Demand for freight.
    Freight,
    /// Service on the telephone.
    Telephone,
    /// Maslow's needs.
    Maslow,
    /// Structure of demand: from the quality of the thing to its price.
    Demand,
    /// Classes of goods.
    Goods,
}

impl Ladder {
    /// Its steps from level 1, in English and in Chinese.
    pub fn steps(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Freight => &[
                ("port to port", "基本需求"),
                ("door to door", "标准需求"),
                ("value added", "较满意需求"),
                ("full logistics", "理想需求"),
            ],
            Self::Telephone => {
                &[("basic", "基本"), ("information", "信息"), ("emotion", "情感"), ("spirit", "精神")]
            }
            Self::Maslow => &[
                ("physiological", "生理"),
                ("safety", "安全"),
                ("social", "社交"),
                ("esteem", "尊重"),
                ("self-realisation", "自我实现"),
            ],
            Self::Demand => {
                &[("quality", "质量"), ("function", "功能"), ("extension", "外延"), ("price", "价格")]
            }
            Self::Goods => &[("existence", "生存"), ("development", "发展"), ("enjoyment", "享受")],
        }
    }

    /// The level of a step by its name in either language.
    pub fn level(self, name: &str) -> Option<u32> {
        (1..)
            .zip(self.steps())
            .find(|(_, step)| step.0.eq_ignore_ascii_case(name) || step.1 == name)
            .map(|(level, _)| level)
    }

    /// The English name of a level; none beyond the ladder.
    pub fn name(self, level: u32) -> Option<&'static str> {
        let place = usize::try_from(level).ok()?.checked_sub(1)?;
        self.steps().get(place).map(|step| step.0)
    }
}
