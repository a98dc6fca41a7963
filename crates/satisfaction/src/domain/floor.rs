use uuid::Uuid;

use super::{cut::Cut, metric::Metric, score::Score};

/// Room for the last bits of a division: a score that lies on its floor is not below it.
const ROUNDING: f64 = 1e-9;

/// A lower bound of a score over the days up to its newest answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Floor {
    pub floor_id: Uuid,
    pub metric: Metric,
    pub cut: Cut,
    /// On the scale of the score.
    pub minimum: f64,
    /// Days that count, ending with the day of the newest answer.
    pub window_days: i32,
    /// Answers below which nothing is said.
    pub minimum_n: i64,
}

/// What a score means to its floor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// It has fallen below; nobody has been told.
    Raise(Score),
    /// It has risen to the floor again.
    Clear(Score),
}

impl Floor {
    /// What has to be told of `score`, given whether an alert stands. With too few answers an alert is neither raised nor
    /// cleared.
    pub fn judge(&self, score: Option<Score>, alert_stands: bool) -> Option<Change> {
        let score = score.filter(|score| score.n >= self.minimum_n)?;
        let below = score.value < self.minimum - ROUNDING;
        match (below, alert_stands) {
            (true, false) => Some(Change::Raise(score)),
            (false, true) => Some(Change::Clear(score)),
            (true, true) | (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Change, Floor};
    use crate::domain::{
        cut::Cut,
        metric::Metric,
        score::{Histogram, Score},
    };

    fn floor(minimum: f64, minimum_n: i64) -> Floor {
        let (floor_id, cut) = (Uuid::nil(), Cut::workspace());
        Floor { floor_id, metric: Metric::Nps, cut, minimum, window_days: 30, minimum_n }
    }

    fn score(value: f64, n: i64) -> Score {
        Score { n, value, interval: None }
    }

    #[test]
    fn a_fall_is_told_once_until_the_score_has_risen_again() {
        let floor = floor(30.0, 2);
        let (low, high) = (score(29.9, 2), score(30.0, 2));
        assert_eq!(floor.judge(Some(low), false), Some(Change::Raise(low)));
        assert_eq!(floor.judge(Some(low), true), None);
        assert_eq!(floor.judge(Some(high), true), Some(Change::Clear(high)));
        assert_eq!(floor.judge(Some(high), false), None);
    }

    #[test]
    fn too_few_answers_say_nothing() {
        let floor = floor(30.0, 20);
        for stands in [false, true] {
            assert_eq!(floor.judge(None, stands), None);
            assert_eq!(floor.judge(Some(score(-100.0, 19)), stands), None);
            assert_eq!(floor.judge(Some(score(100.0, 19)), stands), None);
        }
    }

    #[test]
    fn a_score_on_its_floor_is_not_below_it_whatever_the_division_leaves() {
        for promoters in 0..=100_i64 {
            let counts = [(10, promoters), (8, 100 - promoters)];
            let score = Histogram::of(Metric::Nps, counts).unwrap().score();
            let minimum = f64::from(i32::try_from(promoters).unwrap());
            assert_eq!(floor(minimum, 1).judge(score, false), None, "{promoters}");
        }
    }
}
