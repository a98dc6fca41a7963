use std::ops::RangeInclusive;

/// A question that makes a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    Nps,
    Csat,
    Ces,
}

impl Metric {
    pub const ALL: [Self; 3] = [Self::Nps, Self::Csat, Self::Ces];

    /// As stored, and as the aggregate of its events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Csat => "csat",
            Self::Ces => "ces",
        }
    }

    /// The metric called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// The answers that can be given.
    pub fn scale(self) -> RangeInclusive<i16> {
        match self {
            Self::Nps => 0..=10,
            Self::Csat => 1..=5,
            Self::Ces => 1..=7,
        }
    }

    /// The values that the score can take.
    pub fn score_range(self) -> RangeInclusive<f64> {
        match self {
            Self::Nps => -100.0..=100.0,
            Self::Csat => 0.0..=100.0,
            Self::Ces => 1.0..=7.0,
        }
    }

    /// An answer on the scale of 0 to 60 that all questions share; whole, because 60 divides by 10, 4 and 6.
    pub fn in_sixtieths(self, value: i16) -> i64 {
        let (lowest, highest) = (*self.scale().start(), *self.scale().end());
        i64::from(value - lowest) * 60 / i64::from(highest - lowest)
    }
}

#[cfg(test)]
mod tests {
    use super::Metric;

    #[test]
    fn names_lead_back_to_their_metric() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.name()), Some(metric));
        }
        assert_eq!(Metric::parse("NPS"), None);
    }

    #[test]
    fn every_answer_is_a_whole_number_of_sixtieths() {
        for (metric, step) in [(Metric::Nps, 6), (Metric::Csat, 15), (Metric::Ces, 10)] {
            let values: Vec<i64> = metric.scale().map(|value| metric.in_sixtieths(value)).collect();
            assert_eq!((values.first(), values.last()), (Some(&0), Some(&60)), "{metric:?}");
            assert!(values.windows(2).all(|pair| pair[1] - pair[0] == step), "{metric:?}");
        }
    }
}
