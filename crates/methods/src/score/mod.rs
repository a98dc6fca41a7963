//! Scores of one question, computed from counts of answers, and the satisfaction bands.
//!
//! Counts come in, so that a projection can keep integers and a score never depends on the order of answers.
//! No answers give `None`; one answer gives a value with the widest interval its method knows, or none.

mod answers;
mod band;
mod ces;
mod csat;
mod nps;
mod scale;
mod tally;

pub use crate::interval::{Interval, Share, wilson};
pub use answers::{Answers, ScoreError};
pub use band::{Band, BandError, DEFAULT_TOLERANCE_PERMILLE, band, satisfaction_ratio};
pub use ces::{Ces, ces};
pub use csat::{Csat, csat};
pub use nps::{Nps, NpsDifference, nps, nps_difference};
pub use scale::{Exclusion, Scale, ScaleError};
pub use tally::{TallyError, tally};
