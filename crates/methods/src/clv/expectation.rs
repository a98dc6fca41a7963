//! Expected purchases of the BG/NBD model, without the cancellation of its published form.
//!
//! Published (Fader, Hardie and Lee 2005, eq. 10), with A = r + x, B = b + x, C = a + b + x − 1, z = t / (α + T + t):
//! E = P(alive) · C / (a − 1) · (1 − (1 − z)^A · ₂F₁(A, B; C; z)). At a = 1 it is 0 / 0, near it two equal numbers are
//! subtracted, and at a + b + x = 1 the ₂F₁ has a pole. As (1 − z)^A (A)ₖ zᵏ / k! is the probability of K = k purchases
//! that nobody's leaving cuts short, E is the mean of Uₖ over that distribution, where Uₖ = C / (a − 1) · (1 − (B)ₖ / (C)ₖ) is
//! the expected number that are made out of k: U₀ = 0, U₁ = 1, and each further step adds Qₖ / (C + k). All terms are
//! positive.

use statrs::function::gamma::ln_gamma;

use crate::number::len_f64;

/// Beyond so many terms the integral is cheaper.
const MOST_TERMS: f64 = 4096.0;
/// Terms between two looks whether the rest still counts.
const LOOK: usize = 4;
/// No sum is longer, whatever the rounding.
const MOST_KEPT: usize = 4 * 4096;
/// What is left out is smaller than this part of the sum.
const REST: f64 = 1e-16;

/// A customer who is alive: purchases come with a rate of Gamma(A, `elapsed`), each ends it with a probability of Beta(a, B).
#[derive(Debug, Clone)]
pub struct Alive {
    shape: f64,
    elapsed: f64,
    a: f64,
    b: f64,
    /// What hangs on k but not on time, so far as it was needed.
    terms: Vec<Term>,
    /// Qₖ for the last of them.
    next: f64,
}

/// What is known of k purchases.
#[derive(Debug, Clone, Copy)]
struct Term {
    /// Uₖ.
    made: f64,
    /// (A + k − 1) / k: times z, how the probability grows from k − 1 to k.
    grow: f64,
}

impl Alive {
    /// All of them above 0 and finite.
    pub fn new(shape: f64, elapsed: f64, a: f64, b: f64) -> Self {
        Self { shape, elapsed, a, b, terms: vec![Term { made: 1.0, grow: shape }], next: b }
    }

    /// Expected purchases within the next `time`.
    pub fn expected(&mut self, time: f64) -> f64 {
        if time <= 0.0 {
            return 0.0;
        }
        let ratio = time / self.elapsed;
        if self.is_short(ratio) { self.sums([ratio])[0] } else { self.integral(ratio) }
    }

    /// Expected purchases within each of several times above 0.
    pub fn expected_each(&mut self, times: &[f64]) -> Vec<f64> {
        let (fours, rest) = times.as_chunks::<4>();
        let mut expected = Vec::with_capacity(times.len());
        for four in fours {
            let ratios = four.map(|time| time / self.elapsed);
            if ratios.iter().all(|ratio| self.is_short(*ratio)) {
                expected.extend(self.sums(ratios));
            } else {
                expected.extend(four.map(|time| self.expected(time)));
            }
        }
        expected.extend(rest.iter().map(|time| self.expected(*time)));
        expected
    }

    /// Whether the sum has few terms: mean, spread and geometric tail of the distribution of K tell.
    fn is_short(&self, ratio: f64) -> bool {
        let mean = self.shape * ratio;
        mean + 12.0 * (mean * (1.0 + ratio)).sqrt() + 40.0 * (1.0 + ratio) < MOST_TERMS
    }

    /// Means of Uₖ over the negative binomial distributions of K for several times, side by side so that none waits for its own
    /// arithmetic. Weights are scaled by their own sum, so none underflows.
    fn sums<const N: usize>(&mut self, ratios: [f64; N]) -> [f64; N] {
        let z = ratios.map(|ratio| ratio / (1.0 + ratio));
        let (mut weight, mut weights, mut sum) = ([1.0_f64; N], [1.0_f64; N], [0.0_f64; N]);
        for at in 0..MOST_KEPT {
            if at == self.terms.len() {
                self.lengthen();
            }
            let Term { made, grow } = self.terms[at];
            for lane in 0..N {
                weight[lane] *= grow * z[lane];
                weights[lane] += weight[lane];
                sum[lane] += weight[lane] * made;
            }
            if at % LOOK != LOOK - 1 {
                continue;
            }
            let done = |lane: usize| {
                let slowest = z[lane] * grow.max(1.0);
                // Uₖ grows by less than itself, hence the 2.
                slowest < 1.0 && 2.0 * weight[lane] * (made + 1.0) < REST * sum[lane] * (1.0 - slowest)
            };
            if (0..N).all(done) {
                break;
            }
            for lane in 0..N {
                if weight[lane] > 1e200 {
                    weight[lane] *= 1e-200;
                    weights[lane] *= 1e-200;
                    sum[lane] *= 1e-200;
                }
            }
        }
        std::array::from_fn(|lane| sum[lane] / weights[lane])
    }

    /// Adds as many terms as there are, so that time after time finds them.
    fn lengthen(&mut self) {
        for _ in 0..self.terms.len().max(16) {
            // Term k stands at k − 1; k is there, k + 1 is wanted.
            let k = len_f64(self.terms.len());
            let rest = self.a + self.b - 1.0 + k;
            let last = self.terms.last().map_or(0.0, |term| term.made);
            self.terms.push(Term { made: last + self.next / rest, grow: (self.shape + k) / (k + 1.0) });
            self.next *= (self.b + k) / rest;
        }
    }

    /// ∫ Beta(p; a, B) (1 − (1 + p t / elapsed)^−A) / p dp by the double-exponential rule, which bears the poles at both ends.
    fn integral(&self, ratio: f64) -> f64 {
        const STEP: f64 = 1.0 / 64.0;
        let beta = ln_gamma(self.a) + ln_gamma(self.b) - ln_gamma(self.a + self.b);
        let term = |at: i32| {
            let place = f64::from(at) * STEP;
            let logit = std::f64::consts::PI * place.sinh();
            let (ln_p, ln_q) = (-softplus(-logit), -softplus(logit));
            let density = (self.a * ln_p + self.b * ln_q - beta).exp();
            density * self.given(ln_p, ratio) * std::f64::consts::PI * place.cosh() * STEP
        };
        (-480..=480).map(term).filter(|term| term.is_finite()).sum()
    }

    /// Expected purchases when the probability of leaving after each is p.
    fn given(&self, ln_p: f64, ratio: f64) -> f64 {
        let small = (ln_p + ratio.ln()).exp();
        if small < 1e-300 {
            return self.shape * ratio;
        }
        -(-self.shape * small.ln_1p()).exp_m1() / small * ratio
    }
}

/// ln(1 + eˣ).
fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Alive;

    proptest! {
        /// Two ways to the same number that share nothing.
        #[test]
        fn sum_and_integral_agree(shape in 0.05..40.0_f64, ratio in 0.001..8.0_f64, a in 0.05..6.0_f64, b in 0.05..40.0_f64) {
            let mut alive = Alive::new(shape, 1.0, a, b);
            let (sum, integral) = (alive.sums([ratio])[0], alive.integral(ratio));
            prop_assert!((sum - integral).abs() <= 1e-9 * sum, "{sum} {integral}");
            let times = [0.5, 1.0, 3.0, 2.0, 0.1].map(|times| times * ratio);
            for (each, time) in alive.expected_each(&times).into_iter().zip(times) {
                let one = alive.expected(time);
                prop_assert!((each - one).abs() <= 1e-12 * one, "{each} {one}");
            }
        }
    }

    #[test]
    fn customers_who_hardly_leave_buy_at_their_rate() {
        // a → 0 leaves the mean of the gamma distribution.
        let expected = Alive::new(3.0, 10.0, 1e-9, 5.0).expected(20.0);
        assert!((expected - 6.0).abs() < 1e-6, "{expected}");
    }

    #[test]
    fn where_the_published_form_divides_by_nothing_neighbours_agree() {
        for (a, b) in [(1.0, 2.5), (0.4, 0.6), (0.25, 0.5)] {
            let at = |a: f64| Alive::new(0.25, 4.4, a, b).expected(39.0);
            assert!((at(a) - f64::midpoint(at(a - 1e-4), at(a + 1e-4))).abs() < 1e-7, "{a} {b}");
        }
    }

    #[test]
    fn a_case_done_by_hand_holds() {
        // a = 2, b = 1: C = 2, (1)ₖ/(2)ₖ = 1/(k + 1), so Uₖ = 2 (1 − 1/(k + 1)); A = 1: K is geometric with z.
        // E = 2 (1 + (1 − z) ln(1 − z) / z).
        let z: f64 = 0.75;
        let by_hand = 2.0 * (1.0 + (1.0 - z) * (1.0 - z).ln() / z);
        let found = Alive::new(1.0, 1.0, 2.0, 1.0).expected(3.0);
        assert!((found - by_hand).abs() < 1e-13, "{found} {by_hand}");
    }
}
