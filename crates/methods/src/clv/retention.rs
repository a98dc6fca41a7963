use serde::{Deserialize, Serialize};

/// The longest horizon in periods.
pub const MOST_PERIODS: u32 = 100_000;

/// A customer who brings the same margin each period and stays with the same probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Retention {
    /// Profit of one period in money: revenue less cost.
    pub margin: f64,
    /// Probability of staying for another period, 0 to 1.
    pub retention: f64,
    /// Discount rate of a period, above −1; 0.1 is 10 %.
    pub discount: f64,
    /// What it cost to win the customer, in money.
    pub acquisition: f64,
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RetentionError {
    #[error("the margin must be a finite number")]
    Margin,
    #[error("the retention must be from 0 to 1")]
    Retention,
    #[error("the discount must be a finite number above -1")]
    Discount,
    #[error("the acquisition cost must be a finite number of 0 or more")]
    Acquisition,
    #[error("without an end the value is infinite: the discount must be above retention - 1")]
    Endless,
    #[error("the periods must be from 1 to {MOST_PERIODS}")]
    Periods,
    #[error("the value is too large for a number")]
    Range,
}

impl Retention {
    /// The value without an end: m r / (1 + i − r) − AC, the margin coming at the end of each period.
    pub fn infinite(&self) -> Result<f64, RetentionError> {
        Ok(self.multiple()? * self.margin - self.acquisition).and_then(finite)
    }

    /// What the margin is multiplied by without an end: r / (1 + i − r).
    pub fn multiple(&self) -> Result<f64, RetentionError> {
        self.check()?;
        let rest = 1.0 + self.discount - self.retention;
        if rest <= 0.0 {
            return Err(RetentionError::Endless);
        }
        finite(self.retention / rest)
    }

    /// The value of the first `periods` periods: Σ m rᵗ / (1 + i)ᵗ − AC, t from 1 to `periods`.
    pub fn over(&self, periods: u32) -> Result<f64, RetentionError> {
        self.check()?;
        if !(1..=MOST_PERIODS).contains(&periods) {
            return Err(RetentionError::Periods);
        }
        let factor = self.retention / (1.0 + self.discount);
        // From the last period to the first: q (1 + q (1 + …)).
        let multiple = (0..periods).fold(0.0, |sum, _| factor * (1.0 + sum));
        finite(multiple * self.margin - self.acquisition)
    }

    fn check(&self) -> Result<(), RetentionError> {
        if !self.margin.is_finite() {
            return Err(RetentionError::Margin);
        }
        if !(0.0..=1.0).contains(&self.retention) {
            return Err(RetentionError::Retention);
        }
        if !(self.discount.is_finite() && self.discount > -1.0) {
            return Err(RetentionError::Discount);
        }
        if !(self.acquisition.is_finite() && self.acquisition >= 0.0) {
            return Err(RetentionError::Acquisition);
        }
        Ok(())
    }
}

fn finite(value: f64) -> Result<f64, RetentionError> {
    if value.is_finite() { Ok(value) } else { Err(RetentionError::Range) }
}
