//! Customer satisfaction indices: latent variables, each seen through a few questions, joined by causal paths and fitted by
//! partial least squares (PLS path modelling).
//!
//! A [`Model`] says which questions show which latent variable and what causes what; [`Model::shipped`] has the Swedish,
//! American, European and Chinese index. [`Answers`] collect the rows of a survey and [`index`] fits the model: weights,
//! loadings, paths, reliability, and for each latent variable an index from 0 to 100. [`draw`] makes a picture of it.
//!
//! The fit needs nothing but the correlations of the questions, so its cost does not grow with the rows, and a bootstrap
//! sample costs one pass over the rows that it draws.
//!
//! Sources: J.-B. Lohmöller, *Latent variable path modeling with partial least squares*, 1989; M. Tenenhaus and others, "PLS
//! path modeling", *Computational Statistics & Data Analysis* 48, 2005 (schemes, communality, redundancy, GoF); C. Fornell
//! and others, *Journal of Marketing* 60(4), 1996 (index from unstandardised weights); T. Dijkstra and J. Henseler, *MIS
//! Quarterly* 39(2), 2015 (rho_A, consistent PLS); J. Henseler and others, *Journal of the Academy of Marketing Science* 43,
//! 2015 (HTMT); C. Fornell and D. Larcker, *Journal of Marketing Research* 18(1), 1981.

mod answers;
mod assemble;
mod consistent;
mod diagram;
mod layout;
mod model;
mod model_error;
mod plan;
mod prepare;
mod reliability;
mod resample;
mod result;
mod scores;
mod structure;
mod warnings;
mod weights;

pub use answers::{Answers, IndexError};
pub use assemble::{Bootstrap, Missing, Options, Scheme, Standardize, index};
pub use diagram::draw;
pub use model::{Causal, Latent, Mode, Model, Scale, Sign};
pub use model_error::{ModelError, ModelFault};
pub use reliability::Reliability;
pub use result::{Consistent, Effect, Index, LatentResult, Outer, Pair, PathResult, Resampled};
pub use scores::{Scores, scores};
pub use structure::Regression;
