use super::moments::{Moments, Pairs, combined};
use super::{Battery, DimensionGap, ItemGap, Mean, Servqual};
use crate::number::{as_f64, len_f64};
use crate::sum::Sum;

/// The two answers to an item, in thousandths of a step of the scale ([`crate::score::Scale::thousandths`]); `None` unless both
/// were given.
pub type Pair = Option<(i64, i64)>;

/// Why a respondent does not go into a survey.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SurveyError {
    #[error("there are {given} pairs of answers for {items} items")]
    Pairs { given: usize, items: usize },
    #[error("there are {given} weights for {dimensions} dimensions")]
    Weights { given: usize, dimensions: usize },
    #[error("{0} is no weight: it must be a number from 0 to 1000000")]
    Weight(f64),
    #[error("an answer lies outside the scale")]
    Scale,
    #[error("there are more respondents than can be counted")]
    Range,
}

/// As many as the sums hold for certain, gaps of 100 and weights of 100 included.
const MOST_RESPONDENTS: u64 = 1 << 33;

/// Takes in respondents one by one.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    battery: Battery,
    items: Vec<Pairs>,
    /// For each dimension and number of items answered, from one to all.
    dimensions: Vec<Vec<Pairs>>,
    respondents: u64,
    unweighted: Moments,
    weighted: Moments,
    weights: Vec<Sum>,
    weighted_n: u64,
}

impl Survey {
    pub fn new(battery: Battery) -> Self {
        let dimensions: Vec<Vec<Pairs>> =
            battery.dimensions().iter().map(|own| vec![Pairs::default(); own.items.len()]).collect();
        Self {
            items: vec![Pairs::default(); battery.items().count()],
            weights: vec![Sum::default(); dimensions.len()],
            dimensions,
            respondents: 0,
            unweighted: Moments::default(),
            weighted: Moments::default(),
            weighted_n: 0,
            battery,
        }
    }

    pub fn battery(&self) -> &Battery {
        &self.battery
    }

    /// Respondents who answered at least one item on both sides.
    pub fn respondents(&self) -> u64 {
        self.respondents
    }

    /// Adds a respondent: a pair for every item, and the points for every dimension, whatever their sum. Points that sum up to 0 are
    /// none. After an error the respondent is not in.
    pub fn add(&mut self, pairs: &[Pair], weights: Option<&[f64]>) -> Result<(), SurveyError> {
        self.check(pairs, weights)?;
        if pairs.iter().all(Option::is_none) {
            return Ok(());
        }
        if self.respondents >= MOST_RESPONDENTS {
            return Err(SurveyError::Range);
        }
        self.overall(pairs, weights).ok_or(SurveyError::Range)?;
        self.respondents += 1;
        for (item, (expected, perceived)) in
            self.items.iter_mut().zip(pairs).filter_map(|(item, pair)| Some((item, (*pair)?)))
        {
            item.add(expected, perceived);
        }
        let mut rest = pairs;
        for by_items in &mut self.dimensions {
            let (own, later) = rest.split_at(by_items.len());
            rest = later;
            let (answered, expected, perceived) = totals(own);
            if let Some(at) = answered.checked_sub(1) {
                by_items[at].add(expected, perceived);
            }
        }
        Ok(())
    }

    fn check(&self, pairs: &[Pair], weights: Option<&[f64]>) -> Result<(), SurveyError> {
        if pairs.len() != self.items.len() {
            return Err(SurveyError::Pairs { given: pairs.len(), items: self.items.len() });
        }
        let scale = 1000 * self.battery.scale.lowest()..=1000 * self.battery.scale.highest();
        if !pairs
            .iter()
            .flatten()
            .all(|(expected, perceived)| scale.contains(expected) && scale.contains(perceived))
        {
            return Err(SurveyError::Scale);
        }
        if let Some(weights) = weights {
            if weights.len() != self.dimensions.len() {
                return Err(SurveyError::Weights { given: weights.len(), dimensions: self.dimensions.len() });
            }
            if let Some(weight) = weights.iter().find(|weight| !(0.0..=1e6).contains(*weight)) {
                return Err(SurveyError::Weight(*weight));
            }
        }
        Ok(())
    }

    /// Adds the respondent's means over dimensions; a dimension left out is left out with its weight.
    fn overall(&mut self, pairs: &[Pair], weights: Option<&[f64]>) -> Option<()> {
        let (mut count, mut sum, mut weight, mut weighted) = (0, 0.0, 0.0, 0.0);
        let mut rest = pairs;
        for (at, by_items) in self.dimensions.iter().enumerate() {
            let (own, later) = rest.split_at(by_items.len());
            rest = later;
            let (answered, expected, perceived) = totals(own);
            if answered > 0 {
                #[expect(clippy::cast_precision_loss, reason = "sums of answers on a small scale")]
                let gap = (perceived - expected) as f64 / (1000.0 * len_f64(answered));
                let points = weights.map_or(0.0, |weights| weights[at]);
                (count, sum) = (count + 1, sum + gap);
                (weight, weighted) = (weight + points, weighted + points * gap);
            }
        }
        self.unweighted.add(sum / len_f64(count))?;
        let Some(weights) = weights else { return Some(()) };
        let points: f64 = weights.iter().sum();
        if weight > 0.0 && points > 0.0 {
            self.weighted.add(weighted / weight)?;
            for (sum, own) in self.weights.iter_mut().zip(weights) {
                sum.add(100.0 * own / points)?;
            }
            self.weighted_n += 1;
        }
        Some(())
    }

    /// The gaps; values that nobody's answers support are `None`.
    pub fn result(&self) -> Servqual {
        let mut item_tallies = self.items.iter();
        let dimensions: Vec<DimensionGap> = self
            .battery
            .dimensions()
            .iter()
            .enumerate()
            .map(|(at, own)| {
                let items = own.items.iter().zip(item_tallies.by_ref());
                let items = items.map(|(name, pairs)| self.item(name, pairs)).collect();
                self.dimension(at, &own.name, items)
            })
            .collect();
        let (unweighted, weighted) = (self.unweighted.mean(self.widest()), self.weighted.mean(self.widest()));
        let published = dimensions.iter().map(|own| Some(own.gap? * own.mean_weight? / 100.0)).sum();
        Servqual {
            n: self.respondents,
            dimensions,
            unweighted: unweighted.map(|mean| mean.gap),
            unweighted_low: unweighted.and_then(|mean| mean.low),
            unweighted_high: unweighted.and_then(|mean| mean.high),
            weighted: weighted.map(|mean| mean.gap),
            weighted_low: weighted.and_then(|mean| mean.low),
            weighted_high: weighted.and_then(|mean| mean.high),
            weighted_n: self.weighted_n,
            weighted_by_mean_weights: published,
        }
    }

    fn item(&self, name: &str, pairs: &Pairs) -> ItemGap {
        let found = combined(&[*pairs], self.widest());
        let mean = found.map(|(_, _, mean)| mean);
        ItemGap {
            item: name.to_owned(),
            expected: found.map(|(expected, _, _)| expected),
            perceived: found.map(|(_, perceived, _)| perceived),
            n: pairs.n,
            gap: mean.map(|mean| mean.gap),
            low: mean.and_then(|mean| mean.low),
            high: mean.and_then(|mean| mean.high),
        }
    }

    fn dimension(&self, at: usize, name: &str, items: Vec<ItemGap>) -> DimensionGap {
        let found = combined(&self.dimensions[at], self.widest());
        let mean: Option<Mean> = found.map(|(_, _, mean)| mean);
        let weighted = self.weighted_n > 0;
        DimensionGap {
            dimension: name.to_owned(),
            expected: found.map(|(expected, _, _)| expected),
            perceived: found.map(|(_, perceived, _)| perceived),
            n: mean.map_or(0, |mean| mean.n),
            gap: mean.map(|mean| mean.gap),
            low: mean.and_then(|mean| mean.low),
            high: mean.and_then(|mean| mean.high),
            standard_deviation: mean.and_then(|mean| mean.standard_deviation),
            t: mean.and_then(|mean| mean.t),
            p: mean.and_then(|mean| mean.p),
            mean_weight: weighted.then(|| self.weights[at].value() / as_f64(self.weighted_n)),
            items,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "ends of a scale are small")]
    fn widest(&self) -> f64 {
        (self.battery.scale.highest() - self.battery.scale.lowest()) as f64
    }
}

/// How many items have both answers, and the sums of those, in thousandths.
fn totals(pairs: &[Pair]) -> (usize, i64, i64) {
    let answered = pairs.iter().flatten();
    answered.fold((0, 0, 0), |(n, e, p), (expected, perceived)| (n + 1, e + expected, p + perceived))
}
