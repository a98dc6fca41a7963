//! Finds the minimum of a smooth function of a few variables.

const MOST_STEPS: u32 = 500;
/// Steps that tell which start is worth going on from.
const TRIAL_STEPS: u32 = 10;
/// The gradient counts as nothing when it is below this part of the value.
const FLAT: f64 = 1e-9;
/// No step changes a logarithm by more.
const LONGEST: f64 = 2.0;

/// A place where a search ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum<const N: usize> {
    pub at: [f64; N],
    pub value: f64,
    pub converged: bool,
    pub steps: u32,
}

/// Value and gradient; none where the function does not exist.
pub type Slope<const N: usize> = Option<(f64, [f64; N])>;

/// A place with value and gradient.
type Place<const N: usize> = ([f64; N], (f64, [f64; N]));

/// The minimum below the start that leads lowest within a few steps, and below the next where that search does not come to rest;
/// none when the function exists at no start.
pub fn lowest<const N: usize>(
    function: impl Fn(&[f64; N]) -> Slope<N>,
    starts: &[[f64; N]],
) -> Option<Minimum<N>> {
    let tried = starts.iter().filter_map(|start| descend(&function, *start, TRIAL_STEPS));
    let mut tried: Vec<Minimum<N>> = tried.collect();
    tried.sort_by(|a, b| a.value.total_cmp(&b.value));
    let mut best: Option<Minimum<N>> = None;
    for trial in tried {
        let found = if trial.converged { Some(trial) } else { descend(&function, trial.at, MOST_STEPS) };
        if found.is_some_and(|found| found.converged) {
            return found;
        }
        best = best.or(found);
    }
    best
}

/// Descends by the method of Broyden, Fletcher, Goldfarb and Shanno.
fn descend<const N: usize>(
    function: &impl Fn(&[f64; N]) -> Slope<N>,
    start: [f64; N],
    most: u32,
) -> Option<Minimum<N>> {
    let (mut at, (mut value, mut gradient)) = (start, function(&start)?);
    let mut inverse = identity::<N>();
    let (mut fresh, mut steps) = (true, 0);
    while largest(&gradient) > FLAT * (1.0 + value.abs()) && steps < most {
        steps += 1;
        let mut direction: [f64; N] = std::array::from_fn(|row| -dot(&inverse[row], &gradient));
        if dot(&direction, &gradient) >= 0.0 {
            (inverse, fresh) = (identity(), true);
            direction = gradient.map(|part| -part);
        }
        let length = largest(&direction);
        let scale = if fresh { 0.5 / length } else { (LONGEST / length).min(1.0) };
        let direction = direction.map(|part| part * scale);
        let Some((next, (next_value, next_gradient))) = search(function, &at, value, &gradient, &direction)
        else {
            if fresh {
                break;
            }
            // The picture of the curvature may be at fault: once more without it.
            (inverse, fresh) = (identity(), true);
            continue;
        };
        let step = std::array::from_fn(|index| next[index] - at[index]);
        let change = std::array::from_fn(|index| next_gradient[index] - gradient[index]);
        update(&mut inverse, &step, &change, fresh);
        fresh = false;
        (at, value, gradient) = (next, next_value, next_gradient);
    }
    // Where the value no longer tells places apart, the gradient may stay a little above the aim.
    let converged = largest(&gradient) <= 1e3 * FLAT * (1.0 + value.abs());
    Some(Minimum { at, value, converged, steps })
}

/// A step that descends enough and flattens the slope (the weak conditions of Wolfe), by bisection.
fn search<const N: usize>(
    function: &impl Fn(&[f64; N]) -> Slope<N>,
    at: &[f64; N],
    value: f64,
    gradient: &[f64; N],
    direction: &[f64; N],
) -> Option<Place<N>> {
    let slope = dot(gradient, direction);
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
    let mut best = None;
    for _ in 0..50 {
        let next: [f64; N] = std::array::from_fn(|index| at[index] + length * direction[index]);
        match function(&next) {
            Some((next_value, next_gradient)) if next_value <= value + 1e-4 * length * slope => {
                best = (next_value < value).then_some((next, (next_value, next_gradient))).or(best);
                if dot(&next_gradient, direction) >= 0.9 * slope {
                    break;
                }
                low = length;
            }
            _ => high = length,
        }
        length = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * length };
        // Far along a slope that never ends there is nothing to be found.
        if length > 16.0 {
            break;
        }
    }
    best
}

fn update<const N: usize>(inverse: &mut [[f64; N]; N], step: &[f64; N], change: &[f64; N], fresh: bool) {
    let curve = dot(step, change);
    if curve <= 1e-14 * largest(step) * largest(change) {
        return;
    }
    if fresh {
        let scale = curve / dot(change, change);
        *inverse = identity();
        inverse.iter_mut().flatten().for_each(|entry| *entry *= scale);
    }
    let turned: [f64; N] = std::array::from_fn(|row| dot(&inverse[row], change));
    let factor = (1.0 + dot(&turned, change) / curve) / curve;
    for row in 0..N {
        for column in 0..N {
            inverse[row][column] += factor * step[row] * step[column]
                - (turned[row] * step[column] + step[row] * turned[column]) / curve;
        }
    }
}

fn identity<const N: usize>() -> [[f64; N]; N] {
    std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))))
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn largest<const N: usize>(vector: &[f64; N]) -> f64 {
    vector.iter().fold(0.0, |most: f64, part| most.max(part.abs()))
}

#[cfg(test)]
mod tests {
    use super::lowest;

    #[test]
    fn a_bent_valley_leads_to_its_end() {
        // Rosenbrock's function: its minimum is 0 at (1, 1).
        let valley = |&[x, y]: &[f64; 2]| {
            let (u, v) = (1.0 - x, y - x * x);
            Some((u * u + 100.0 * v * v, [-2.0 * u - 400.0 * x * v, 200.0 * v]))
        };
        let found = lowest(valley, &[[-1.2, 1.0]]).unwrap();
        assert!(found.converged && found.at.iter().all(|x| (x - 1.0).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn a_slope_without_end_and_a_function_without_values_end_too() {
        assert!(lowest(|&[x]: &[f64; 1]| Some((x, [1.0])), &[[0.0]]).is_some_and(|found| !found.converged));
        assert_eq!(lowest(|_: &[f64; 1]| None, &[[0.0]]), None);
    }

    #[test]
    fn of_two_minima_the_lower_is_taken() {
        // x⁴ − 2x² + x/5: minima near −1.02 and 0.97.
        let curve =
            |&[x]: &[f64; 1]| Some((x.powi(4) - 2.0 * x * x + 0.2 * x, [4.0 * x.powi(3) - 4.0 * x + 0.2]));
        let found = lowest(curve, &[[1.0], [-0.5]]).unwrap();
        assert!(found.at[0] < -1.0, "{found:?}");
    }
}
