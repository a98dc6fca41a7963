//! Groups customers (or anything counted in columns) that behave alike: k-means, with k told by silhouettes.
//!
//! Rows are scaled so that units do not matter, rows that stand alone are set aside and shown, and for every k the partition
//! with the smallest sum of squared distances to its centres is looked for from many seeded starts. The k with the largest mean
//! silhouette is taken. Each segment is then described in the units of the file.
//!
//! Rows and columns are put in an order of their own before anything is drawn or added up, so that neither the order of the file
//! nor the number of threads changes a result.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

mod criteria;
mod error;
mod isolated;
mod lloyd;
mod observations;
mod picture;
mod plane;
mod points;
mod profile;
mod search;
mod silhouette;
mod work;

pub use error::SegmentsError;
pub use observations::Observations;
pub use picture::picture;
pub use plane::{Plane, Spot, plane};
pub use points::Scale;
pub use profile::{Mark, Segment, Trait};

/// Up to this many rows silhouettes are exact; of more, as many are drawn.
pub const SILHOUETTE_ROWS: usize = 5000;

/// How to segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Numbers of segments to compare, 2 or more.
    pub k: RangeInclusive<usize>,
    pub scale: Scale,
    pub seed: u64,
    /// Segments rows that stand alone like all others, instead of setting them aside.
    pub keep_outliers: bool,
    pub start: Start,
    /// Rows up to which silhouettes are exact.
    pub silhouette_rows: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            k: 2..=10,
            scale: Scale::default(),
            seed: 1,
            keep_outliers: false,
            start: Start::default(),
            silhouette_rows: SILHOUETTE_ROWS,
        }
    }
}

/// Where the first centres are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// k-means++ with many seeded starts; a centre that loses all rows moves to the row farthest from every centre.
    #[default]
    Scattered,
    /// The first k rows as they were given, once; a centre that loses all rows stays. Only for comparing with other programs:
    /// the order of rows then changes the result.
    First,
}

/// One number of segments that was compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub k: usize,
    /// Sum of squared distances to the centres, in scaled units.
    pub inertia: f64,
    /// Mean silhouette, −1 to 1; `None` when each row is a segment of its own.
    pub silhouette: Option<f64>,
    /// Half the width of its 95 % interval; `None` when it is exact.
    pub silhouette_error: Option<f64>,
    /// Squares between segments over squares within; larger is better. `None` when segments have no width.
    pub calinski_harabasz: Option<f64>,
    /// How much the most alike segments overlap; smaller is better.
    pub davies_bouldin: Option<f64>,
    /// Whether the search came to rest within 300 passes.
    pub settled: bool,
}

/// Where a row belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub id: String,
    /// Its segment; 1 is the largest. `None` for a row set aside.
    pub label: Option<usize>,
}

/// A row that stands alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlier {
    pub id: String,
    /// Distance to its third nearest neighbour, in standard deviations of all rows of its round.
    pub distance: f64,
    /// √p, beyond which a row stands alone.
    pub limit: f64,
}

/// What the reader of a result should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Warning {
    /// A column has one value only and tells nothing.
    ConstantColumn { column: String },
    /// Too many rows stand alone to be exceptions; none was set aside.
    NoneSetAside,
    /// There are too few different rows for some of the numbers asked for.
    FewerSegments { most: usize },
    /// Segments hardly differ: the best mean silhouette is below 0.25, so rows may not fall into groups at all.
    WeakStructure,
    /// Another criterion prefers another number of segments.
    OtherChoice { criterion: String, k: usize },
    /// The search for the chosen k was cut off before it came to rest.
    Unsettled,
}

/// Rows in segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segments {
    /// Rows given.
    pub n: usize,
    /// The number of segments taken.
    pub k: usize,
    pub scale: Scale,
    pub start: Start,
    pub seed: u64,
    /// Mean silhouette by number of segments.
    pub silhouettes: BTreeMap<usize, Option<f64>>,
    /// Rows that the silhouettes were computed from.
    pub silhouette_rows: usize,
    /// Sum of squared distances to the centres of the k taken, in scaled units.
    pub inertia: f64,
    /// Rows of each segment, the largest first.
    pub sizes: Vec<usize>,
    /// Every k that was compared, with more criteria.
    pub candidates: Vec<Candidate>,
    pub segments: Vec<Segment>,
    /// Rows that were set aside, those farthest away first.
    pub outliers: Vec<Outlier>,
    pub warnings: Vec<Warning>,
    /// Every row, in the order given.
    pub labels: Vec<Label>,
}

/// Finds segments. `progress` is told the part of the work that is done, from any thread.
pub fn segments(
    observations: &Observations,
    settings: &Settings,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Segments, SegmentsError> {
    let work = work::Work::prepare(observations, settings)?;
    let ks: Vec<usize> = work.range.clone().collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let step = |k| {
        let found = work.partition(k);
        let done = 1 + done.fetch_add(k, std::sync::atomic::Ordering::Relaxed);
        progress(
            0.9 * crate::number::len_f64(done) / crate::number::len_f64(ks.iter().sum::<usize>().max(1)),
        );
        found
    };
    // The largest numbers take longest, so they come first.
    let mut partitions: Vec<_> = ks.par_iter().rev().map(|k| step(*k)).collect();
    partitions.reverse();
    Ok(work.choose(&partitions))
}
