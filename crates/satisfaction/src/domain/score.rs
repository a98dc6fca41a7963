use chrono::NaiveDate;
use ting_methods::score::{Interval, TallyError, ces, csat, nps, tally};

use super::metric::Metric;

/// How many answers had a value, and on which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub value: i16,
    pub n: i64,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// The first and the last day of `counts`.
pub fn span(counts: &[Count]) -> Option<(NaiveDate, NaiveDate)> {
    let first = counts.iter().map(|count| count.first_day).min();
    first.zip(counts.iter().map(|count| count.last_day).max())
}

/// How many answers had each value of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Histogram {
    Nps([u64; 11]),
    Csat([u64; 5]),
    Ces([u64; 7]),
}

/// A score with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub n: i64,
    /// Net promoter score -100 to 100; percent satisfied; mean effort 1 to 7.
    pub value: f64,
    /// 95 %; `None` where one answer says nothing of the spread.
    pub interval: Option<Interval>,
}

impl Histogram {
    /// Sorts counted values, in any order, into the scale of `metric`.
    pub fn of(metric: Metric, counts: impl IntoIterator<Item = (i16, i64)>) -> Result<Self, TallyError> {
        let counts = counts.into_iter().map(|(value, n)| (i64::from(value), n));
        let lowest = i64::from(*metric.scale().start());
        Ok(match metric {
            Metric::Nps => Self::Nps(tally(lowest, counts)?),
            Metric::Csat => Self::Csat(tally(lowest, counts)?),
            Metric::Ces => Self::Ces(tally(lowest, counts)?),
        })
    }

    /// Answers by value, from the lowest of the scale.
    pub fn distribution(&self) -> Vec<i64> {
        let counts: &[u64] = match self {
            Self::Nps(counts) => counts,
            Self::Csat(counts) => counts,
            Self::Ces(counts) => counts,
        };
        counts.iter().map(|count| signed(*count)).collect()
    }

    /// The score; `None` without answers.
    pub fn score(&self) -> Option<Score> {
        let (n, value, interval) = match self {
            Self::Nps(counts) => {
                nps(counts).map(|score| (score.n, score.value, Some(score.adjusted_wald)))?
            }
            Self::Csat(counts) => csat(counts).map(|score| (score.n, score.percent, Some(score.interval)))?,
            Self::Ces(counts) => ces(counts).map(|score| (score.n, score.mean, score.interval))?,
        };
        Some(Score { n: signed(n), value, interval })
    }
}

/// Counts come from `bigint` columns, so they always fit.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Histogram;
    use crate::domain::metric::Metric;

    #[test]
    fn each_metric_has_its_own_score() {
        let score = |metric, counts: &[(i16, i64)]| {
            let score = Histogram::of(metric, counts.iter().copied()).unwrap().score().unwrap();
            (score.n, score.value)
        };
        assert_eq!(score(Metric::Nps, &[(10, 2), (0, 1), (8, 1)]), (4, 25.0));
        assert_eq!(score(Metric::Csat, &[(5, 1), (4, 1), (3, 2)]), (4, 50.0));
        assert_eq!(score(Metric::Ces, &[(7, 1), (2, 1)]), (2, 4.5));
    }

    #[test]
    fn nothing_has_no_score_but_a_distribution() {
        for metric in Metric::ALL {
            let histogram = Histogram::of(metric, []).unwrap();
            assert_eq!(histogram.score(), None);
            assert_eq!(histogram.distribution().len(), metric.scale().count());
        }
    }

    #[test]
    fn one_answer_has_an_interval_unless_the_spread_is_needed() {
        let interval = |metric| Histogram::of(metric, [(5, 1)]).unwrap().score().unwrap().interval;
        assert!(interval(Metric::Nps).is_some_and(|interval| interval.lower < interval.upper));
        assert!(interval(Metric::Csat).is_some_and(|interval| interval.lower < interval.upper));
        assert_eq!(interval(Metric::Ces), None);
    }

    #[test]
    fn values_off_the_scale_are_refused() {
        assert!(Histogram::of(Metric::Csat, [(0, 1)]).is_err());
        assert!(Histogram::of(Metric::Csat, [(6, 1)]).is_err());
    }
}
