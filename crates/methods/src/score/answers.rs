use serde::{Deserialize, Serialize};

use super::{Ces, Csat, Nps, Scale, TallyError, ces::ces_on, csat::csat_on};

/// How often each answer of a scale was given: takes in answers one by one, in any order and in constant memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    scale: Scale,
    counts: Vec<u64>,
}

/// Why answers have no score of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    #[error("a Net Promoter Score needs the scale 0-10 or 1-10, not {0}")]
    NpsScale(Scale),
    #[error("the top {top} answers of the scale {scale} leave no answer below them, or none at all")]
    Top { top: usize, scale: Scale },
}

impl Answers {
    pub fn new(scale: Scale) -> Self {
        Self { scale, counts: vec![0; scale.values()] }
    }

    /// Counts one answer.
    pub fn add(&mut self, answer: i64) -> Result<(), TallyError> {
        let (lowest, highest) = (self.scale.lowest(), self.scale.highest());
        let outside = TallyError::OutsideScale { value: answer, lowest, highest };
        let at = self.scale.place(answer).ok_or(outside)?;
        self.counts[at] = self.counts[at].checked_add(1).ok_or(TallyError::Overflow)?;
        Ok(())
    }

    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// From the lowest answer to the highest.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The Net Promoter Score, `None` without answers. On 1-10, which some questionnaires use, the groups are the same: 9 and
    /// 10 promote, 6 and below detract; such a score must not be compared with one on 0-10.
    pub fn nps(&self) -> Result<Option<Nps>, ScoreError> {
        let lowest = match (self.scale.lowest(), self.scale.highest()) {
            (lowest @ (0 | 1), 10) => usize::from(lowest == 1),
            _ => return Err(ScoreError::NpsScale(self.scale)),
        };
        let sum = |counts: &[u64]| counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count));
        let (seven, nine) = (7 - lowest, 9 - lowest);
        let groups = [&self.counts[nine..], &self.counts[seven..nine], &self.counts[..seven]].map(sum);
        let [Some(promoters), Some(passives), Some(detractors)] = groups else { return Ok(None) };
        Ok(Nps::from_groups(promoters, passives, detractors))
    }

    /// The share of the `top` highest answers, `None` without answers.
    pub fn csat(&self, top: usize) -> Result<Option<Csat>, ScoreError> {
        if top == 0 || top >= self.scale.values() {
            return Err(ScoreError::Top { top, scale: self.scale });
        }
        Ok(csat_on(&self.counts, self.scale, top))
    }

    /// The mean, `None` without answers.
    pub fn ces(&self) -> Option<Ces> {
        ces_on(&self.counts, self.scale)
    }
}
