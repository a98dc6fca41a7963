use chrono::{DateTime, Utc};
use ting_methods::score::{Band, band};
use uuid::Uuid;

use super::metric::Metric;

/// What customers expect of each question, and how near to it they are satisfied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    nps: i64,
    csat: i64,
    ces: i64,
    tolerance_permille: u32,
}

/// An expectation that nothing can be compared with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExpectation {
    #[error("service.expected_{0} is not on the scale above its lowest value")]
    OffScale(&'static str),
    #[error("service.tolerance_permille is not from 0 to 999")]
    Tolerance,
}

/// The latest answer of a customer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    pub customer_id: Uuid,
    pub metric: Metric,
    pub value: i16,
    pub answered_at: DateTime<Utc>,
}

/// Where a customer stands: sums over the questions answered, each on 0 to 60.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub perceived: i64,
    pub expected: i64,
    pub band: Band,
    /// When the newest answer behind it was given.
    pub answered_at: DateTime<Utc>,
}

impl Expectations {
    /// Takes the answers that meet expectations just so.
    pub fn try_new(
        nps: i16,
        csat: i16,
        ces: i16,
        tolerance_permille: u32,
    ) -> Result<Self, InvalidExpectation> {
        if tolerance_permille > 999 {
            return Err(InvalidExpectation::Tolerance);
        }
        Ok(Self {
            nps: sixtieths(Metric::Nps, nps)?,
            csat: sixtieths(Metric::Csat, csat)?,
            ces: sixtieths(Metric::Ces, ces)?,
            tolerance_permille,
        })
    }

    /// Compares a customer's latest answers, one a question, with what was expected. `None` without answers.
    pub fn stand(&self, latest: &[Latest]) -> Option<Standing> {
        let perceived = latest.iter().map(|answer| answer.metric.in_sixtieths(answer.value)).sum();
        let expected = latest.iter().map(|answer| self.of(answer.metric)).sum();
        let answered_at = latest.iter().map(|answer| answer.answered_at).max()?;
        // Never fails: expectations lie above zero, perceptions not below, and the tolerance was checked.
        let band = band(perceived, expected, self.tolerance_permille).ok()?;
        Some(Standing { perceived, expected, band, answered_at })
    }

    fn of(&self, metric: Metric) -> i64 {
        match metric {
            Metric::Nps => self.nps,
            Metric::Csat => self.csat,
            Metric::Ces => self.ces,
        }
    }
}

fn sixtieths(metric: Metric, value: i16) -> Result<i64, InvalidExpectation> {
    if metric.scale().contains(&value) && value > *metric.scale().start() {
        Ok(metric.in_sixtieths(value))
    } else {
        Err(InvalidExpectation::OffScale(metric.name()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use ting_methods::score::Band;
    use uuid::Uuid;

    use super::{Expectations, InvalidExpectation, Latest};
    use crate::domain::metric::Metric;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn latest(metric: Metric, value: i16, minutes: i64) -> Latest {
        Latest { customer_id: Uuid::nil(), metric, value, answered_at: at(minutes) }
    }

    #[test]
    fn an_answer_as_expected_satisfies_and_its_neighbours_do_not() {
        let expectations = Expectations::try_new(8, 4, 5, 50).unwrap();
        let band = |metric, value| expectations.stand(&[latest(metric, value, 0)]).unwrap().band;
        for (metric, expected) in [(Metric::Nps, 8), (Metric::Csat, 4), (Metric::Ces, 5)] {
            assert_eq!(band(metric, expected - 1), Band::Dissatisfied);
            assert_eq!(band(metric, expected), Band::Satisfied);
            assert_eq!(band(metric, expected + 1), Band::Delighted);
        }
    }

    #[test]
    fn the_total_is_the_ratio_of_the_sums_of_what_was_answered() {
        let expectations = Expectations::try_new(8, 4, 5, 50).unwrap();
        let standing = expectations.stand(&[latest(Metric::Nps, 10, 5), latest(Metric::Ces, 3, 7)]).unwrap();
        assert_eq!((standing.perceived, standing.expected), (60 + 20, 48 + 40));
        assert_eq!((standing.band, standing.answered_at), (Band::Dissatisfied, at(7)));
        assert_eq!(expectations.stand(&[]), None);
    }

    #[test]
    fn expectations_that_nothing_can_be_divided_by_are_refused() {
        let rows = [
            ((0, 4, 5, 50), InvalidExpectation::OffScale("nps")),
            ((11, 4, 5, 50), InvalidExpectation::OffScale("nps")),
            ((8, 1, 5, 50), InvalidExpectation::OffScale("csat")),
            ((8, 4, 8, 50), InvalidExpectation::OffScale("ces")),
            ((8, 4, 5, 1000), InvalidExpectation::Tolerance),
        ];
        for ((nps, csat, ces, tolerance), expected) in rows {
            assert_eq!(Expectations::try_new(nps, csat, ces, tolerance), Err(expected));
        }
    }
}
