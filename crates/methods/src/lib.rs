//! The published methods of ting as pure functions: no runtime, no I/O, no clock, no global randomness.
//!
//! One module for each method, named as `ting method` names it; `docs/methods/` explains each to someone who never met it.
//!
//! - [`affinity`]: islands of demanded qualities that mean about the same, and checks of a tree that a person made.
//! - [`bundle`]: which configurations of a service exist, what a customer's needs leave of them, and what conflicts.
//! - [`clv`]: what customers will be worth, from their purchases or from a margin and a retention rate.
//! - [`consistency`]: how consistently a service answers needs, from what is needed to what is perceived.
//! - [`delight`]: whether needs of safety, justice and esteem were met: from outraged to delighted.
//! - [`drivers`]: what drives satisfaction: shares of explained variance, strengths and weaknesses.
//! - [`forecast`]: what comes next in a series, from its own past or from experts.
//! - [`house`]: the house of quality, from weights of demanded qualities to weights of characteristics.
//! - [`index`]: satisfaction indices as causal models, fitted by partial least squares.
//! - [`kano`]: which requirements customers take for granted, want more of, or are delighted by.
//! - [`lint`]: warnings about the phrasing of demanded qualities.
//! - [`priority`]: which needs come first, from how often each is mentioned inside and outside.
//! - [`quality_plan`]: how much each demanded quality should count in a plan.
//! - [`queue`]: agents for a service level, waits and lines, after Erlang.
//! - [`ratio`]: satisfaction as perceived ÷ expected, and the zone of tolerance.
//! - [`rfm`]: recency, frequency and money of customers, scored and put into segments.
//! - [`score`]: scores of one question (NPS, CSAT, CES) and satisfaction bands, from counts of answers.
//! - [`segments`]: groups of customers that behave alike, by k-means.
//! - [`servqual`]: gaps between what is expected and what is perceived, by item and dimension.
//! - [`text`]: language, sentiment, urgency, near-duplicates and themes of comments.
//! - [`word_of_mouth`]: how many people hear of it, and what retention is worth.
//!
//! [`interval`], [`picture`], [`random`] and [`stats`] serve all of them: confidence intervals, results drawn as SVG, chance from
//! a seed, moments, quantiles and the bootstrap.
//! [`interval`], [`picture`] and [`random`] serve all of them: confidence intervals, results drawn as SVG, chance from a seed.
//! [`purchases`] collects the transactions that `rfm` and `clv` read.
//!
//! The same input gives the same output, whatever the number of threads or the order of rows; every random
//! choice hangs on a seed handed in. The crate refuses to read files, to keep state between calls and to log.

pub mod affinity;
pub mod bundle;
pub mod clv;
pub mod consistency;
pub mod delight;
pub mod drivers;
pub mod forecast;
pub mod house;
pub mod index;
pub mod interval;
pub mod kano;
pub mod lint;
pub mod picture;
pub mod priority;
pub mod purchases;
pub mod quality_plan;
pub mod queue;
pub mod random;
pub mod ratio;
pub mod rfm;
pub mod score;
pub mod segments;
pub mod servqual;
pub mod stats;
pub mod text;
pub mod word_of_mouth;

mod number;
mod sum;
