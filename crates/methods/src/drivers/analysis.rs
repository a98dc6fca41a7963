use super::{
    Driver, Drivers, DriversError, Observations, Quadrant, Resampled,
    regression::{Regression, relative_weights},
    resample::{normalized, spreads},
    shapley::Shapley,
};
use crate::index::{Bootstrap, Scale};
use crate::number::len_f64;
use crate::stats::{Rows, Spread, Square, Sums};

const LEAST_VARIANCE: f64 = 1e-12;
/// Conventional limit above which coefficients are shaky.
const MOST_VIF: f64 = 10.0;

/// How drivers are weighed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Options {
    /// The lowest and the highest rating of every driver; puts performance on 0 to 100.
    pub scale: Option<Scale>,
    pub bootstrap: Option<Bootstrap>,
}

/// Weighs drivers of an outcome. `progress` hears what part of the bootstrap is done, from 0 to 1 and from any thread.
///
/// Costs a pass over the rows, and two to the number of drivers for the shares. Which rows a bootstrap sample draws hangs on
/// their order; nothing else does.
pub fn drivers(
    observations: &Observations,
    options: &Options,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Drivers, DriversError> {
    let name = |at: usize| observations.name(at).to_owned();
    let mut rows = observations.rows();
    let needed = observations.drivers().len() + 3;
    if rows.len() < needed {
        return Err(DriversError::TooFewRows { rows: rows.len(), needed });
    }
    let moments = Moments::of(&mut rows, observations)?;
    let regression = Regression::of(&moments.correlations, rows.len())
        .map_err(|at| DriversError::Dependent { name: name(at) })?;
    let importance = Shapley::default().shares(&moments.correlations);
    let shares = normalized(&importance);
    let (spreads, failed) = match (options.bootstrap, &shares) {
        (Some(Bootstrap { samples, seed }), Some(shares)) => spreads(&rows, shares, samples, seed, progress),
        _ => (vec![Spread::default(); importance.len()], 0),
    };
    let mut found = Maker { observations, options, moments: &moments, regression: &regression }.drivers(
        &importance,
        shares.as_deref(),
        &spreads,
    );
    found.bootstrap =
        options.bootstrap.map(|Bootstrap { samples, seed }| Resampled { samples, seed, failed });
    found.warnings = warnings(&found);
    found.drivers.sort_by(|a, b| b.importance.total_cmp(&a.importance).then_with(|| a.name.cmp(&b.name)));
    Ok(found)
}

/// Means, standard deviations and correlations; the outcome is the last column.
struct Moments {
    rows: usize,
    means: Vec<f64>,
    deviations: Vec<f64>,
    correlations: Square,
}

impl Moments {
    /// Leaves the rows centred and in standard deviations.
    fn of(rows: &mut Rows, observations: &Observations) -> Result<Self, DriversError> {
        let name = |at: usize| observations.name(at).to_owned();
        if let Some(at) = rows.constant_column() {
            return Err(DriversError::Constant { name: name(at) });
        }
        let means = rows.means().unwrap_or_default();
        let deviations = rows.deviations(&means);
        if let Some(at) = deviations.iter().position(|deviation| !deviation.is_normal()) {
            return Err(DriversError::TooLarge { name: name(at) });
        }
        rows.rescale(&means, &deviations);
        let mut correlations = Square::zeros(rows.width());
        Sums::of(rows).covariance(&mut correlations);
        correlations.correlate(LEAST_VARIANCE).map_err(|at| DriversError::TooLarge { name: name(at) })?;
        Ok(Self { rows: rows.len(), means, deviations, correlations })
    }
}

/// Puts names to numbers.
struct Maker<'a> {
    observations: &'a Observations,
    options: &'a Options,
    moments: &'a Moments,
    regression: &'a Regression,
}

impl Maker<'_> {
    fn drivers(&self, importance: &[f64], shares: Option<&[f64]>, spreads: &[Spread]) -> Drivers {
        let (moments, regression) = (self.moments, self.regression);
        let count = importance.len();
        let johnson = relative_weights(&moments.correlations);
        let performance: Vec<f64> = (0..count).map(|at| self.performance(at)).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / len_f64(count);
        let (importance_mean, performance_mean) = (mean(importance), mean(&performance));
        let one = |at: usize| {
            let quadrant =
                Quadrant::of(importance[at] >= importance_mean, performance[at] >= performance_mean);
            let johnson = johnson.as_ref().map(|weights| weights[at]);
            let share = shares.map(|shares| shares[at]);
            Driver {
                importance: importance[at],
                performance: performance[at],
                johnson,
                share,
                spread: spreads[at],
                ..self.driver(at, quadrant)
            }
        };
        let drivers: Vec<Driver> = (0..count).map(one).collect();
        let through: f64 = drivers.iter().map(|driver| driver.coefficient * driver.mean).sum();
        Drivers {
            outcome: self.observations.outcome().to_owned(),
            n: moments.rows,
            rows_left_out: self.observations.left_out(),
            r_squared: regression.r_squared,
            r_squared_adjusted: 1.0
                - (1.0 - regression.r_squared) * (len_f64(moments.rows) - 1.0) / regression.free,
            intercept: moments.means[count] - through,
            drivers,
            importance_mean,
            performance_mean,
            bootstrap: None,
            warnings: Vec::new(),
        }
    }

    /// The mean rating, on 0 to 100 when the scale is known.
    fn performance(&self, at: usize) -> f64 {
        let mean = self.moments.means[at];
        self.options
            .scale
            .map_or(mean, |scale| 100.0 * (mean - scale.lowest) / (scale.highest - scale.lowest))
    }

    /// What the regression says of a driver.
    fn driver(&self, at: usize, quadrant: Quadrant) -> Driver {
        let (moments, regression) = (self.moments, self.regression);
        let outcome = moments.means.len() - 1;
        let unit = moments.deviations[outcome] / moments.deviations[at];
        let correlation = moments.correlations[(at, outcome)];
        let (t, p) = regression.t(at);
        Driver {
            name: self.observations.name(at).to_owned(),
            share: None,
            spread: Spread::default(),
            importance: 0.0,
            performance: 0.0,
            quadrant,
            mean: moments.means[at],
            sd: moments.deviations[at],
            correlation,
            coefficient: regression.beta[at] * unit,
            coefficient_se: regression.beta_se[at] * unit,
            t,
            p,
            beta: regression.beta[at],
            vif: regression.vif[at],
            first: correlation * correlation,
            last: regression.last(at),
            pratt: regression.beta[at] * correlation,
            johnson: None,
        }
    }
}

fn warnings(found: &Drivers) -> Vec<String> {
    let mut told = Vec::new();
    if found.rows_left_out > 0 {
        told.push(format!("{} rows with a missing value were left out", found.rows_left_out));
    }
    if found.n < 10 * found.drivers.len() {
        told.push(format!(
            "{} rows are few for {} drivers: shares are uncertain",
            found.n,
            found.drivers.len()
        ));
    }
    if found.drivers.iter().any(|driver| driver.share.is_none()) {
        told.push("the drivers explain nothing, so there are no shares".to_owned());
    }
    for driver in &found.drivers {
        if driver.vif >= MOST_VIF {
            told.push(format!(
                "{} goes with the other drivers (VIF {:.1}): its coefficient is shaky",
                driver.name, driver.vif
            ));
        }
        if driver.correlation < 0.0 && driver.p.is_some_and(|p| p < 0.05) {
            told.push(format!("{} goes against the outcome: is the question turned around?", driver.name));
        }
    }
    if let Some(resampled) = found.bootstrap.filter(|resampled| resampled.failed > 0) {
        told.push(format!(
            "{} of {} bootstrap samples could not be fitted; the others count",
            resampled.failed, resampled.samples
        ));
    }
    told
}
