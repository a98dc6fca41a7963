use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The whole numbers that may be answered, both ends among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    lowest: i64,
    highest: i64,
}

/// Why two numbers are no scale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScaleError {
    #[error("{0:?} is no scale: write its ends with a hyphen, such as 1-5")]
    Words(String),
    #[error(
        "{lowest}-{highest} is no scale: the second end must be the higher one, at most 100 above the first"
    )]
    Ends { lowest: i64, highest: i64 },
}

/// Why an answer does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    Empty,
    NotANumber,
    /// A number between two answers of the scale.
    NotWhole,
    OutsideScale,
}

impl Exclusion {
    pub const ALL: [Self; 4] = [Self::Empty, Self::NotANumber, Self::NotWhole, Self::OutsideScale];
}

impl Scale {
    /// 0 (not at all likely) to 10 (extremely likely).
    pub const NPS: Self = Self { lowest: 0, highest: 10 };
    /// 1 (very dissatisfied) to 5 (very satisfied).
    pub const CSAT: Self = Self { lowest: 1, highest: 5 };
    /// 1 (very hard) to 7 (very easy).
    pub const CES: Self = Self { lowest: 1, highest: 7 };

    pub fn new(lowest: i64, highest: i64) -> Result<Self, ScaleError> {
        let wide = highest.checked_sub(lowest).is_some_and(|width| (1..=100).contains(&width));
        if wide && lowest.abs() <= 1000 {
            Ok(Self { lowest, highest })
        } else {
            Err(ScaleError::Ends { lowest, highest })
        }
    }

    pub fn lowest(&self) -> i64 {
        self.lowest
    }

    pub fn highest(&self) -> i64 {
        self.highest
    }

    /// How many answers there are to choose from.
    pub fn values(&self) -> usize {
        usize::try_from(self.highest - self.lowest + 1).unwrap_or_default()
    }

    /// The place of an answer on the scale, from 0.
    pub fn place(&self, answer: i64) -> Option<usize> {
        answer
            .checked_sub(self.lowest)
            .and_then(|at| usize::try_from(at).ok())
            .filter(|at| *at < self.values())
    }

    /// Reads an answer as people and spreadsheets write it: `7` and `7.0` alike.
    pub fn whole(&self, text: &str) -> Result<i64, Exclusion> {
        if let Ok(answer) = text.parse::<i64>() {
            return self.place(answer).map(|_| answer).ok_or(Exclusion::OutsideScale);
        }
        let thousandths = self.thousandths(text)?;
        if thousandths % 1000 == 0 { Ok(thousandths / 1000) } else { Err(Exclusion::NotWhole) }
    }

    /// Reads an answer that may lie between two numbers of the scale, in thousandths of a step; finer than that is
    /// [`Exclusion::NotWhole`]. Whole thousandths let sums be exact, so that no order of rows changes them.
    pub fn thousandths(&self, text: &str) -> Result<i64, Exclusion> {
        if text.is_empty() {
            return Err(Exclusion::Empty);
        }
        if let Ok(answer) = text.parse::<i64>() {
            return self.place(answer).map(|_| answer * 1000).ok_or(Exclusion::OutsideScale);
        }
        let number =
            text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or(Exclusion::NotANumber)?;
        let thousandths = number * 1000.0;
        #[expect(clippy::cast_precision_loss, reason = "ends of a scale are small")]
        let (lowest, highest) = (self.lowest as f64, self.highest as f64);
        if number < lowest || number > highest {
            return Err(Exclusion::OutsideScale);
        }
        if (thousandths - thousandths.round()).abs() > 1e-6 {
            return Err(Exclusion::NotWhole);
        }
        #[expect(clippy::cast_possible_truncation, reason = "within the scale")]
        Ok(thousandths.round() as i64)
    }
}

impl FromStr for Scale {
    type Err = ScaleError;

    fn from_str(text: &str) -> Result<Self, ScaleError> {
        let wrong = || ScaleError::Words(text.to_owned());
        // The hyphen of a negative end is none between ends.
        let hyphen = text.char_indices().skip(1).find(|(_, char)| *char == '-').ok_or_else(wrong)?.0;
        let end = |text: &str| text.trim().parse::<i64>().map_err(|_| wrong());
        Self::new(end(&text[..hyphen])?, end(&text[hyphen + 1..])?)
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.lowest, self.highest)
    }
}
