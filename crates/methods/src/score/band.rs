use serde::{Deserialize, Serialize};

/// How what was perceived compares with what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    Dissatisfied,
    Satisfied,
    Delighted,
}

/// Why there is no band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BandError {
    #[error("the expectation must be above zero")]
    NoExpectation,
    #[error("the perception must not be negative")]
    NegativePerception,
    #[error("the tolerance must lie between 0 and 999 permille")]
    Tolerance,
}

/// How far the ratio may lie from 1 and still count as "close to 1": 5 %.
pub const DEFAULT_TOLERANCE_PERMILLE: u32 = 50;

/// Places perceived ÷ expected: below 1 − tolerance dissatisfied, above 1 + tolerance delighted, both boundaries
/// themselves satisfied.
///
/// The sums are integers on one scale (weighted ones too, weights as integers), so a value that lies exactly on
/// a boundary is never moved by rounding, and a projection rebuilt from its facts gives the same band.
pub fn band(perceived_sum: i64, expected_sum: i64, tolerance_permille: u32) -> Result<Band, BandError> {
    check(perceived_sum, expected_sum)?;
    if tolerance_permille >= 1000 {
        return Err(BandError::Tolerance);
    }
    let perceived = 1000 * i128::from(perceived_sum);
    let (expected, tolerance) = (i128::from(expected_sum), i128::from(tolerance_permille));
    Ok(if perceived < (1000 - tolerance) * expected {
        Band::Dissatisfied
    } else if perceived > (1000 + tolerance) * expected {
        Band::Delighted
    } else {
        Band::Satisfied
    })
}

impl Band {
    /// Places a ratio that comes out of arithmetic with fractions, by the rule of [`band`]. A ratio within 1e-12 of a boundary
    /// counts as on it, because the last digits of such a ratio are rounding. `tolerance_permille` above 999 counts as 999.
    pub fn of_ratio(ratio: f64, tolerance_permille: u32) -> Self {
        let tolerance = f64::from(tolerance_permille.min(999)) / 1000.0;
        if ratio < 1.0 - tolerance - 1e-12 {
            Self::Dissatisfied
        } else if ratio > 1.0 + tolerance + 1e-12 {
            Self::Delighted
        } else {
            Self::Satisfied
        }
    }
}

/// The satisfaction ratio perceived ÷ expected, for display; decide with [`band`].
#[expect(clippy::cast_precision_loss, reason = "for display")]
pub fn satisfaction_ratio(perceived_sum: i64, expected_sum: i64) -> Result<f64, BandError> {
    check(perceived_sum, expected_sum)?;
    Ok(perceived_sum as f64 / expected_sum as f64)
}

fn check(perceived_sum: i64, expected_sum: i64) -> Result<(), BandError> {
    if expected_sum <= 0 {
        return Err(BandError::NoExpectation);
    }
    if perceived_sum < 0 {
        return Err(BandError::NegativePerception);
    }
    Ok(())
}
