//! Statistics that several methods share: moments of rows, quantiles, small regressions and the bootstrap.
//!
//! Nothing here knows what a column means. Rows are numbers without gaps; who has gaps fills or leaves them out before.

mod bootstrap;
mod cholesky;
mod moments;
mod quantile;
mod square;

pub use bootstrap::{Spread, draw_counts, jackknife_groups, spread};
pub use cholesky::Cholesky;
pub use moments::{Rows, Sums};
pub use quantile::quantile;
pub use square::Square;
