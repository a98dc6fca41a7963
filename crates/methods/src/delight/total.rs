use super::{DelightError, Needs, Rule, Settings, Verdict, rules::verdict};
use crate::number::as_f64;
use crate::ratio::{Rating, RatioError, Totals};
use crate::sum::Sum;

/// All occasions of one customer as if they were one: whatever was violated or broken on any of them is, esteem is the mean, and the
/// ratio that of weighted sums. No order of occasions changes it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Total {
    n: u64,
    needs: Needs,
    repeated: bool,
    esteem: Sum,
    esteemed: u64,
    ratings: Totals,
}

impl Total {
    /// Adds an occasion with its verdict, as [`super::judge_all`] gave it, and what was perceived and expected, if known; the ratio of
    /// `needs` itself is not used.
    pub fn add(
        &mut self,
        needs: &Needs,
        found: Option<Verdict>,
        rating: Option<&Rating>,
    ) -> Result<(), RatioError> {
        if let Some(rating) = rating {
            self.ratings.add(rating)?;
        }
        if let Some(esteem) = needs.esteem {
            self.esteem.add(esteem).ok_or(RatioError::Range)?;
            self.esteemed += 1;
        }
        self.n += 1;
        self.needs.safety_violated |= needs.safety_violated;
        self.needs.justice_violated |= needs.justice_violated;
        self.needs.promise_broken |= needs.promise_broken;
        self.repeated |= found.is_some_and(|verdict| verdict.rule == Rule::RepeatedAnnoyance);
        Ok(())
    }

    /// Occasions.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// What is known of the customer.
    pub fn needs(&self, settings: &Settings) -> Needs {
        let esteem = (self.esteemed > 0).then(|| self.esteem.value() / as_f64(self.esteemed));
        let ratio = self.ratings.result(settings.tolerance_permille).map(|total| total.ratio);
        Needs { esteem, ratio, ..self.needs }
    }

    /// The state of the customer, by the same rules as that of an occasion; once annoyed repeatedly is outraged.
    pub fn verdict(&self, settings: &Settings) -> Result<Option<Verdict>, DelightError> {
        let needs = self.needs(settings);
        settings.check()?;
        needs.check()?;
        Ok(verdict(&needs, self.repeated, settings))
    }
}
