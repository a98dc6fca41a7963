use serde::{Deserialize, Serialize};

/// Millionths in one.
const SCALE: i64 = 1_000_000;
const DECIMALS: usize = 6;
/// Amounts are smaller than this, so that the sum of any list fits.
const LIMIT: i64 = 1_000_000_000_000 * SCALE;

/// An amount of money in whatever currency, exact to a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Amount(i64);

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("{0} is no amount; write it as 1234.50")]
    Form(String),
    #[error("{0} has more than six decimals")]
    Decimals(String),
    #[error("{0} is too large; amounts are below 1000000000000")]
    Size(String),
}

impl Amount {
    /// Reads `1234.50`, `-3` or `+.5`: digits with at most six decimals, and zeros after them; below 10^12 in size.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let form = || AmountError::Form(text.to_owned());
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) {
            return Err(form());
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DECIMALS {
            return Err(AmountError::Decimals(text.to_owned()));
        }
        let size = || AmountError::Size(text.to_owned());
        let whole = whole.trim_start_matches('0');
        let units: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| size())? };
        let micros: i64 = format!("{fraction:0<DECIMALS$}").parse().map_err(|_| form())?;
        let amount = units.checked_mul(SCALE).and_then(|scaled| scaled.checked_add(micros));
        let amount = amount.filter(|amount| *amount < LIMIT).ok_or_else(size)?;
        Ok(Self(if text.starts_with('-') { -amount } else { amount }))
    }

    /// The amount of so many millionths; `None` from 10^12 on.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (-LIMIT < micros && micros < LIMIT).then_some(Self(micros))
    }

    /// The amount in millionths.
    pub fn micros(self) -> i64 {
        self.0
    }
}

/// A sum of millionths as a number: the nearest one below 2^53 millionths, within a rounding of it above.
#[expect(clippy::cast_precision_loss, reason = "a sum of money beyond 2^53 millionths is rounded on purpose")]
pub(crate) fn money(micros: i128) -> f64 {
    micros as f64 / SCALE as f64
}
