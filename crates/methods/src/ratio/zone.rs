use serde::{Deserialize, Serialize};

use super::{HIGHEST, Rating, RatioError};
use crate::interval::Share;
use crate::sum::Sum;

/// What a customer would put up with and what the customer wishes for, on the scale of the perception.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    pub adequate: f64,
    pub desired: f64,
}

/// Where a perception lies. Both ends belong to the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Below,
    Within,
    Above,
}

/// A perception beside its zone of tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// Measure of service adequacy, perceived − adequate.
    pub msa: f64,
    /// Measure of service superiority, perceived − desired.
    pub mss: f64,
    pub place: Place,
}

/// Compares a perception with a zone of tolerance.
pub fn zone(perceived: f64, zone: Zone) -> Result<Tolerance, RatioError> {
    let Zone { adequate, desired } = zone;
    if !(0.0..=HIGHEST).contains(&perceived) {
        return Err(RatioError::Perceived(perceived));
    }
    if !(0.0..=HIGHEST).contains(&adequate) || !(adequate..=HIGHEST).contains(&desired) {
        return Err(RatioError::Zone { adequate, desired });
    }
    let place = if perceived < adequate {
        Place::Below
    } else if perceived > desired {
        Place::Above
    } else {
        Place::Within
    };
    Ok(Tolerance { msa: perceived - adequate, mss: perceived - desired, place })
}

/// Takes in zones one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ZoneTotals {
    n: u64,
    weight: Sum,
    msa: Sum,
    mss: Sum,
    places: [u64; 3],
}

/// How perceptions lie beside their zones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ZoneSummary {
    pub n: u64,
    /// Weighted mean of perceived − adequate.
    pub msa: f64,
    /// Weighted mean of perceived − desired.
    pub mss: f64,
    pub below: Share,
    pub within: Share,
    pub above: Share,
}

impl ZoneTotals {
    /// Adds the zone of a rating. After an error it is not in.
    pub fn add(&mut self, rating: &Rating, of: Zone) -> Result<Tolerance, RatioError> {
        rating.ratio()?;
        let tolerance = zone(rating.perceived, of)?;
        let mut next = *self;
        next.take(rating.weight, &tolerance).ok_or(RatioError::Range)?;
        *self = next;
        Ok(tolerance)
    }

    fn take(&mut self, weight: f64, tolerance: &Tolerance) -> Option<()> {
        self.n = self.n.checked_add(1)?;
        self.weight.add(weight)?;
        self.msa.add(weight * tolerance.msa)?;
        self.mss.add(weight * tolerance.mss)?;
        self.places[tolerance.place as usize] += 1;
        Some(())
    }

    /// `None` without zones that count.
    pub fn result(&self) -> Option<ZoneSummary> {
        if self.weight.is_zero() {
            return None;
        }
        let weight = self.weight.value();
        let share = |place: Place| Share::of(self.places[place as usize], self.n);
        Some(ZoneSummary {
            n: self.n,
            msa: self.msa.value() / weight,
            mss: self.mss.value() / weight,
            below: share(Place::Below)?,
            within: share(Place::Within)?,
            above: share(Place::Above)?,
        })
    }
}
