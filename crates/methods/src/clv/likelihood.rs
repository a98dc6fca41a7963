//! The likelihood of the BG/NBD model in logarithms, with its gradient.

use rayon::prelude::*;
use statrs::function::gamma::{digamma, ln_gamma};

use super::{behaviour::Group, optimise::Slope};

/// Steps of a product that are cheaper one by one than as a quotient of gamma functions.
const FEW: u32 = 64;
/// Groups that one thread adds up.
const PIECE: usize = 4096;

/// The log-likelihood of groups ordered by repeats, and its derivatives by r, α, a, b; none where it is no number.
///
/// ln L = ln Γ(r + x) / Γ(r) + ln B(a, b + x) / B(a, b) + r ln α + ln[(α + T)^−(r + x) + a / (b + x − 1) (α + tₓ)^−(r + x)], the
/// last term for x > 0 only.
pub fn log_likelihood(at: [f64; 4], groups: &[Group]) -> Slope<4> {
    // Pieces of one size, added in their order: the sum hangs on no number of threads.
    let pieces: Vec<_> = groups.par_chunks(PIECE).map(|piece| of_piece(at, piece)).collect();
    let (mut sum, mut slope) = (0.0, [0.0; 4]);
    for (value, part) in pieces {
        sum += value;
        slope.iter_mut().zip(part).for_each(|(slope, part)| *slope += part);
    }
    (sum.is_finite() && slope.iter().all(|slope| slope.is_finite())).then_some((sum, slope))
}

fn of_piece([r, alpha, a, b]: [f64; 4], groups: &[Group]) -> (f64, [f64; 4]) {
    let (mut rate, mut stay, mut all) = (Rising::new(r), Rising::new(b), Rising::new(a + b));
    let (mut ln_leave, ln_alpha) = (0.0, alpha.ln());
    let (mut sum, mut slope) = (0.0, [0.0; 4]);
    for group in groups {
        let x = f64::from(group.repeats);
        if rate.x != group.repeats {
            rate.up_to(group.repeats);
            stay.up_to(group.repeats);
            all.up_to(group.repeats);
            ln_leave = (a / (b + x - 1.0)).ln();
        }
        let shape = r + x;
        let aged = alpha + group.age;
        // r ln α − (r + x) ln(α + T), without subtracting large equals when α is large.
        let growth = ln_1p(group.age / alpha);
        let watched = -shape * growth - x * ln_alpha;
        let mut value = rate.ln + stay.ln - all.ln + watched;
        let mut part = [rate.slope - growth, r / alpha - shape / aged, -all.slope, stay.slope - all.slope];
        if group.repeats > 0 {
            let last = alpha + group.recency;
            let longer = ln_1p((group.age - group.recency) / last);
            let odds = ln_leave + shape * longer;
            let less = (-odds.abs()).exp();
            // The probability of having left, and −ln of that of being there.
            let left = if odds > 0.0 { 1.0 / (1.0 + less) } else { less / (1.0 + less) };
            value += odds.max(0.0) + ln_1p(less);
            part[0] += left * longer;
            part[1] += left * shape * (1.0 / aged - 1.0 / last);
            part[2] += left / a;
            part[3] -= left / (b + x - 1.0);
        }
        let customers = f64::from(group.customers);
        sum += customers * value;
        slope.iter_mut().zip(part).for_each(|(slope, part)| *slope += customers * part);
    }
    (sum, slope)
}

/// ln(1 + x) for x of 0 or more. Where x is no small number the plain logarithm is as exact, and faster.
fn ln_1p(x: f64) -> f64 {
    if x > 0.25 { (1.0 + x).ln() } else { x.ln_1p() }
}

/// ln Γ(base + x) / Γ(base) and its derivative, for x that only grow.
struct Rising {
    base: f64,
    x: u32,
    ln: f64,
    slope: f64,
}

impl Rising {
    fn new(base: f64) -> Self {
        Self { base, x: 0, ln: 0.0, slope: 0.0 }
    }

    fn up_to(&mut self, x: u32) {
        if x - self.x > FEW {
            let (from, to) = (self.base + f64::from(self.x), self.base + f64::from(x));
            self.ln += ln_gamma(to) - ln_gamma(from);
            self.slope += digamma(to) - digamma(from);
            self.x = x;
        }
        while self.x < x {
            let factor = self.base + f64::from(self.x);
            self.ln += factor.ln();
            self.slope += factor.recip();
            self.x += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::behaviour::Group, log_likelihood};

    proptest! {
        #[test]
        fn the_gradient_is_that_of_the_value(
            logs in prop::array::uniform4(-2.0..2.5_f64),
            rows in prop::collection::vec((0_u32..200, 0.0..1.0_f64, 0.1..60.0_f64), 1..20)
        ) {
            let mut groups: Vec<Group> = rows.into_iter().map(|(repeats, part, age)| Group {
                repeats, recency: if repeats == 0 { 0.0 } else { part * age }, age, customers: 1 + repeats % 3
            }).collect();
            groups.sort_by_key(|group| group.repeats);
            let at = logs.map(f64::exp);
            let (value, slope) = log_likelihood(at, &groups).unwrap();
            for index in 0..4 {
                let moved = |step: f64| {
                    let mut moved = at;
                    moved[index] += step;
                    log_likelihood(moved, &groups).unwrap().0
                };
                let step = 1e-5 * at[index];
                let by_difference = (moved(step) - moved(-step)) / (2.0 * step);
                prop_assert!((by_difference - slope[index]).abs() <= 1e-4 * (1.0 + slope[index].abs() + value.abs() / at[index] * 1e-4),
                    "{index}: {by_difference} {}", slope[index]);
            }
        }
    }
}
