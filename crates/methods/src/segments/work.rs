//! From rows to the segments that are taken: what is set aside, what is compared, what is said about it.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use super::criteria::{calinski_harabasz, davies_bouldin};
use super::isolated::{Isolated, isolated};
use super::lloyd::Partition;
use super::points::{Points, squared_distance};
use super::profile::Profiles;
use super::search::{from_rows, numbered, sample, search};
use super::silhouette::{Silhouette, silhouettes};
use super::{
    Candidate, Label, Observations, Outlier, Scale, Segment, Segments, SegmentsError, Settings, Start,
    Warning,
};
use crate::number::len_f64;

/// A mean silhouette below which groups are said to be hardly there: Kaufman and Rousseeuw, *Finding Groups in Data*, 1990.
const WEAK: f64 = 0.25;

/// Rows that are ready to be segmented.
pub(super) struct Work<'a> {
    observations: &'a Observations,
    settings: &'a Settings,
    /// The rows that are segmented, ordered by their numbers.
    rows: Vec<usize>,
    points: Points,
    outliers: Vec<Outlier>,
    warnings: Vec<Warning>,
    /// The numbers of segments that can be compared.
    pub range: RangeInclusive<usize>,
}

impl<'a> Work<'a> {
    pub fn prepare(observations: &'a Observations, settings: &'a Settings) -> Result<Self, SegmentsError> {
        if *settings.k.start() < 2 || settings.k.is_empty() {
            return Err(SegmentsError::TooFewSegments(*settings.k.start()));
        }
        if observations.is_empty() {
            return Err(SegmentsError::NoRows);
        }
        let mut rows = observations.canonical_rows();
        let (mut outliers, mut warnings) = (Vec::new(), Vec::new());
        if !settings.keep_outliers {
            set_aside(observations, &mut rows, &mut outliers, &mut warnings);
        }
        let points = Points::scaled(observations, &rows, settings.scale);
        if points.width == 0 {
            return Err(SegmentsError::AllEqual);
        }
        let constant = |column: &usize| {
            let first = observations.row(rows[0])[*column];
            rows.iter().all(|row| observations.row(*row)[*column] - first == 0.0)
        };
        let constant = (0..observations.columns().len()).filter(constant);
        let name = |column: usize| observations.columns()[column].clone();
        warnings.extend(constant.map(|column| Warning::ConstantColumn { column: name(column) }));
        let range = possible(&settings.k, &points, &mut warnings)?;
        Ok(Self { observations, settings, rows, points, outliers, warnings, range })
    }

    /// The best partition of a number of segments.
    pub fn partition(&self, k: usize) -> Partition {
        let found = match self.settings.start {
            Start::Scattered => search(&self.points, k, self.settings.seed, None),
            Start::First => from_rows(&self.points, &self.first(k)),
        };
        numbered(&found, self.points.width)
    }

    /// The places of the first k rows as they were given.
    fn first(&self, k: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.rows.len()).collect();
        places.sort_by_key(|place| self.rows[*place]);
        places.truncate(k);
        places
    }

    /// Takes the partition with the largest mean silhouette and describes it.
    pub fn choose(mut self, partitions: &[Partition]) -> Segments {
        let chosen = sample(self.rows.len(), self.settings.silhouette_rows.max(2), self.settings.seed);
        let labels: Vec<&[usize]> = partitions.iter().map(|partition| partition.labels.as_slice()).collect();
        let silhouettes = silhouettes(&self.points, &chosen, &labels);
        let compared = self.range.clone().zip(partitions.iter().zip(&silhouettes));
        let candidates: Vec<Candidate> =
            compared.map(|(k, (partition, silhouette))| self.candidate(k, partition, silhouette)).collect();
        let taken = best(&candidates, |candidate| candidate.silhouette);
        let (partition, silhouette) = (&partitions[taken], &silhouettes[taken]);
        self.warn(&candidates, taken);
        let segments = self.describe(partition, &chosen, silhouette);
        Segments {
            n: self.observations.len(),
            k: segments.len(),
            scale: self.settings.scale,
            start: self.settings.start,
            seed: self.settings.seed,
            silhouettes: candidates.iter().map(|candidate| (candidate.k, candidate.silhouette)).collect(),
            silhouette_rows: chosen.len(),
            inertia: partition.inertia,
            sizes: segments.iter().map(|segment| segment.size).collect(),
            segments,
            labels: self.labels(partition),
            candidates,
            outliers: self.outliers,
            warnings: self.warnings,
        }
    }

    fn candidate(&self, k: usize, partition: &Partition, silhouette: &Silhouette) -> Candidate {
        let alone = k >= self.rows.len();
        Candidate {
            k,
            inertia: partition.inertia,
            silhouette: silhouette.mean().filter(|_| !alone),
            silhouette_error: silhouette.error().filter(|_| !alone),
            calinski_harabasz: calinski_harabasz(&self.points, partition),
            davies_bouldin: davies_bouldin(&self.points, partition),
            settled: partition.settled,
        }
    }

    fn warn(&mut self, candidates: &[Candidate], taken: usize) {
        if candidates[taken].silhouette.is_some_and(|silhouette| silhouette < WEAK) {
            self.warnings.push(Warning::WeakStructure);
        }
        if !candidates[taken].settled {
            self.warnings.push(Warning::Unsettled);
        }
        let others = [
            ("calinski_harabasz", best(candidates, |candidate| candidate.calinski_harabasz)),
            ("davies_bouldin", best(candidates, |candidate| candidate.davies_bouldin.map(|value| -value))),
        ];
        for (criterion, other) in others.into_iter().filter(|(_, other)| *other != taken) {
            let (criterion, k) = (criterion.to_owned(), candidates[other].k);
            self.warnings.push(Warning::OtherChoice { criterion, k });
        }
    }

    fn describe(&self, partition: &Partition, chosen: &[usize], silhouette: &Silhouette) -> Vec<Segment> {
        let width = self.points.width;
        let profiles =
            Profiles { observations: self.observations, rows: &self.rows, labels: &partition.labels };
        let seen =
            chosen.iter().zip(&silhouette.rows).map(|(place, value)| (partition.labels[*place], *value));
        let centres = partition.centres.chunks_exact(width).enumerate();
        centres
            .map(|(label, centre)| {
                let own: Vec<f64> =
                    seen.clone().filter(|(of, _)| *of == label).map(|(_, value)| value).collect();
                let mean = (!own.is_empty()).then(|| own.iter().sum::<f64>() / len_f64(own.len()));
                profiles.of(label, self.typical(partition, label, centre), mean)
            })
            .collect()
    }

    /// The row of a segment that is nearest to its centre; of several the one whose id comes first.
    fn typical(&self, partition: &Partition, label: usize, centre: &[f64]) -> usize {
        let own = (0..self.rows.len()).filter(|place| partition.labels[*place] == label);
        let nearest = own.map(|place| (squared_distance(self.points.row(place), centre), self.rows[place]));
        let id = |row: usize| self.observations.id(row);
        let nearer =
            |a: (f64, usize), b: (f64, usize)| match b.0.total_cmp(&a.0).then_with(|| id(b.1).cmp(id(a.1))) {
                Ordering::Less => b,
                Ordering::Equal | Ordering::Greater => a,
            };
        nearest.reduce(nearer).map_or(0, |(_, row)| row)
    }

    fn labels(&self, partition: &Partition) -> Vec<Label> {
        let mut by_row = vec![None; self.observations.len()];
        self.rows.iter().zip(&partition.labels).for_each(|(row, label)| by_row[*row] = Some(label + 1));
        let id = |row: usize| self.observations.id(row).to_owned();
        by_row.into_iter().enumerate().map(|(row, label)| Label { id: id(row), label }).collect()
    }
}

/// The place of the candidate with the largest value; the first of equals, and the first of all when none has a value.
fn best(candidates: &[Candidate], value: impl Fn(&Candidate) -> Option<f64>) -> usize {
    let values = candidates.iter().enumerate().filter_map(|(at, candidate)| Some((at, value(candidate)?)));
    values.reduce(|best, this| if this.1 > best.1 { this } else { best }).map_or(0, |(at, _)| at)
}

/// Takes rows that stand alone out of `rows`, again and again, because a far one hides nearer ones by widening the scale.
fn set_aside(
    observations: &Observations,
    rows: &mut Vec<usize>,
    outliers: &mut Vec<Outlier>,
    warnings: &mut Vec<Warning>,
) {
    let all = rows.clone();
    loop {
        let points = Points::scaled(observations, rows, Scale::Zscore);
        if points.width == 0 {
            return;
        }
        let limit = len_f64(points.width).sqrt();
        let alone = match isolated(&points) {
            Isolated::Rows(alone) if alone.is_empty() => break,
            Isolated::Rows(alone) if (outliers.len() + alone.len()) * 10 <= all.len() => alone,
            Isolated::Rows(_) | Isolated::TooMany => {
                outliers.clear();
                *rows = all;
                warnings.push(Warning::NoneSetAside);
                return;
            }
        };
        let outlier = |(place, distance): &(usize, f64)| {
            let id = observations.id(rows[*place]).to_owned();
            Outlier { id, distance: *distance, limit }
        };
        outliers.extend(alone.iter().map(outlier));
        let mut places = alone.iter().map(|(place, _)| *place).peekable();
        let kept = rows.iter().enumerate().filter(|(at, _)| places.next_if_eq(at).is_none());
        *rows = kept.map(|(_, row)| *row).collect();
    }
    outliers.sort_by(|a, b| b.distance.total_cmp(&a.distance).then_with(|| a.id.cmp(&b.id)));
}

/// The numbers of segments that the rows allow.
fn possible(
    k: &RangeInclusive<usize>,
    points: &Points,
    warnings: &mut Vec<Warning>,
) -> Result<RangeInclusive<usize>, SegmentsError> {
    // Rows are ordered, so equal ones stand together.
    let distinct = 1 + (1..points.len()).filter(|at| points.row(*at) != points.row(at - 1)).count();
    let (least, most) = (*k.start(), *k.end());
    if distinct < least {
        return Err(SegmentsError::TooFewRows { k: least, distinct });
    }
    // Where each row is its own segment there is no silhouette to compare.
    let limit = distinct.min(points.len() - 1).max(least);
    if most > limit {
        warnings.push(Warning::FewerSegments { most: limit });
    }
    Ok(least..=most.min(limit))
}
