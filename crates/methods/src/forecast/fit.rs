//! Chooses rates, and start values where asked, so that the squared errors are smallest.

use faer::linalg::solvers::Solve as _;
use faer::{Mat, Side};

use super::smooth::{Form, Rates, State, follow, squares};

/// The range of φ when it is chosen: below, a trend hardly shows; above, it is hardly damped (Hyndman and others, 2008).
const PHI: (f64, f64) = (0.8, 0.98);
/// Rates tried at first.
const GRID: [f64; 4] = [0.05, 0.3, 0.6, 0.95];
/// Steps of the searches at most.
const STEPS: usize = 400;
const SQUARE_STEPS: usize = 200;

/// Rates that are given, and those to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Given {
    pub alpha: Option<f64>,
    pub beta: Option<f64>,
    pub gamma: Option<f64>,
    pub phi: Option<f64>,
}

/// One fitting of a form to a series.
pub(super) struct Fit<'a> {
    form: Form,
    series: &'a [f64],
    skip: usize,
    given: Given,
}

impl<'a> Fit<'a> {
    pub fn new(form: Form, series: &'a [f64], skip: usize, given: Given) -> Self {
        Self { form, series, skip, given }
    }

    /// Which rates are free: α, β, γ, φ, with their ranges.
    fn free(&self) -> Vec<(usize, (f64, f64))> {
        let Given { alpha, beta, gamma, phi } = self.given;
        [
            (alpha.is_none(), (0.0, 1.0)),
            (self.form.trend && beta.is_none(), (0.0, 1.0)),
            (self.form.season.length() > 0 && gamma.is_none(), (0.0, 1.0)),
            (self.form.damped && phi.is_none(), PHI),
        ]
        .into_iter()
        .enumerate()
        .filter_map(|(at, (free, range))| free.then_some((at, range)))
        .collect()
    }

    /// How many rates are chosen from the series.
    pub fn chosen(&self) -> usize {
        self.free().len()
    }

    fn rates(&self, values: &[f64]) -> Rates {
        let Given { alpha, beta, gamma, phi } = self.given;
        let phi = if self.form.damped { phi.unwrap_or(0.9) } else { 1.0 };
        let mut all = [alpha.unwrap_or(0.3), beta.unwrap_or(0.1), gamma.unwrap_or(0.1), phi];
        for ((at, _), value) in self.free().iter().zip(values) {
            all[*at] = *value;
        }
        Rates { alpha: all[0], beta: all[1], gamma: all[2], phi: all[3] }
    }

    fn errors(&self, values: &[f64], start: &State, errors: &mut Vec<f64>) -> f64 {
        follow(self.form, self.rates(values), start, (self.series, self.skip), errors);
        squares(errors)
    }

    /// The rates with the smallest squares from a given start: the best of a grid, then Nelder and Mead's simplex in the box.
    pub fn rates_from(&self, start: &State) -> Rates {
        let free = self.free();
        let mut errors = Vec::with_capacity(self.series.len());
        let mut cost = |values: &[f64]| self.errors(values, start, &mut errors);
        let mut grid: Vec<(f64, Vec<f64>)> =
            corners(&free).into_iter().map(|values| (cost(&values), values)).collect();
        grid.sort_by(|a, b| a.0.total_cmp(&b.0));
        grid.truncate(if free.is_empty() { 1 } else { 3 });
        let found = grid.into_iter().map(|(_, values)| simplex(&free, &values, &mut cost));
        let best = found.reduce(|best, this| if this.0 < best.0 { this } else { best });
        self.rates(&best.map(|(_, values)| values).unwrap_or_default())
    }

    /// Rates and start values with the smallest squares, from a few first rates.
    pub fn with_start(&self, start: &State) -> (Rates, State) {
        let free = self.free();
        let known = self.rates_from(start);
        let known: Vec<f64> =
            free.iter().map(|(at, _)| [known.alpha, known.beta, known.gamma, known.phi][*at]).collect();
        let others = [[0.2, 0.05, 0.2, 0.95], [0.5, 0.1, 0.5, 0.9]];
        let others = others.map(|all| free.iter().map(|(at, _)| all[*at]).collect::<Vec<f64>>());
        let firsts = if free.is_empty() { vec![known] } else { [vec![known], others.to_vec()].concat() };
        let found = firsts.into_iter().map(|rates| {
            let first = [
                rates,
                vec![start.level],
                if self.form.trend { vec![start.trend] } else { vec![] },
                start.season.clone(),
            ];
            self.least_squares(first.concat(), &free)
        });
        let best = found.reduce(|best, this| if this.0 < best.0 { this } else { best });
        let values = best.map(|(_, values)| values).unwrap_or_default();
        let mut state = self.state(&values[free.len()..]);
        state.normalise(self.form.season);
        (self.rates(&values), state)
    }

    fn state(&self, values: &[f64]) -> State {
        let (trend, from) = if self.form.trend { (values[1], 2) } else { (0.0, 1) };
        State { level: values[0], trend, season: values[from..].to_vec() }
    }

    /// Levenberg and Marquardt's steps within the ranges of the rates: a rate that pushes against its end stays there.
    fn least_squares(&self, mut values: Vec<f64>, free: &[(usize, (f64, f64))]) -> (f64, Vec<f64>) {
        let (mut errors, mut other) = (Vec::new(), Vec::new());
        let mut cost = self.all_errors(&values, free.len(), &mut errors);
        let mut damping = 1e-3;
        for _ in 0..SQUARE_STEPS {
            if !cost.is_finite() || cost <= 0.0 {
                break;
            }
            let slopes = self.slopes(&values, free, &errors);
            let before = cost;
            while damping < 1e12 {
                let Some(next) = step(&values, &slopes, &errors, free, damping) else {
                    damping *= 10.0;
                    continue;
                };
                let found = self.all_errors(&next, free.len(), &mut other);
                if found < cost {
                    (cost, values) = (found, next);
                    std::mem::swap(&mut errors, &mut other);
                    damping = (damping * 0.2).max(1e-12);
                    break;
                }
                damping *= 10.0;
            }
            if before - cost <= 1e-10 * before {
                break;
            }
        }
        (cost, values)
    }

    fn all_errors(&self, values: &[f64], rates: usize, errors: &mut Vec<f64>) -> f64 {
        self.errors(values, &self.state(&values[rates..]), errors)
    }

    /// The change of each error with each value, by differences.
    fn slopes(&self, values: &[f64], free: &[(usize, (f64, f64))], errors: &[f64]) -> Vec<Vec<f64>> {
        let mut moved = values.to_vec();
        let mut other = Vec::with_capacity(errors.len());
        (0..values.len())
            .map(|at| {
                // At the upper end of a range the difference is taken downwards.
                let size = 1e-7 * values[at].abs().max(1e-2);
                let by = if free.get(at).is_some_and(|(_, (_, most))| values[at] + size > *most) {
                    -size
                } else {
                    size
                };
                moved[at] = values[at] + by;
                self.all_errors(&moved, free.len(), &mut other);
                moved[at] = values[at];
                other.iter().zip(errors).map(|(other, error)| (other - error) / by).collect()
            })
            .collect()
    }
}

/// Solves one damped step; `None` where it has no solution.
fn step(
    values: &[f64],
    slopes: &[Vec<f64>],
    errors: &[f64],
    free: &[(usize, (f64, f64))],
    damping: f64,
) -> Option<Vec<f64>> {
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let gradient: Vec<f64> = slopes.iter().map(|slope| product(slope, errors)).collect();
    let stuck = |at: usize| {
        free.get(at).is_some_and(|(_, (least, most))| {
            (values[at] <= *least && gradient[at] > 0.0) || (values[at] >= *most && gradient[at] < 0.0)
        })
    };
    let open: Vec<usize> = (0..values.len()).filter(|at| !stuck(*at)).collect();
    let matrix = Mat::from_fn(open.len(), open.len(), |a, b| {
        let plain = product(&slopes[open[a]], &slopes[open[b]]);
        if a == b { plain * (1.0 + damping) + f64::MIN_POSITIVE.sqrt() } else { plain }
    });
    let right = Mat::from_fn(open.len(), 1, |a, _| -gradient[open[a]]);
    let solution = matrix.llt(Side::Lower).ok()?.solve(&right);
    let mut next = values.to_vec();
    for (row, at) in open.into_iter().enumerate() {
        let moved = next[at] + solution[(row, 0)];
        next[at] = free.get(at).map_or(moved, |(_, (least, most))| moved.clamp(*least, *most));
    }
    next.iter().all(|value| value.is_finite()).then_some(next)
}

/// Every combination of the grid within the ranges; with one or two rates a finer one, for squares may have several valleys.
fn corners(free: &[(usize, (f64, f64))]) -> Vec<Vec<f64>> {
    let even = |count: u32| (0..count).map(|at| f64::from(at) / f64::from(count - 1)).collect::<Vec<f64>>();
    let grid = match free.len() {
        1 => even(41),
        2 => even(11),
        _ => GRID.to_vec(),
    };
    free.iter().fold(vec![vec![]], |rows, (_, (least, most))| {
        let longer = |row: &Vec<f64>| {
            let ends = grid.iter().map(|part| least + (most - least) * part);
            ends.map(|end| row.iter().copied().chain([end]).collect::<Vec<f64>>()).collect::<Vec<_>>()
        };
        rows.iter().flat_map(longer).collect()
    })
}

/// Nelder and Mead, *A simplex method for function minimization*, 1965; what leaves the box is put on its edge.
fn simplex(
    free: &[(usize, (f64, f64))],
    first: &[f64],
    cost: &mut impl FnMut(&[f64]) -> f64,
) -> (f64, Vec<f64>) {
    let size = first.len();
    let clamp = |values: Vec<f64>| -> Vec<f64> {
        values.into_iter().zip(free).map(|(value, (_, (least, most)))| value.clamp(*least, *most)).collect()
    };
    let mut corners = vec![(cost(first), first.to_vec())];
    for at in 0..size {
        let (least, most) = free[at].1;
        let mut corner = first.to_vec();
        let by = 0.1 * (most - least);
        corner[at] += if corner[at] + by > most { -by } else { by };
        corners.push((cost(&corner), corner));
    }
    for _ in 0..STEPS {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, worst) = (corners[0].0, corners[size].0);
        let width = corners[1..]
            .iter()
            .flat_map(|(_, corner)| corner.iter().zip(&corners[0].1))
            .map(|(a, b)| (a - b).abs());
        if size == 0 || (width.fold(0.0, f64::max) < 1e-9 && worst - best <= 1e-13 * best.abs()) {
            break;
        }
        let centre: Vec<f64> = (0..size)
            .map(|at| {
                corners[..size].iter().map(|(_, corner)| corner[at]).sum::<f64>()
                    / crate::number::len_f64(size)
            })
            .collect();
        let along = |by: f64| {
            clamp(
                centre
                    .iter()
                    .zip(&corners[size].1)
                    .map(|(centre, worst)| centre + by * (centre - worst))
                    .collect(),
            )
        };
        let mut tried = |by: f64| {
            let values = along(by);
            (cost(&values), values)
        };
        let reflected = tried(1.0);
        let replacement = if reflected.0 < best {
            let expanded = tried(2.0);
            if expanded.0 < reflected.0 { expanded } else { reflected }
        } else if reflected.0 < corners[size - 1].0 {
            reflected
        } else {
            tried(if reflected.0 < worst { 0.5 } else { -0.5 })
        };
        if replacement.0 < worst {
            corners[size] = replacement;
            continue;
        }
        let near = corners[0].1.clone();
        for corner in &mut corners[1..] {
            corner.1.iter_mut().zip(&near).for_each(|(value, near)| *value = f64::midpoint(*value, *near));
            corner.0 = cost(&corner.1);
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    corners.swap_remove(0)
}
