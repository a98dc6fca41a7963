//! What drives an outcome: how much of its variance each driver explains, and which drivers are strengths or weaknesses.
//!
//! [`drivers`] regresses an outcome such as overall satisfaction on ratings of single things and shares the explained
//! variance among them fairly: each driver's share is the mean of what it adds over all orders in which the drivers can be
//! taken up (LMG, the Shapley value of R²). Beside the mean rating of each driver that gives the map of importance and
//! performance which [`draw`] draws.
//!
//! Sources: R. Lindeman, P. Merenda and R. Gold, *Introduction to bivariate and multivariate analysis*, 1980 (LMG); U.
//! Grömping, *The American Statistician* 61(2), 2007; J. Johnson, *Multivariate Behavioral Research* 35(1), 2000 (relative
//! weights); J. Martilla and J. James, *Journal of Marketing* 41(1), 1977 (importance and performance).

mod analysis;
mod map;
mod observations;
mod regression;
mod resample;
mod result;
mod shapley;

pub use analysis::{Options, drivers};
pub use map::draw;
pub use observations::{DriversError, Observations};
pub use result::{Driver, Drivers, Quadrant, Resampled};
pub use shapley::MOST_DRIVERS;
