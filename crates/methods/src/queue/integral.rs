//! Integrals of exp(λ/θ (1 − e^(−θx)) − νx), whose values leave the range of numbers while their quotients do not.

use crate::number::len_f64;

/// Points in each piece.
const POINTS: usize = 16;
/// What is smaller than e^(−50) times the peak adds nothing.
const DEPTH: f64 = 50.0;
/// More pieces than any queue in the range of [`super::evaluate`] needs.
const MOST_PIECES: usize = 100_000;

/// The integrand: customers who would still wait after x, but for a factor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decay {
    /// λ, θ and ν, each a second.
    pub arrival: f64,
    pub leaving: f64,
    pub served: f64,
}

impl Decay {
    fn exponent(&self, x: f64) -> f64 {
        self.arrival / self.leaving * -(-self.leaving * x).exp_m1() - self.served * x
    }

    /// How far the exponent is about linear: then a few points give all digits.
    fn step(&self, x: f64) -> f64 {
        let arriving = self.arrival * (-self.leaving * x).exp();
        let slope = (arriving - self.served).abs();
        let bend = (arriving * self.leaving).sqrt();
        (4.0 / slope).min(2.0 / bend).min((2.0 / self.leaving).max(x))
    }

    /// The logarithm of ∫ `weight`(x) exp(exponent(x)) dx from 0 to `upper`, which may be infinite. `weight` is positive and
    /// changes no faster than e^(−θx).
    pub fn log_integral(&self, upper: f64, weight: impl Fn(f64) -> f64) -> f64 {
        let peak = ((self.arrival / self.served).ln().max(0.0) / self.leaving).min(upper);
        let top = self.exponent(peak);
        let rule = gauss_legendre();
        let piece = |from: f64, to: f64| {
            let (middle, half) = (f64::midpoint(from, to), (to - from) / 2.0);
            let value = |x: f64| weight(x) * (self.exponent(x) - top).exp();
            rule.iter().map(|(node, share)| share * half * value(middle + half * node)).sum::<f64>()
        };
        let mut sum = 0.0;
        let mut at = peak;
        for _ in 0..MOST_PIECES {
            if at >= upper || self.exponent(at) < top - DEPTH {
                break;
            }
            let to = (at + self.step(at)).min(upper);
            sum += piece(at, to);
            at = to;
        }
        at = peak;
        for _ in 0..MOST_PIECES {
            if at <= 0.0 || self.exponent(at) < top - DEPTH {
                break;
            }
            let from = (at - self.step(at).min(0.5 / self.leaving)).max(0.0);
            sum += piece(from, at);
            at = from;
        }
        top + sum.ln()
    }
}

/// Nodes and weights on −1 to 1, by Newton's method from Chebyshev's angles.
fn gauss_legendre() -> [(f64, f64); POINTS] {
    std::array::from_fn(|at| {
        let mut node = (std::f64::consts::PI * (len_f64(at) + 0.75) / (len_f64(POINTS) + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..100 {
            let (mut before, mut value) = (1.0, node);
            for degree in 2..=POINTS {
                let degree = len_f64(degree);
                (before, value) =
                    (value, ((2.0 * degree - 1.0) * node * value - (degree - 1.0) * before) / degree);
            }
            slope = len_f64(POINTS) * (node * value - before) / (node * node - 1.0);
            let step = value / slope;
            node -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        (node, 2.0 / ((1.0 - node * node) * slope * slope))
    })
}

#[cfg(test)]
mod tests {
    use super::Decay;

    #[test]
    fn known_integrals_hold() {
        // Without patience to lose, λ → 0: ∫ e^(−νx) dx.
        let plain = Decay { arrival: 1e-12, leaving: 1.0, served: 2.0 };
        assert!((plain.log_integral(f64::INFINITY, |_| 1.0).exp() - 0.5).abs() < 1e-12);
        assert!((plain.log_integral(1.0, |_| 1.0).exp() - 0.5 * (1.0 - (-2.0_f64).exp())).abs() < 1e-12);
        // λ = θ = ν = 1: ∫ exp(1 − e^(−x) − x) dx = e ∫ e^(−u) du from 0 to 1 = e − 1.
        let one = Decay { arrival: 1.0, leaving: 1.0, served: 1.0 };
        let value = one.log_integral(f64::INFINITY, |_| 1.0).exp();
        assert!((value - (std::f64::consts::E - 1.0)).abs() < 1e-12, "{value}");
    }
}
