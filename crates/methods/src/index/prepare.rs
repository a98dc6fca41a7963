use super::{Answers, IndexError, Missing, Model, Options, Scale, Standardize};
use crate::number::len_f64;
use crate::stats::{Rows, Square, Sums};

/// Two rows always go together perfectly.
const LEAST_ROWS: usize = 3;
/// Beside indicators of variance one on average, less is nothing but rounding.
const LEAST_VARIANCE: f64 = 1e-12;

/// Rows ready for arithmetic: no gaps, each column around zero and in its unit.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub rows: Rows,
    /// Which of the answers' rows they are.
    pub kept: Vec<usize>,
    pub filled: usize,
    /// How many answers to each indicator lie beyond its scale.
    pub beyond: Vec<usize>,
    /// Covariances of the rows; correlations when items are standardised.
    pub covariance: Square,
    /// Mean, standard deviation and unit of each indicator as it was answered.
    pub means: Vec<f64>,
    pub deviations: Vec<f64>,
    pub units: Vec<f64>,
    /// What turns a weight of the rows into the weight that is reported: per standard deviation, or per point of 0 to 100.
    pub weight_factor: f64,
}

/// Fills or leaves out gaps, then puts every column into its unit.
pub(super) fn prepare(model: &Model, answers: &Answers, options: &Options) -> Result<Prepared, IndexError> {
    let name = |at: usize| model.indicators().nth(at).unwrap_or_default().to_owned();
    let (mut rows, kept, filled) = match options.missing {
        Missing::Listwise => whole_rows(answers),
        Missing::Mean => {
            filled_rows(answers).map_err(|at| IndexError::NobodyAnswered { indicator: name(at) })?
        }
    };
    if rows.len() < LEAST_ROWS {
        return Err(IndexError::TooFewRows { rows: rows.len(), needed: LEAST_ROWS });
    }
    let too_large = |at: usize| IndexError::TooLarge { indicator: name(at) };
    let means = rows.means().unwrap_or_default();
    if let Some(at) = rows.constant_column() {
        return Err(IndexError::Constant { indicator: name(at) });
    }
    let deviations = rows.deviations(&means);
    if let Some(at) = deviations.iter().position(|deviation| !deviation.is_normal()) {
        return Err(too_large(at));
    }
    let (units, weight_factor) = match options.standardize {
        Standardize::Item => (deviations.clone(), 1.0),
        Standardize::Raw => raw_units(model, &deviations),
    };
    for (at, (deviation, unit)) in deviations.iter().zip(&units).enumerate() {
        if !unit.is_normal() || (deviation / unit).powi(2) <= LEAST_VARIANCE {
            return Err(too_large(at));
        }
    }
    let beyond = beyond(model, &rows);
    rows.rescale(&means, &units);
    let mut covariance = Square::zeros(rows.width());
    Sums::of(&rows).covariance(&mut covariance);
    if options.standardize == Standardize::Item {
        covariance.correlate(LEAST_VARIANCE).map_err(too_large)?;
    }
    Ok(Prepared { rows, kept, filled, beyond, covariance, means, deviations, units, weight_factor })
}

fn whole_rows(answers: &Answers) -> (Rows, Vec<usize>, usize) {
    let whole = |row: &[f64]| row.iter().all(|answer| !answer.is_nan());
    let rows = || answers.cells.chunks_exact(answers.width.max(1)).enumerate().filter(|(_, row)| whole(row));
    let kept = rows().map(|(at, _)| at).collect();
    (Rows::new(answers.width, rows().flat_map(|(_, row)| row).copied().collect()), kept, 0)
}

/// Puts the mean of those who answered into each gap; the place of an indicator that nobody answered.
fn filled_rows(answers: &Answers) -> Result<(Rows, Vec<usize>, usize), usize> {
    let width = answers.width.max(1);
    let (mut sums, mut counts) = (vec![0.0; width], vec![0_usize; width]);
    for row in answers.cells.chunks_exact(width) {
        for (at, answer) in row.iter().enumerate().filter(|(_, answer)| !answer.is_nan()) {
            sums[at] += answer;
            counts[at] += 1;
        }
    }
    if let Some(at) = counts.iter().position(|count| *count == 0).filter(|_| answers.rows() > 0) {
        return Err(at);
    }
    let means: Vec<f64> = sums.iter().zip(&counts).map(|(sum, count)| sum / len_f64(*count)).collect();
    let mut filled = 0;
    let mut cells = answers.cells.clone();
    for row in cells.chunks_exact_mut(width) {
        for (answer, mean) in row.iter_mut().zip(&means).filter(|(answer, _)| answer.is_nan()) {
            *answer = *mean;
            filled += 1;
        }
    }
    Ok((Rows::new(answers.width, cells), (0..answers.rows()).collect(), filled))
}

fn beyond(model: &Model, rows: &Rows) -> Vec<usize> {
    let scales = model.latents().iter().flat_map(|latent| latent.indicators.iter().map(|_| latent.scale));
    let count = |(at, scale): (usize, Option<Scale>)| {
        let outside =
            |row: &&[f64]| scale.is_some_and(|scale| row[at] < scale.lowest || row[at] > scale.highest);
        rows.iter().filter(outside).count()
    };
    scales.enumerate().map(count).collect()
}

/// Raw indicators are put on a common scale from 0 to 100 and nothing else; one unit for all keeps weights near one.
fn raw_units(model: &Model, deviations: &[f64]) -> (Vec<f64>, f64) {
    let points = model.latents().iter().flat_map(|latent| {
        let point = latent.scale.map_or(1.0, |scale| (scale.highest - scale.lowest) / 100.0);
        latent.indicators.iter().map(move |_| point)
    });
    let points: Vec<f64> = points.collect();
    let squares = deviations.iter().zip(&points).map(|(deviation, point)| (deviation / point).powi(2));
    let common = (squares.sum::<f64>() / len_f64(points.len())).sqrt();
    (points.iter().map(|point| point * common).collect(), common.recip())
}
